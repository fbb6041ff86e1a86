"""What an ingredient of the recipe says of itself; all but its rows has a default.

A new one is a subclass in a file of its own, a template below templates/, and a word in
``platforms``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.counters import TemporaryEntry, show_list
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.filters import WayIn
from knockdeploy.ios.tree import Node, Path
from knockdeploy.recipe.owned import Former, Owned
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence, Protocol

ShowOutput = Mapping[str, str]
"""What a router answered, by command."""


class Part:
    """An ingredient; ``templates`` are its blocks in creation order, below templates/."""

    templates: ClassVar[tuple[str, ...]] = ()

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return its objects in the order in which they are made."""
        raise NotImplementedError

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with what this part of a deployment has to know of the router.

        Raises:
            RouterError: if the intent does not fit the router, or the router cannot have it.
        """
        return at

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with what there is of this part, whatever became of it: nothing is refused.

        Raises:
            RouterError: if the intent does not fit the router.
        """
        return self.place(running, intent, at, Dialect())

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return what its templates need beside what all have."""
        return {}

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Yield what to know before a deployment.

        Raises:
            UnsupportedError: if it would take from others what is theirs.
        """
        return iter(())

    def former_names(self, running: Running, intent: Intent, at: Placement) -> Iterator[Former]:
        """Yield what is deployed under other names than the intent's."""
        return iter(())

    def refuse_taken(self, running: Running, intent: Intent) -> None:
        """Refuse an object of our name that is for something else.

        Raises:
            UnsupportedError: naming it, and the key to change.
        """

    def unsupported(self, intent: Intent) -> UnsupportedError | None:
        """Return why it cannot do what the intent wants, None where it can."""
        return None

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return the commands that tell of knocks and of what they opened."""
        return ()

    def edited_by_number(self, running: Running, at: Placement) -> tuple[str, ...]:
        """Return the ACLs of which a plan needs the numbers that `show ip access-lists` tells."""
        return ()


class Trigger(Part):
    """How the router notices a knock."""

    protocols: ClassVar[frozenset[Protocol]]
    """Of the knocks that it can notice."""
    spacing_ms: ClassVar[int] = 0
    """How far apart knocks must be."""
    uses_groups: ClassVar[bool] = True
    """Whether entries refer to the object-groups of knocks and services."""
    hears_unbound: ClassVar[bool] = True
    """Whether it hears knocks while the list that shuts is bound nowhere."""
    facilities: ClassVar[tuple[str, ...]] = ()
    """Of the log messages that may tell a knock."""

    def heard(self, output: ShowOutput, at: Placement) -> int | None:
        """Return how many packets were noticed, None where the router does not count them."""
        return None

    def unsupported(self, intent: Intent) -> UnsupportedError | None:
        """Return why some knock of the intent could not be noticed."""
        for knock in intent.heard:
            if knock.protocol not in self.protocols:
                what = f"a {knock.protocol.upper()} knock"
                return UnsupportedError(f"{what} is not supported yet", "use the other protocol")
        return None


class Engine(Part):
    """What judges order, source and window of knocks."""

    reads_group: ClassVar[bool] = False
    """Whether it takes the order of knocks from the knock group."""
    trusts_andnot: ClassVar[bool] = False
    """Whether decoys rest on `andnot`, which images may read in ways of their own."""
    instead: ClassVar[str] = ""
    """What to do about an image that refuses a line of its policies."""

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether a configuration waits for these very knocks, not for earlier ones."""
        raise NotImplementedError

    def policies(self, at: Placement) -> tuple[str, ...]:
        """Return its policies as the event manager calls them."""
        return tuple(row.name for row in self.owned(at) if row.replaced and not row.stale)

    def files(self, at: Placement) -> Mapping[str, bytes]:
        """Return the files that it needs on the router's flash, by path."""
        return {}


class Grant(Part):
    """What a knock opens."""

    is_configured: ClassVar[bool] = False
    """Whether that is lines of the configuration."""

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return what lists the entries."""
        return (show_list(at.acl),)

    def is_temporary(self, parents: Path, line: str) -> bool:
        """Tell whether a line of a configuration was made by a knock: it is nobody's drift."""
        return False

    def opened(self, way: WayIn, source: str) -> WayIn:
        """Return what filters once a knock from ``source`` was heard."""
        raise NotImplementedError

    def standing(self, output: ShowOutput, at: Placement) -> tuple[TemporaryEntry, ...]:
        """Return what knocks have opened until now."""
        raise NotImplementedError

    def clearing(
        self, sources: Iterable[str], left: Iterable[TemporaryEntry], at: Placement, to: str | None
    ) -> tuple[str, ...]:
        """Return the lines that take away what was opened for ``sources``.

        ``left`` are entries that stand: after an earlier try, or, where the grant
        ``is_configured``, all of them. ``to`` is where clients aim.
        """
        raise NotImplementedError


class Enforcement(Part):
    """What shuts the door."""

    is_in_policy: ClassVar[bool] = False
    """Whether it is classes of the policy on the control plane: these are made before the policy,
    and shut whatever interface a packet comes by."""
    prints_numbers: ClassVar[bool] = False
    """Whether running-config has the numbers of the entries of a list."""

    def offline(self, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with where ours goes on a router that nobody has asked.

        An ACL that exists, unless the intent says what a new one holds.
        """
        name = intent.acl_name
        exists = intent.new_acl_entries is None
        return replace(at, acl=name, acl_exists=exists, bound=exists)

    def is_bound(self, config: Node, at: Placement) -> bool:
        """Tell whether the list with the entry that a knock opens filters anything."""
        return any(view.inbound_acl(config, name) == at.acl for name in at.interfaces)

    def let_in(self, output: ShowOutput, at: Placement) -> int | None:
        """Return how many knocks it let pass, None where the router does not count them."""
        return None

    def recorded(self, running: Running, wanted: Node, at: Placement) -> Placement:
        """Return ``at`` with a record of what was there before us and becomes ours."""
        return at

    def stages(
        self, running: Running, wanted: Node, at: Placement, *, binds_first: bool
    ) -> tuple[Node, ...]:
        """Return what is wanted, in stages: two where the list has to be bound first."""
        return (wanted,)

    def completed(self, running: Running, wanted: Node, at: Placement) -> Node:
        """Return what is wanted with what has to be typed beside it."""
        return wanted

    def opening(self, running: Running, at: Placement) -> Iterator[Command]:
        """Yield what opens the door before all else is taken away."""
        return iter(())

    def refuse_users(self, running: Running, at: Placement) -> None:
        """Refuse to take away what others use, or what would stay open for them.

        Raises:
            UnsupportedError: naming the interfaces or sections.
        """

    def review_removal(self, running: Running, at: Placement) -> None:
        """Refuse to take away what others came to count on.

        Raises:
            UnsupportedError: naming the line.
        """

    def review_end(self, after: Node, at: Placement) -> None:
        """Refuse what a removal would leave behind.

        Raises:
            UnsupportedError: naming the line to type first.
        """
