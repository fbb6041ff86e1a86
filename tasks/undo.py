"""Undo: bring a router back to what it was, and see what it is like then."""

from __future__ import annotations

import logging
from collections.abc import Collection

from knockdeploy.device import revert
from knockdeploy.device.reading import running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RefusedLineError, RevertedError, RouterError, State
from knockdeploy.plan.model import Command
from knockdeploy.tasks.change import Change

_log = logging.getLogger(__name__)


def take_back(
    session: RouterSession, change: Change, accepted: Collection[Command], cause: RouterError
) -> tuple[State, RouterError]:
    """Take back the accepted commands; return what the router is like now, and the cause.

    Ours alone first, on the session that carried the change; where that does not do, the
    router's own revert, from a new session; where nobody gets in, the router's timer runs. The
    cause is another where a line was refused because that timer had fired in the middle.
    """
    try:
        if not _is_back_already(session, change, cause):
            session.configure(change.plan.undo(accepted))
        if change.is_taken_back(running_config(session)):
            return State.BEFORE, _disarm(session, cause)
    except Exception as error:  # noqa: BLE001  # the router's own revert is left, whatever it is
        _log.info("the scoped undo failed: %s", type(error).__name__)  # its line may be a secret
    try:
        with session.another() as fresh:
            return _revert(fresh, change), cause
    except Exception as error:  # noqa: BLE001  # its timer is left
        _log.info("the router's own revert could not be asked for: %s", error)
        return State.REVERTING, cause


def _is_back_already(session: RouterSession, change: Change, cause: RouterError) -> bool:
    fired = isinstance(cause, RevertedError)
    return fired and change.is_taken_back(running_config(session))


def _disarm(session: RouterSession, cause: RouterError) -> RouterError:
    """Stop the timer, which has nothing left to do and would undo what others do next."""
    try:
        revert.confirm(session)
    except RevertedError as fired:
        # A refusal then says nothing of the line: it stood in a configuration half gone.
        return fired if isinstance(cause, RefusedLineError) else cause
    return cause


def _revert(session: RouterSession, change: Change) -> State:
    if revert.pending(session):
        try:
            revert.revert_now(session)
        except RouterError as error:
            _log.info("the router did not revert when asked to: %s", error)
    if change.is_taken_back(running_config(session)):
        return State.BEFORE
    return State.REVERTING if revert.pending(session) else State.UNKNOWN
