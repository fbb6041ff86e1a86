"""Locks that one process takes while another looks at them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from knockdeploy.store.locks import HeldError, held, is_held


def test_a_lock_that_others_only_look_at_is_taken(tmp_path: Path) -> None:
    """A second deployment looks whether the run before is under way, just as that one begins."""
    file, is_over = tmp_path / "lock", threading.Event()
    file.touch()

    def look() -> None:
        while not is_over.is_set():
            is_held(file)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(2000):
            with held(file, "process 1"):
                pass
    finally:
        is_over.set()
        looking.join()


def test_a_lock_that_is_held_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with held(file, "process 1"), pytest.raises(HeldError) as error, held(file, "process 2"):
        pass
    assert error.value.by == "process 1"
    assert not is_held(file)
