"""Files of a state folder: what is added to one stays whole, and who holds one is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.store.folder import Folder
from knockdeploy.store.locks import HeldError


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "state")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"", b"new\n"), (b"\n", b"\nnew\n"), (b"old\n", b"old\nnew\n"), (b"ol", b"ol\nnew\n")],
    ids=["nothing", "an-empty-line", "a-line", "half-a-line-as-a-loss-of-power-leaves-it"],
)
def test_a_line_that_is_added_is_a_line_of_its_own(
    folder: Folder, was: bytes, becomes: bytes
) -> None:
    folder.write("journal", was)
    folder.append("journal", b"new\n")
    assert folder.read("journal") == becomes


def test_nobody_adds_a_line_while_another_may_be_taken_back(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up takes a part of a line, which goes: another's behind it would, too."""
    folder.append("journal", b"old\n")
    write, was_held = os.write, []

    def full(handle: int, content: bytes) -> int:
        was_held.append(folder.is_held("journal"))
        return write(handle, content[:2])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match=r"No space left.*make room on the disk"):
        folder.append("journal", b"new\n")
    assert (was_held, folder.read("journal")) == ([True], b"old\n")
    assert not folder.is_held("journal")


def test_who_finds_it_held_is_told_by_whom(folder: Folder) -> None:
    for by in ("process 1234567", "process 12"):  # nothing is left of who held it before
        with folder.hold("lock", by), pytest.raises(HeldError) as caught, folder.hold("lock", "x"):
            pass
        assert caught.value.by == by
    assert not folder.is_held("lock")


def test_a_file_is_changed_while_others_wait(folder: Folder) -> None:
    """What another process learned in between would be lost."""
    was_held = []

    def longer(content: bytes | None) -> bytes:
        was_held.append(folder.is_held("learned.lock"))
        return (content or b"") + b"x"

    assert folder.change("learned", longer) is None
    assert folder.change("learned", longer) == b"x"
    assert folder.read("learned") == b"xx"
    assert was_held == [True, True]
    assert not folder.is_held("learned.lock")


def test_what_is_written_for_thousands_of_routers_leaves_no_file_open(folder: Folder) -> None:
    folder.write("first", b"")
    opened = Path("/proc/self/fd")
    before = len(list(opened.iterdir()))
    for name in ("one", "two", "three"):
        folder.write(name, b"new\n", is_durable=True)
        folder.append(name, b"more\n")
    assert len(list(opened.iterdir())) == before
