"""From a router as it is to the change it needs: reading, rendering, planning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knockdeploy.device.reading import Reading, access_lists, read, running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.device.shows import Entry
from knockdeploy.errors import LockedError, UnsavedChangesError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import outline, parse
from knockdeploy.ios.tree import Node
from knockdeploy.ios.volatile import is_volatile
from knockdeploy.plan.diff import diff
from knockdeploy.plan.model import Command, Operator, Plan, Site
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.planner import make_plan
from knockdeploy.plan.site import ownership, survey
from knockdeploy.rendering import render
from knockdeploy.secrets import Masker
from knockdeploy.tasks.job import Job


@dataclass(frozen=True, slots=True)
class Change:
    """What one router needs, and everything that is known of it."""

    reading: Reading
    intent: Intent
    site: Site
    owner: Ownership
    plan: Plan

    @property
    def outside(self) -> str | None:
        """Where clients aim: the intent's address, else that of the outside interface."""
        said = self.intent.outside_address
        return str(said) if said else self.site.destination

    def details(self, masker: Masker) -> dict[str, object]:
        """Return diff, commands and undo as a JSON document has them, masked."""
        return {
            "diff": self.diff(masker),
            "commands": _shown(self.plan.commands, masker),
            "undo": _shown(self.plan.undo(), masker),
        }

    def diff(self, masker: Masker) -> str:
        """Return the change as text, masked."""
        return "".join(
            f"{line.sign} {' ' * len(line.parents)}{masker.line(line.parents, line.text)}\n"
            for line in diff(self.plan.before, self.plan.after)
        )

    def same_configuration(self, text: str) -> bool:
        """Tell whether ``text`` is the configuration that this plan is made from."""
        return _settled(text) == _settled(self.reading.running)

    def is_taken_back(self, text: str) -> bool:
        """Tell whether of what is ours ``text`` has what there was before.

        Other lines may have been changed by somebody else meanwhile: they stay as they are.
        """
        now, _ = self.owner.split(parse(text))
        before, _ = self.owner.split(self.plan.before)
        return now == before


def _settled(text: str) -> tuple[Node, ...]:
    return tuple(node for node in parse(text).children if not is_volatile(node.text))


def _shown(commands: Iterable[Command], masker: Masker) -> list[dict[str, object]]:
    return [
        {
            "line": masker.line(command.parents, command.line),
            "parents": list(command.parents),
            "phase": command.phase.value,
        }
        for command in commands
    ]


def needed_change(session: RouterSession, intent: Intent, job: Job) -> Change:
    """Read a router and plan what it needs; nothing is changed.

    Raises:
        RouterError: it cannot be read, or the change is refused.
    """
    reading = read(session, lambda text: (survey(parse(text), intent).acl,))
    return change_from(reading, intent, job, reading.operator)


def change_from(reading: Reading, intent: Intent, job: Job, operator: Operator | None) -> Change:
    """Plan from what was read; without an operator nobody can be locked out."""
    running = numbered(reading.running, reading.access_lists)
    site = survey(running, intent)
    wanted = outline(render(intent, site, job.settings.templates))
    plan = make_plan(running, wanted, intent, operator, allow_open=job.allows_opening)
    return Change(reading, intent, site, ownership(running, intent), plan)


def numbered(text: str, lists: Mapping[str, tuple[Entry, ...]] | None = None) -> Node:
    """Return a running-config with the positions that `show ip access-lists` gave.

    Raises:
        UnsupportedError: the two do not list the same number of entries.
    """
    positions = {
        name: [entry.number for entry in entries] for name, entries in (lists or {}).items()
    }
    try:
        return with_numbers(parse(text), positions)
    except ValueError as error:
        raise UnsupportedError(
            f"running-config and show ip access-lists disagree about the ACL {error}",
            "look at both on the router; was it changed just now?",
        ) from None


def read_again(session: RouterSession, change: Change) -> Node:
    """Return the configuration as it is now, positions included; two round trips."""
    text = running_config(session)
    return numbered(text, access_lists(session, change.site.acl))


def refuse_pending(change: Change) -> None:
    """Refuse a router on which somebody's change waits for its confirmation.

    Raises:
        LockedError: nothing was sent.
    """
    if pending := change.reading.pending:
        left = f", {pending.value} left" if pending.value else ""
        raise LockedError(
            f"a change by {pending.user or 'somebody'} waits for its confirmation{left}",
            "confirm or revert it on the router, or wait for its timer",
        )


def refuse_unsaved(change: Change, job: Job) -> None:
    """Refuse a router whose foreign lines differ between running and startup.

    Saving would make somebody's trial permanent, and a revert would lose it.

    Raises:
        UnsavedChangesError: unless the operator allows it.
    """
    _, running = change.owner.split(parse(change.reading.running))
    _, startup = change.owner.split(parse(change.reading.startup))
    if running == startup or job.saves_all:
        return
    lines = [line for line in diff(startup, running) if line.sign != " "]
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    raise UnsavedChangesError(
        f"running and startup configuration differ: '{lines[0].sign} {lines[0].text}'{more}"
        if lines
        else "running and startup configuration differ in order"
    )
