"""Somebody saved in the middle of a change that was taken back: what startup-config has (§1.3)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from changing import change_of, job_of

from knockdeploy.change import undo
from knockdeploy.change.undo import Undo
from knockdeploy.ios.tree import to_text
from knockdeploy.stop_flag import StopFlag

from .test_others_changes import INTENT, ROUTER

THEIRS = ROUTER.replace("hostname r1", "hostname r9")
AGAIN, PART = "saved again, as before", "holds a part of it"


@pytest.mark.parametrize(
    ("startup", "running", "says"),
    [
        ("before", ROUTER, ""),
        ("ours", ROUTER, AGAIN),
        ("ours", THEIRS, PART),  # theirs is not ours to save
        ("ours", "ours", PART),  # not back yet
    ],
)
def test_what_was_saved_meanwhile_is_saved_as_before_where_that_saves_nothing_of_others(
    tmp_path: Path, startup: str, running: str, says: str
) -> None:
    change = change_of(job_of(tmp_path, INTENT), INTENT, ROUTER)
    texts = {"before": ROUTER, "ours": f"{to_text(change.plan.after)}end\n"}
    saved = SimpleNamespace(text=texts[startup])
    none: Any = None
    taking = Undo(none, change, none, lambda _: None, StopFlag())
    with (
        mock.patch.object(undo, "saved_config", return_value=saved),
        mock.patch.object(undo, "running_config", return_value=texts.get(running, running)),
        mock.patch.object(undo, "save", return_value=["the door was open"]) as save,
    ):
        taking._mend_startup(none)  # noqa: SLF001
    assert save.called is (says == AGAIN)
    assert taking.notes[:-1] == (["the door was open"] if says == AGAIN else [])
    assert (says in taking.notes[-1]) if says else (taking.notes == [])
