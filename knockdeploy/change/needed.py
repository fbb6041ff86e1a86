"""From a router as it is to the change it needs: reading, rendering, planning."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from knockdeploy.change.confirm_time import armed_for
from knockdeploy.change.files import Contents, concerned, gone
from knockdeploy.change.image_quirks import accepted, dialect_of, fitting
from knockdeploy.change.job import Job
from knockdeploy.change.survey import Survey, as_read
from knockdeploy.command import Command, Phase
from knockdeploy.device.arming import Arming, disarmed
from knockdeploy.device.reading import Reading, read
from knockdeploy.device.session import RouterSession
from knockdeploy.intent import Intent
from knockdeploy.ios.canonical import is_volatile
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policy_file import is_file, path_and_digest, without_files
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.idle_timeout import ends_sessions
from knockdeploy.plan.model import Deployed, Plan, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.plan.reprint import Reprint, in_our_words
from knockdeploy.recipe.placement import Ownership, Placement
from knockdeploy.recipe.rendering import wanted as wanted_of
from knockdeploy.recipe.running import Running
from knockdeploy.store.before import Before
from knockdeploy.store.images import Quirk
from knockdeploy.store.planfile import Planned, digest, intent_digest


@dataclass(frozen=True, slots=True)
class Change:
    """What one router needs, and everything that is known of it."""

    reading: Reading
    terms: Terms
    at: Placement
    owner: Ownership
    """Tells ours from others' lines, before and after."""
    wanted: Node
    """What was rendered."""
    plan: Plan
    arming: Arming
    """What brings the router back by itself, unless the change is confirmed."""
    reprints: tuple[Reprint, ...] = ()
    """Other words of this image for what is wanted, as somebody accepted them."""
    notes: tuple[str, ...] = ()
    lacks_decoys: bool = False
    """The image opens nothing beside decoys."""

    @property
    def intent(self) -> Intent:
        """What the router is to have."""
        return self.terms.intent

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do: lines to send, or to take away after an earlier run."""
        return bool(self.plan.steps or self.arming.leftovers)

    @property
    def probed(self) -> Change:
        """The same change, with the knock of probes in place of the real one."""
        return replace(self, terms=replace(self.terms, intent=self.intent.probing))

    @property
    def outside(self) -> str | None:
        """Where clients aim: the intent's address, else that of the outside interface."""
        address = self.intent.outside_address
        return str(address) if address else self.at.aim

    @property
    def is_typed_unbound(self) -> bool:
        """Whether OPEN leaves the ACL unbound: some images give it no temporary entry then."""
        opened = [step.after for step in self.plan.steps if step.command.phase is Phase.OPEN]
        config = opened[-1] if opened else self.plan.before
        return not self.terms.recipe.enforcement.is_bound(config, self.at)

    @property
    def is_heard_in_open(self) -> bool:
        """Whether the router hears knocks before CLOSE: some hear none by a list unbound."""
        return self.terms.recipe.trigger.hears_unbound or not self.is_typed_unbound

    @property
    def planned(self) -> Planned:
        """What a deployment is held to: the configuration planned from, and the lines to send."""
        return Planned(
            intent=intent_digest(self.intent),
            running=digest(_settled(self.reading.running)),
            positions=digest(json.dumps(self.backup.positions, sort_keys=True)),
            commands=self.plan.commands,
        )

    @property
    def backup(self) -> Before:
        """What is kept of the router as it was read."""
        lists = self.reading.access_lists
        positions = {name: tuple(entry.number for entry in lists[name]) for name in lists}
        return Before(self.reading.running, self.reading.startup, positions, self.reading.files)

    @property
    def is_saved(self) -> bool:
        """Whether startup-config has what is ours as running-config has it, and no open door."""
        return self.has_saved_ours and not self.reading.saved_passing

    @property
    def has_saved_ours(self) -> bool:
        """Whether startup-config has what is ours, whatever else it has."""
        return self.are_same(self.reading.running, self.reading.startup)

    @property
    def contents(self) -> Contents:
        """The files that can be typed, by digest."""
        return self.terms.recipe.files(self.at)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files to verify after the change, but for those to be deleted."""
        planned = (node.text for node in self.plan.after.children if is_file(node.text))
        paths = {*concerned(self.at), *(path_and_digest(line)[0] for line in planned)}
        return tuple(sorted(paths - gone(self.plan.commands)))

    @property
    def had_ours(self) -> Node:
        """What was ours before the change, ready to compare, without files."""
        return self.owner.split(without_files(self.plan.before))[0]

    def ours(self, text: str) -> Node:
        """Return what is ours in a configuration, ready to compare."""
        return self.owner.split(self.read(disarmed(parse(text))))[0]

    def are_same(self, text: str, other: str) -> bool:
        """Tell whether ours is the same in two configurations; mostly they are equal as a whole."""
        return parse(text) == parse(other) or self.ours(text) == self.ours(other)

    def read(self, config: Node) -> Node:
        """Return a configuration with our own words in place of accepted reprints."""
        return in_our_words(config, self.wanted, self.reprints)

    def others(self, text: str) -> Node:
        """Return what is not ours in a configuration, without what arms the router."""
        return self.owner.split(disarmed(parse(text)))[1]

    def undo_seen(self, text: str) -> tuple[Command, ...]:
        """Return what takes back the change as far as ``text`` has it; nothing if that is unclear.

        The lines of the last write may stand or not: what the router shows tells.
        """
        now = self.ours(text)
        for index in range(len(self.plan.steps), 0, -1):
            if self.owner.split(without_files(self.plan.steps[index - 1].after))[0] == now:
                return self.plan.undo(self.plan.commands[:index])
        return ()

    def is_taken_back(self, text: str) -> bool:
        """Tell whether a configuration has of ours what it had before the change.

        Other lines may have been changed by somebody else meanwhile: they stay as they are.
        """
        return self.ours(text) == self.had_ours


def _settled(text: str) -> str:
    """Return a configuration as one text, without what changes by itself or arms it."""
    running = disarmed(parse(text))
    return to_text(running.keeping(lambda node: not is_volatile(node.text)))


def needed_change(
    session: RouterSession, intent: Intent, job: Job, *, judges: bool = True
) -> Change:
    """Read a router and plan what it needs; nothing is changed.

    Without ``judges`` also what opens something or locks somebody out is planned.

    Raises:
        RouterError: it cannot be read, or the change is refused.
    """
    survey = Survey(intent, job)
    reading = read(session, survey.concern)
    return change_from(reading, survey, reading.operator if judges else None, judges=judges)


def change_from(
    reading: Reading,
    survey: Survey,
    operator: Operator | None,
    *,
    judges: bool = True,
    planned_by: Callable[[Running, Deployed, Terms], Plan] = plan,
) -> Change:
    """Plan from what was read; without an operator nobody can be locked out."""
    job, version = survey.job, reading.version.number
    intent = fitting(survey.intent, job, version)
    running, at = survey.place(version, reading.running)
    terms = Terms(
        intent,
        survey.recipe,
        operator,
        allow_open=job.options.allows_opening,
        dialect=dialect_of(job, version),
        # an unbound list may take no temporary entries: the knock could not be proved in OPEN
        binds_first=job.binds_first or job.images.has(Quirk.NO_ENTRIES_UNBOUND, version),
        judges=judges,
    )
    wanted = wanted_of(terms.recipe, intent, at, job.settings.templates)
    reprints = accepted(job, intent, version)
    config = as_read(reading, running.config)
    running = running.numbered(in_our_words(config, wanted, reprints))
    made = planned_by(running, Deployed(wanted, at), terms)
    armed, notes = armed_for(parse(reading.running), len(made.commands), intent, job)
    if made.steps and job.proves(intent) and (idle := ends_sessions(running.config, intent)):
        notes = (*notes, idle[1])
    lacks_decoys = intent.decoys < survey.intent.decoys
    return Change(reading, terms, at, at, wanted, made, armed, reprints, notes, lacks_decoys)
