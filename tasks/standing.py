"""Whether the session that carries a change stands long enough, where an entry let it in."""

from __future__ import annotations

from knockdeploy.errors import LockoutError
from knockdeploy.plan.checks import session_needs_entry
from knockdeploy.plan.lockout import needs_entry, way_in
from knockdeploy.tasks.change import Change
from knockdeploy.tasks.job import Job


def refuse_ending_session(change: Change, job: Job) -> None:
    """Refuse a change during which the entry by which we are in would end, or be cleared.

    Raises:
        LockoutError: nothing was sent.
    """
    operator, acl = change.reading.operator, change.site.acl
    listed = change.reading.access_lists.get(acl, ())
    ours = [e for each in listed for e in each.temporary if e.source == operator.source]
    if not ours or not _needs_entry(change):
        return
    source, knocks = operator.source, change.intent.access == "knock"
    by_knock = "set knock.keep_established: true" if knocks else "come by another interface"
    if job.clears_our_entry:
        raise LockoutError(
            f"we are in by the entry of an earlier knock of {source}: the proof would clear it",
            f"{by_knock}, put {source} into knock.management_sources, or use --no-proof",
        )
    left_s = min((entry.left_s for entry in ours if entry.left_s is not None), default=None)
    if knocks and (left_s is None or left_s < 60 * job.confirm_minutes):
        how_long = "the router does not tell how long" if left_s is None else f"{left_s} s"
        raise LockoutError(
            f"we are in by the entry of a knock of {source}, and the session ends with it "
            f"({how_long}); a deployment may take {job.confirm_minutes} minutes",
            f"{by_knock}; or wait for its end and come again, or use a shorter --confirm-minutes",
        )


def _needs_entry(change: Change) -> bool:
    way = way_in(change.reading.operator, change.intent, change.owner, change.site.own_addresses)
    if way.knocks:  # a new session opens the door anew
        return session_needs_entry(change.plan, way)
    return needs_entry(change.plan.before, way)
