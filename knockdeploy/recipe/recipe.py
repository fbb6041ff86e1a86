"""What is put on a router: one of each ingredient, and where that stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Final

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent, Names
from knockdeploy.ios import view
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.policy_file import md5_of
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.descriptions import RECORD
from knockdeploy.recipe.groups import Groups
from knockdeploy.recipe.name_conflicts import refuse_renamed, refuse_taken
from knockdeploy.recipe.owned import Owned, Scope
from knockdeploy.recipe.part import Enforcement, Engine, Grant, Part, Trigger
from knockdeploy.recipe.placement import Placement, Placements
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.record import ENVIRONMENT, VARIABLE, Record
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Secret

_RECORD: Final = Owned(ENVIRONMENT, VARIABLE, RECORD, Scope.LINE)
_KIND: Final = "enforcement.kind"
_FIRST: Final = "interface-acl"
"""What a record without that key means: once there was no other enforcement."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is put on a router: one of each ingredient."""

    trigger: Trigger
    engine: Engine
    grant: Grant
    enforcement: Enforcement
    others: tuple[Engine, ...] = ()
    """The engines that it may have had before."""
    is_xe: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts in the order in which they are made."""
        rest = (self.trigger, self.engine, self.grant)
        if self.enforcement.is_in_policy:
            return (*self._groups, self.enforcement, *rest)
        return (*self._groups, *rest, self.enforcement)

    @property
    def _placed(self) -> tuple[Part, ...]:
        """The parts in the order in which they find their places: what shuts says where."""
        return (self.enforcement, self.grant, self.engine, self.trigger, *self._groups)

    @property
    def _groups(self) -> tuple[Groups, ...]:
        if not self.trigger.uses_groups:
            return ()
        return (Groups(ordered=self.engine.reads_group),)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return every object of ours in the order in which they are made."""
        return (_RECORD, *chain.from_iterable(part.owned(at) for part in self.parts))

    def _former(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with what other engines left there: it is to go."""
        known = {row.header for row in at.owned}
        left: list[Owned] = []
        for engine in self.others:
            then = engine.find(running, intent, replace(at, record=Record()))
            rows = tuple(row for row in engine.owned(then) if row.header not in known)
            if _has(running.config, *(row.header for row in rows if row.replaced)):
                left += (replace(row, stale=True, made=False, key="") for row in rows)
        return replace(at, owned=(*at.owned, *left))

    def secrets(self, names: Names) -> Mapping[str, Secret]:
        """Return the headers below which lines name knock ports, and how."""
        return _secrets(self, names)

    def offline(self, intent: Intent) -> Placement:
        """Return where ours stands on a router that nobody has asked: any address.

        An ACL is one that exists, unless the intent says what a new one holds.
        """
        at = self.enforcement.offline(intent, _unplaced(intent))
        return replace(at, owned=self.owned(at))

    def place(self, running: Running, intent: Intent, dialect: Dialect = CLASSIC) -> Placement:
        """Return where ours shall stand on a router.

        Raises:
            IntentError: if the intent does not fit this router.
            UnsupportedError: if it cannot have it, or has a name of ours for something else.
        """
        if view.is_xe(running.config) and not self.is_xe:
            raise UnsupportedError(
                "this is IOS-XE, which has no control-plane logging: no knock could be seen",
                "platform: cisco_xe in the inventory: there a knock is heard by other means",
            )
        _refuse_another_enforcement(running, intent)
        known = () if running.is_negotiated else running.own_addresses
        at = replace(_unplaced(intent), own_addresses=known)
        for part in self._placed:
            at = part.place(running, intent, at, dialect)
        at = at.recording(_KIND, intent.enforcement != _FIRST and intent.enforcement)
        at = replace(at, owned=self.owned(at))
        self._refuse_names(running, intent, at)
        return self._former(running, intent, at)

    def find(self, running: Running, intent: Intent) -> Placement:
        """Return where ours stands, whatever became of it: what a removal goes by.

        Raises:
            IntentError: if the intent does not fit this router.
            UnsupportedError: if something that is not ours uses what is, or has its name.
        """
        _refuse_another_enforcement(running, intent)
        at = replace(_unplaced(intent), own_addresses=running.own_addresses)
        for part in self._placed:
            at = part.find(running, intent, at)
        at = replace(at, owned=self.owned(at))
        if at.only_ours(running.config).children:
            self.enforcement.refuse_users(running, at)
            hint = "take that line out on the router, or give ours another name under knock.names"
            self._refuse_names(running, intent, at, hint)
        return self._former(running, intent, at)

    def placements(self, running: Running, before: Node, intent: Intent) -> Placements:
        """Return where ours stands now, and where it stood in the configuration of before.

        ``before`` may be empty: nothing was ours then.

        Raises:
            RouterError: as ``find``; or if ``before`` has ours under other names than the intent.
        """
        now = self.find(running, intent)
        earlier = Running(before)
        then = self.find(earlier, intent) if before.children else now
        named = next(row.header for row in then.owned if row.secret)
        if earlier.record and not _has(earlier.config, named):
            raise IntentError(
                "what was deployed before that run has other names than now",
                "knock.names as they were then; afterwards deploy the new ones",
            )
        if before.children and now.acl == then.acl and now.copies and then.copies:
            # the copy stays, and with it what others typed into it
            now, then = replace(now, acl_exists=True), replace(then, acl_exists=True)
            return Placements(*(replace(each, owned=self.owned(each)) for each in (now, then)))
        return Placements(now, then)

    def _refuse_names(
        self, running: Running, intent: Intent, at: Placement, hint: str = ""
    ) -> None:
        for each in (self.engine, self.trigger, self.grant):
            refuse_renamed(each.former_names(running, intent, at))
        refuse_taken(running.config, at.owned, hint)
        for part in self.parts:
            part.refuse_taken(running, intent)

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> tuple[str, ...]:
        """Return what to know before a deployment.

        Raises:
            UnsupportedError: if it would take from others what is theirs, or hears no knock.
        """
        warnings = (part.review(running, intent, at, protected) for part in self._placed)
        return (*chain.from_iterable(warnings), *_unprotected(running, at))

    def edited_by_number(self, running: Running, at: Placement) -> tuple[str, ...]:
        """Return the ACLs of which a plan needs the numbers that `show ip access-lists` tells."""
        names = (part.edited_by_number(running, at) for part in self._placed)
        return tuple(dict.fromkeys(chain.from_iterable(names)))

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return the commands that tell of knocks and of what they opened, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(part.shows(at) for part in self.parts)))

    def files(self, at: Placement) -> Mapping[str, bytes]:
        """Return the files that any of the engines needs on the router, by digest."""
        known = (engine.files(at) for engine in (self.engine, *self.others))
        return {md5_of(content): content for each in known for content in each.values()}

    def not_found(self, running: Running, at: Placement) -> Iterator[str]:
        """Yield a warning where something that a deployment makes is not there by its name."""
        made = {
            row.name
            for row in at.owned
            if row.scope is Scope.SECTION and row.made and row.users is not None
        }
        made -= {row.name for node in running.config.children if (row := at.table.row(node.text))}
        if made and running.record:
            yield (
                f"the router has no {', '.join(sorted(made))}: what was deployed under another "
                "name of knock.names stays"
            )


@lru_cache(maxsize=64)  # most routers of a fleet have the same of both
def _secrets(recipe: Recipe, names: Names) -> Mapping[str, Secret]:
    rows = recipe.owned(Placement(names=names))
    return {row.header: row.secret for row in rows if row.secret}


def _unplaced(intent: Intent) -> Placement:
    return Placement(names=intent.names, is_probed=bool(intent.probe_ports))


def _has(config: Node, *headers: str) -> bool:
    """Tell whether an object with one of these headers is there."""
    starts = tuple(f"{header} " for header in headers)
    return any(f"{node.text} ".startswith(starts) for node in config.children)


def _refuse_another_enforcement(running: Running, intent: Intent) -> None:
    """Refuse where something else shuts the door: two would, and one of them would stay.

    Raises:
        UnsupportedError: naming it.
    """
    had = running.record and (running.record.get(_KIND) or _FIRST)
    if had and had != intent.enforcement:
        raise UnsupportedError(
            f"the router has a deployment with enforcement: {had}",
            "give the host that one and remove it; then deploy the other",
        )


def _unprotected(running: Running, at: Placement) -> Iterator[str]:
    """Yield a warning for each address of the router's own that nothing on it tells."""
    for interface, line in view.learned_addresses(running.config) if at.own_addresses else ():
        yield (
            f"{interface} learns the address of '{line}' from other routers: it is not protected; "
            f"give it on this one, too: `{line} ADDRESS`"
        )
