"""Whether the session that carries a change stands long enough, where an entry let it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.errors import LockoutError
from knockdeploy.ios.counters import TemporaryEntry
from knockdeploy.operator import Operator
from knockdeploy.plan.checks import session_needs_entry
from knockdeploy.plan.lockout import OperatorAccess, access_of, needs_entry

_S_PER_MINUTE: Final = 60
_KEEPS: Final = "set knock.keep_established: true"
_KEEPS_SOON: Final = "the router has no knock.keep_established yet: come by another interface"


def refuse_ending_session(change: Change, job: Job) -> None:
    """Refuse a change during which the session would end with the entry that let it in.

    Raises:
        LockoutError: nothing was sent.
    """
    if not change.plan.steps:
        return
    operator, access, ours = change.reading.operator, _access(change), _ours(change)
    before = change.plan.before
    # A proof clears the entry of an earlier knock of ours.
    is_cleared = bool(ours) and job.proves(change.intent) and job.options.proof_from is None
    if access.knocks is None:
        if is_cleared and needs_entry(before, access):
            raise _cleared(operator, "come by another interface", "--proof-from or --no-proof")
        return
    needs = session_needs_entry(change.plan, access)
    if is_cleared and (needs or needs_entry(before, access, new_session=False)):  # also once undone
        kept = change.intent.keep_established
        raise _cleared(operator, _KEEPS_SOON if kept else _KEEPS, "--no-proof")
    if needs and not ours:
        raise LockoutError(
            f"the change shuts out {operator.source}: no entry permits the current session",
            f"{_KEEPS}, or put {operator.source} into knock.management_sources",
        )
    if needs:
        _refuse_short(ours, change.arming.minutes)


def refuse_cleared_session(change: Change, job: Job) -> None:
    """Refuse to prove a door, which clears our entry, where the session stands on it.

    Raises:
        LockoutError: nothing was done.
    """
    access, before = _access(change), change.plan.before
    if (
        _ours(change)
        and not job.options.proof_from
        and needs_entry(before, access, new_session=False)
    ):
        raise _cleared(change.reading.operator, "come by another interface", "--proof-from")


def _access(change: Change) -> OperatorAccess:
    return access_of(change.terms, change.at, change.at.own_addresses, change.reading.operator)


def _ours(change: Change) -> tuple[TemporaryEntry, ...]:
    """Return the entries that a knock from our address has made."""
    grant, answers = change.terms.recipe.grant, change.reading.answers
    if set(grant.shows(change.at)) <= answers.keys():
        standing = grant.standing(answers, change.at)
    else:
        listed = change.reading.access_lists.get(change.at.acl, ())
        standing = tuple(entry for each in listed for entry in each.temporary)
    return tuple(e for e in standing if e.source == change.reading.operator.source)


def _cleared(operator: Operator, instead: str, option: str) -> LockoutError:
    return LockoutError(
        f"we are in by the entry of an earlier knock of {operator.source}: the proof would clear "
        "it",
        f"{instead}, put {operator.source} into knock.management_sources, or use {option}",
    )


def _refuse_short(ours: Sequence[TemporaryEntry], minutes: int) -> None:
    """Refuse where the entry may end before the change is confirmed.

    A second knock need not make it longer (ios-facts §5), so it has to end first.
    """
    left_s = min((entry.left_s for entry in ours if entry.left_s is not None), default=None)
    if left_s is None or left_s < _S_PER_MINUTE * minutes:
        left, instead = "the router does not print when", "come by another interface"
        if left_s is not None:
            left = f"in {left_s} s"
            instead = "reconnect once it has ended; or use a shorter --confirm-minutes"
        raise LockoutError(
            f"the session ends with the entry by which we are in ({left}), and a deployment may "
            f"take {minutes} minutes",
            f"{_KEEPS}; or {instead}",
        )
