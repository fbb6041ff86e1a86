"""The end of a change: it is confirmed and stands, whether or not it could be saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from changing import change_of, job_of

from knockdeploy.change import keeping
from knockdeploy.change.keeping import Keeping
from knockdeploy.device import flash
from knockdeploy.errors import LockedError, RefusedLineError, RevertedError, UnreachableError
from knockdeploy.state import State

from .test_others_changes import INTENT, ROUTER


class Session:
    """A session that is read by nobody; ``another`` yields the next ones, or raises."""

    def __init__(self, *others: Any, is_lost: bool = False) -> None:
        self._others, self.is_lost = iter(others), is_lost

    def another(self) -> Any:
        other = next(self._others)
        if isinstance(other, Exception):
            raise other
        return other

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what keeps a change by a session, with what saving it comes to."""
    job = job_of(tmp_path, INTENT)

    def kept(session: Session, *saved: object, is_reloaded: bool = False) -> Keeping:
        change = change_of(job, INTENT, ROUTER)
        monkeypatch.setattr(keeping, "running_config", lambda _session: ROUTER)
        monkeypatch.setattr(keeping, "compare", lambda *_: True)
        monkeypatch.setattr(flash, "digests", lambda *_: {})
        monkeypatch.setattr(keeping, "save", Mock(side_effect=saved))
        monkeypatch.setattr(keeping, "delete_gone", lambda *_: [])
        guard = Mock(clean=Mock(return_value=is_reloaded))
        end = Keeping(session, change, guard, Mock(), job, "r1")  # type: ignore[arg-type]
        monkeypatch.setattr(type(change), "is_taken_back", lambda *_: is_reloaded)
        end.keep()
        return end

    return kept


def test_a_change_that_is_saved_says_so(keep: Any) -> None:
    end = keep(Session(Session()), ["the door was open for 192.0.2.9: shut"])
    assert (end.is_saved, end.state, end.trouble) == (True, State.AFTER, None)
    assert end.notes == ["the door was open for 192.0.2.9: shut"]


def test_a_change_that_cannot_be_saved_stands(keep: Any) -> None:
    end = keep(
        Session(Session()), RefusedLineError("write memory", "startup-config file open failed")
    )
    assert (end.is_saved, end.state) == (False, State.AFTER)
    assert str(end.trouble).startswith("deployed and confirmed, but not saved: ")
    assert "`write memory`" in end.trouble.hint


def test_a_session_that_is_lost_as_it_saves_is_followed_by_another(keep: Any) -> None:
    second = Session(is_lost=True)
    end = keep(Session(second, Session()), UnreachableError("gone"), [])
    assert (end.is_saved, end.trouble) == (True, None)


@pytest.mark.parametrize("third", [UnreachableError("no answer"), Session(is_lost=True)])
def test_where_nobody_gets_in_any_more_what_the_router_is_like_is_not_known(
    keep: Any, third: object
) -> None:
    """It may have been the line, or a reload, after which it has what startup-config has."""
    gone = UnreachableError("gone")
    end = keep(Session(Session(is_lost=True), third), gone, UnreachableError("gone again"))
    assert (end.is_saved, end.state) == (False, State.UNKNOWN)
    assert end.trouble is not None


def test_a_router_that_went_back_before_it_was_saved_is_told_as_such(keep: Any) -> None:
    with pytest.raises(RevertedError, match="went back to startup-config"):
        keep(Session(Session()), [], is_reloaded=True)


def test_somebody_who_holds_startup_config_is_told(keep: Any) -> None:
    end = keep(Session(Session()), LockedError("another session holds startup-config"))
    assert "not saved: another session holds startup-config" in str(end.trouble)
