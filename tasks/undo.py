"""Undo: bring a router back to what it was, and see what it is like then."""

from __future__ import annotations

import logging
from collections.abc import Collection

from knockdeploy.device import revert
from knockdeploy.device.reading import running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RouterError, State
from knockdeploy.plan.model import Command
from knockdeploy.tasks.change import Change

_log = logging.getLogger(__name__)


def take_back(session: RouterSession, change: Change, accepted: Collection[Command]) -> State:
    """Take back the accepted commands and return what the router is like now.

    Ours alone first, on the session that carried the change; where that does not do, the
    router's own revert, from a new session; where nobody gets in, the router's timer runs.
    """
    try:
        session.configure(change.plan.undo(accepted))
        if change.same_configuration(running_config(session)):
            revert.confirm(session)  # it is as it was: the timer has nothing left to do
            return State.BEFORE
    except RouterError as error:
        _log.info("the scoped undo failed: %s", error)
    try:
        with session.another() as fresh:
            return _revert(fresh, change)
    except RouterError as error:
        _log.info("the router's own revert could not be asked for: %s", error)
        return State.REVERTING


def _revert(session: RouterSession, change: Change) -> State:
    if not change.same_configuration(running_config(session)):
        revert.revert_now(session)
    elif revert.pending(session):
        revert.confirm(session)
    same = change.same_configuration(running_config(session))
    return State.BEFORE if same else State.UNKNOWN
