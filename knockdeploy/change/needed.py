"""From a router as it is to the change it needs: reading, rendering, planning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from knockdeploy.change.confirm_time import armed_for
from knockdeploy.change.image_quirks import accepted, dialect_of
from knockdeploy.change.job import Job
from knockdeploy.command import Command, Phase
from knockdeploy.device.arming import Arming, disarmed
from knockdeploy.device.reading import Reading, read
from knockdeploy.device.session import RouterSession
from knockdeploy.device.shows import Entry, Version
from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import outline, parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.ios.view import inbound_acl
from knockdeploy.ios.volatile import is_volatile
from knockdeploy.operator import Operator
from knockdeploy.plan.diff import DiffLine, planned
from knockdeploy.plan.idle import ends_sessions
from knockdeploy.plan.model import Plan, Site
from knockdeploy.plan.ownership import Ownership
from knockdeploy.plan.planner import make_plan
from knockdeploy.plan.reprint import as_printed
from knockdeploy.plan.site import edited_by_number, ownership_at, survey
from knockdeploy.rendering import render
from knockdeploy.report.summary import summary
from knockdeploy.secrets import Masker
from knockdeploy.store.planfile import Planned, digest, intent_digest
from knockdeploy.store.runs import Before


@dataclass(frozen=True, slots=True)
class Change:
    """What one router needs, and everything that is known of it.

    ``wanted`` is what was rendered, in the words of this image as far as they were accepted.
    ``arming`` is what brings the router back by itself meanwhile.
    """

    reading: Reading
    intent: Intent
    site: Site
    owner: Ownership
    wanted: Node
    dialect: Dialect
    plan: Plan
    arming: Arming
    notes: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """What to know before saying yes: what the plan says, and what was read."""
        is_told = self.arming.is_notable and self.plan.steps
        return [
            *self.notes,
            *((self.arming.said,) if is_told else ()),
            *self.plan.warnings,
            *map(str, (*self.plan.closes, *self.plan.opens)),
        ]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do: lines to send, or to take away after an earlier run."""
        return bool(self.plan.steps or self.arming.leftovers)

    @property
    def outside(self) -> str | None:
        """Where clients aim: the intent's address, else that of the outside interface."""
        said = self.intent.outside_address
        return str(said) if said else self.site.destination

    @property
    def is_typed_unbound(self) -> bool:
        """Whether OPEN leaves the ACL unbound: some images give it no temporary entry then."""
        opened = [step.after for step in self.plan.steps if step.command.phase is Phase.OPEN]
        config = opened[-1] if opened else self.plan.before
        return all(inbound_acl(config, name) != self.site.acl for name in self.owner.interfaces)

    def details(self, masker: Masker) -> dict[str, object]:
        """Return diff, commands, undo and warnings as a JSON document has them, masked."""
        return {
            "diff": self.diff(masker),
            "commands": [
                *(each | {"phase": "arm"} for each in _shown(self._armed, masker)),
                *_shown(self.plan.commands, masker),
            ],
            "undo": _shown(self.plan.undo(), masker),
            "warnings": self.warnings,
        }

    def diff(self, masker: Masker) -> str:
        """Return the change as text, masked; * is what stands for the time of the change."""
        lines = [
            *(DiffLine("*", each.line, each.parents) for each in self._armed),
            *(
                DiffLine("-", each.line.removeprefix("no "), each.parents)
                for each in self.arming.leftovers
            ),
            *planned(self.plan),
        ]
        return "".join(f"{line.shown(masker.line(line.parents, line.text))}\n" for line in lines)

    @property
    def _armed(self) -> tuple[Command, ...]:
        return self.arming.lines if self.plan.steps else ()

    @property
    def planned(self) -> Planned:
        """What a deployment is held to: what this was planned from, and what it sends."""
        return Planned(
            intent=intent_digest(self.intent),
            running=digest(_settled(self.reading.running)),
            positions=digest(json.dumps(self.backup.positions, sort_keys=True)),
            commands=self.plan.commands,
        )

    def summed_up(self, diff: str) -> Planned:
        """Return what is planned with its summary, "" where there is nothing to do."""
        said = summary(diff, self.plan.closes, self.plan.opens)
        unsaved = "" if self.is_saved else "to be saved"
        return replace(self.planned, summary=said or unsaved)

    @property
    def backup(self) -> Before:
        """What is kept of the router as it was read."""
        lists = self.reading.access_lists
        positions = {name: tuple(entry.number for entry in lists[name]) for name in lists}
        return Before(self.reading.running, self.reading.startup, positions)

    @property
    def is_saved(self) -> bool:
        """Whether startup-config has what is ours as running-config has it."""
        return self.ours(self.reading.running) == self.ours(self.reading.startup)

    def ours(self, text: str) -> Node:
        """Return what is ours in a configuration, ready to compare."""
        return self.owner.split(disarmed(parse(text)))[0]

    def others(self, text: str) -> Node:
        """Return what is not, without what arms the router for the time of a change."""
        return self.owner.split(disarmed(parse(text)))[1]

    def undo_seen(self, text: str) -> tuple[Command, ...]:
        """Return what takes back the change as far as ``text`` has it; nothing if that is unclear.

        The lines of the last write may stand or not: what the router shows tells.
        """
        now = self.ours(text)
        for index in range(len(self.plan.steps), 0, -1):
            if self.owner.split(self.plan.steps[index - 1].after)[0] == now:
                return self.plan.undo(self.plan.commands[:index])
        return ()

    def is_taken_back(self, text: str) -> bool:
        """Tell whether of what is ours ``text`` has what there was before.

        Other lines may have been changed by somebody else meanwhile: they stay as they are.
        """
        return self.ours(text) == self.owner.split(self.plan.before)[0]


