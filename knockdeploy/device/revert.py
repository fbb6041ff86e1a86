"""The router's own undo: `configure terminal revert timer` (ios-facts §9)."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.device import flash, show_output
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    AuthorizationError,
    DeviceTimeoutError,
    LockedError,
    RefusedLineError,
    RevertedError,
    RouterError,
    UnreachableError,
    UnsupportedError,
)

_REVERT_WITHIN_S: Final = 180.0  # of silence, while it replaces the configuration
_ARM_WITHIN_S: Final = 120.0  # of silence, while it copies the configuration to a slow flash
_CONFIRM: Final = "configure confirm"
_ARCHIVE_OFF: Final = "Turn config archive on"
_NOTHING_PENDING: Final = "No Rollback Confirmed Change pending"
# What arming prints where it worked.
_ARMED: Final = re.compile(
    r"^(?:Rollback Confirmed Change: Backing up current running config to .*"
    r"|Enter configuration commands, one per line.*)$",
    re.MULTILINE,
)
_BACKING_UP: Final = "Backing up current running config"  # from here on the timer may run
_CHANGE: Final = "rollback confirmed change"
_TAKEN: Final = re.compile(r"already|pending|progress")


def pending(session: RouterSession) -> show_output.PendingRevert | None:
    """Return the change that waits for its confirmation, None where there is none."""
    (text,) = session.ask("show archive config rollback timer")
    return show_output.pending(text)


def is_pending(session: RouterSession) -> bool:
    """Tell whether the timer runs."""
    return pending(session) is not None


def arm(session: RouterSession, minutes: int) -> None:
    """Start the timer; the session is in configuration mode afterwards.

    Raises:
        UnsupportedError: the router has no archive, or no such command. Nothing was changed.
        LockedError: somebody else's timer or configuration lock. Nothing was changed.
        RefusedLineError, DeviceTimeoutError, UnreachableError: an answer nobody knows, or none.
            The configuration is as it was; the message says whether the timer may run.
    """
    command = f"configure terminal revert timer {minutes}"
    try:
        _enter(session, command, minutes)
    except RouterError as error:
        is_unknown = type(error) is RefusedLineError and not session.mode
        if is_unknown and _BACKING_UP not in error.message:  # it said no, and started nothing
            if waiting := pending(session):  # since we looked
                msg = f"a change by {waiting.user or 'somebody'} has just become pending"
                hint = "confirm or revert it on the router, or wait for its timer"
                raise LockedError(msg, hint) from None
        elif _may_run(error):
            error.message = f"{error.message}; {_stop(session, error)}"
        raise


def _enter(session: RouterSession, command: str, minutes: int) -> None:
    try:
        answer = session.enter(command, _ARM_WITHIN_S)
    except RefusedLineError as error:
        raise _not_armed(error) from None
    left = session.refusal(_ARMED.sub("", answer))
    if left and (_is_message(left) or not _runs(session, minutes)):
        raise RefusedLineError(command, left, flash.hint(left))


def _is_message(left: str) -> bool:
    """Tell whether unknown words are a message of IOS's: prose may be no refusal."""
    return "%" in left


def _runs(session: RouterSession, minutes: int) -> bool:
    """Tell whether a timer of so many minutes runs: ours, if the router was free before."""
    waiting = pending(session)
    return waiting is not None and waiting.value.split()[:1] in ([], [str(minutes)])


def _may_run(error: RouterError) -> bool:
    """Tell whether the timer may run though it could not be armed; never true of another's."""
    if isinstance(error, LockedError):
        return _BACKING_UP in error.message
    return not isinstance(error, UnsupportedError | AuthorizationError)


def _stop(session: RouterSession, error: RouterError) -> str:
    """Confirm, though nothing was changed, or the timer would undo what others do next."""
    answers = not isinstance(error, DeviceTimeoutError | UnreachableError)
    for same in (True, False) if answers else (False,):
        try:
            if same:
                confirm(session)
            else:
                with session.another() as fresh:
                    confirm(fresh)
        except RevertedError:  # nothing pending; a router that is still silent may yet arm
            if answers:
                return "the revert timer does not run"
        except RouterError:
            continue
        else:
            return "the revert timer was stopped"
    return "the revert timer may still run: `configure confirm` on the router stops it"


def extend(session: RouterSession, minutes: int) -> None:
    """Let the timer run for so long from now on; the session is in EXEC afterwards.

    Raises:
        RevertedError: nothing was pending any more.
        RefusedLineError: the router did not take it; the timer runs on as it did.
    """
    _end(f"configure revert timer {minutes}", session)


def confirm(session: RouterSession) -> None:
    """Keep the change. Any session may try; images differ in whose confirmation they take.

    Raises:
        RevertedError: nothing was pending any more: the timer had fired.
        RefusedLineError: the router did not take it from this session; the timer still runs.
    """
    _end(_CONFIRM, session)


def revert_now(session: RouterSession) -> None:
    """Have the router go back at once; returns when it has.

    Raises:
        RevertedError: nothing was pending: it had gone back already.
        RefusedLineError: the router did not; the timer still runs.
    """
    _end("configure revert now", session)


def _end(command: str, session: RouterSession) -> None:
    text = session.run(command, _REVERT_WITHIN_S)
    if _NOTHING_PENDING in text:
        msg = f"the router's own revert timer has fired: nothing is pending for '{command}'"
        raise RevertedError(msg)
    left = session.refusal(text)
    if left and (_is_message(left) or (command == _CONFIRM and pending(session))):
        raise RefusedLineError(command, left)


def _not_armed(error: RefusedLineError) -> RouterError:
    if _BACKING_UP in error.answer:
        return error
    if why := flash.hint(error.answer):
        return RefusedLineError(error.line, error.answer, why)
    if _ARCHIVE_OFF in error.answer:
        msg = "the router has no configuration archive, so it cannot revert by itself"
        return UnsupportedError(msg, "configure `archive` with `path flash:NAME-` on it first")
    if _TAKEN.search(error.answer.lower().partition(_CHANGE)[2]):
        msg = f"somebody's change is pending: {error.answer}"
        return LockedError(msg, "confirm or revert it on the router, or wait for its timer")
    if "Invalid input" in error.answer:
        msg = "the router does not know `configure terminal revert timer`"
        return UnsupportedError(msg, "12.4(20)T or later is needed")
    return error
