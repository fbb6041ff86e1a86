"""Remove: take the feature off a router, which is then as it was before the first deployment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from nornir.core.task import Result, Task

from knockdeploy.change.confirm_time import armed_for
from knockdeploy.change.image_quirks import dialect_of
from knockdeploy.change.job import Job, run, session_of
from knockdeploy.change.needed import Change, numbered
from knockdeploy.device.reading import read
from knockdeploy.device.session import RouterSession
from knockdeploy.device.shows import Version
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import own_addresses
from knockdeploy.plan.deployed import owner_of_both
from knockdeploy.plan.model import Site
from knockdeploy.plan.ownership import Record
from knockdeploy.plan.removal import make_rollback
from knockdeploy.report.change import ChangeOutcome, PlanOutcome, RemoveOutcome
from knockdeploy.tasks.deploy import Errand, carry_out


def remove(task: Task, job: Job) -> Result:
    """Leave nothing of ours on one router, confirmed and saved; or leave it as it was."""
    return run(task, replace(job, proves=False), _remove, RemoveOutcome)


def plan_removal(task: Task, job: Job) -> Result:
    """Read one router, and report what a removal does and ``opens``; change nothing."""
    return run(task, replace(job, allows_opening=True), _plan, PlanOutcome)


def _remove(task: Task, job: Job, intent: Intent) -> ChangeOutcome:
    return carry_out(task, job, intent, Errand(needed_removal, RemoveOutcome))


def _plan(task: Task, job: Job, intent: Intent) -> PlanOutcome:
    return needed_removal(session_of(task, job), intent, job).outcome(job.masker(intent))


def needed_removal(session: RouterSession, intent: Intent, job: Job) -> Change:
    """Read a router and plan what takes ours away; nothing is changed.

    Raises:
        RouterError: it cannot be read, or the removal is refused.
    """
    return back_to(Node(""), session, intent, job)


def back_to(
    before: Node,
    session: RouterSession,
    intent: Intent,
    job: Job,
    refuse: Callable[[Node], None] = lambda _running: None,
) -> Change:
    """Read a router and plan what gives it what of ours ``before`` has; nothing is changed.

    Raises:
        RouterError: it cannot be read, or the change is refused, by ``refuse`` first.
    """
    reading = read(session, partial(_concerned, before=before, intent=intent))
    running = numbered(reading.running, reading.access_lists)
    refuse(running)
    dialect = dialect_of(job, reading.version.number)
    startup = parse(reading.startup)
    # What was taken away, and could not be saved then, is told by the startup configuration alone.
    is_gone = Record.read(running) is None and Record.read(before) is None
    owner = owner_of_both(running, startup if is_gone else before, intent)
    plan = make_rollback(
        running, before, intent, reading.operator, allow_open=job.allows_opening, dialect=dialect
    )
    site = Site(acl=owner.acl, interfaces=owner.interfaces, own_addresses=own_addresses(running))
    armed, notes = armed_for(parse(reading.running), len(plan.commands), intent, job)
    return Change(reading, intent, site, owner, Node(""), dialect, plan, armed, notes)


def _concerned(_version: Version, text: str, *, before: Node, intent: Intent) -> tuple[str, ...]:
    """Return the ACLs that are edited by position."""
    owner = owner_of_both(parse(text), before, intent)
    return (owner.acl, owner.earlier.acl, intent.names.copp_acl)