def _settled(text: str) -> str:
    """Return a configuration as one text, without what changes by itself or arms it."""
    running = disarmed(parse(text))
    kept = (node for node in running.children if not is_volatile(node.text))
    return to_text(running.with_children(tuple(kept)))


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
    reading = _read(session, intent, job)
    return change_from(reading, intent, job, reading.operator)


def unjudged_change(session: RouterSession, intent: Intent, job: Job) -> Change:
    """Read a router and plan what it needs, whatever that opens and whomever it locks out.

    Raises:
        RouterError: it cannot be read, or does not fit the intent.
    """
    reading = _read(session, intent, job)
    return change_from(reading, intent, job, operator=None, judges=False)


def _read(session: RouterSession, intent: Intent, job: Job) -> Reading:
    return read(session, partial(concerned, intent=intent, job=job))


def concerned(version: Version, text: str, *, intent: Intent, job: Job) -> tuple[str, ...]:
    """Return the ACLs whose positions a plan needs, of a running-config."""
    return edited_by_number(parse(text), intent, dialect_of(job, version.number))


def change_from(
    reading: Reading, intent: Intent, job: Job, operator: Operator | None, *, judges: bool = True
) -> Change:
    """Plan from what was read; without an operator nobody can be locked out."""
    running = numbered(reading.running, reading.access_lists)
    version = reading.version.number
    dialect = dialect_of(job, version)
    site = survey(running, intent, dialect)
    wanted = outline(render(intent, site, job.settings.templates))
    wanted = as_printed(wanted, accepted(job, intent, version))
    plan = make_plan(
        running,
        wanted,
        intent,
        operator,
        allow_open=job.allows_opening,
        dialect=dialect,
        site=site,
        # an unbound list may take no temporary entries: the knock could not be proved in OPEN
        binds_first=job.binds_first or not job.images.takes_entries_unbound(version),
        judges=judges,
    )
    owner = ownership_at(running, intent, site, dialect)
    armed, notes = armed_for(parse(reading.running), len(plan.commands), intent, job)
    if (
        plan.steps
        and job.proves
        and intent.proof != "off"
        and (idle := ends_sessions(running, intent))
    ):
        notes = (*notes, idle[1])
    return Change(reading, intent, site, owner, wanted, dialect, plan, armed, notes)


def numbered(text: str, lists: Mapping[str, tuple[Entry, ...]] | None = None) -> Node:
    """Return a running-config with the positions that `show ip access-lists` gave.

    Raises:
        UnsupportedError: the two do not list the same number of entries.
    """
    positions = {
        name: [entry.number for entry in entries] for name, entries in (lists or {}).items()
    }
    try:
        return with_numbers(disarmed(parse(text)), positions)
    except ValueError as error:
        raise UnsupportedError(
            f"running-config and show ip access-lists disagree about the ACL {error}",
            "look at both on the router; was it changed just now?",
        ) from None
