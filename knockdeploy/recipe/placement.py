"""Where ours stands on one router, and so which of its lines are ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from knockdeploy.command import Command
from knockdeploy.intent import Names
from knockdeploy.ios import acl
from knockdeploy.ios.canonical import canonical_node, is_volatile
from knockdeploy.ios.grammar import is_hidden_empty
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.owned import Owned, Table
from knockdeploy.recipe.record import Record


@dataclass(frozen=True)
class Placement:
    """Where ours stands on one router: what rendering needs to know, and which lines are ours."""

    interfaces: tuple[str, ...] = ()
    """Where the Internet comes in, as IOS prints them."""
    destination: str | None = None
    """Address of the one interface; None where it is negotiated or unknown, or there are several:
    our entries cover `any` then."""
    aim: str | None = None
    """Where clients aim, whatever our entries cover."""
    own_addresses: tuple[str, ...] = ()
    """The router's own; empty where not all are known."""
    ways: tuple[str, ...] = ()
    """The interfaces whose packets ours filters, where it is not ``interfaces`` alone."""

    acl: str = ""
    """The list with the entry that a knock opens."""
    acl_exists: bool = False
    """Whether our entries go into somebody else's list."""
    bound: bool = False
    """Whether that list is bound, by others, already."""
    copies: str | None = None
    """The list of which ``acl`` is a copy; it is left as it is."""
    lost: Mapping[str, str | None] = field(default_factory=dict)
    """Interfaces on which somebody took the place of ``acl``, and what has it now."""
    shuts: str | None = None
    """The list of what is shut, where that is another one."""
    lists: tuple[str, ...] = ()
    """Other lists of ours."""
    reserved: int = 0
    """Numbers of entries up to this one are for what knocks open."""
    numbers: tuple[int, int] | None = None
    """First and step of the numbers that others' entries had before ours, where both are known."""
    irregular: tuple[int, ...] = ()
    """All of those numbers, where they have no one step."""

    policy: str | None = None
    """Somebody else's policy on the control plane's host path, into which our classes go."""
    policed: Mapping[str, bool] = field(default_factory=dict)
    """Our classes behind that of the knocks, and whether each drops."""
    displaced: Mapping[str, str] = field(default_factory=dict)
    """Each line of ours that took the place of somebody's, and that one."""
    stopgap: tuple[Command, ...] = ()
    """What stands for the moment in which one takes the place of the other."""
    moved: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Entries of others that became ours, by how many of theirs stood above them."""

    names: Names = field(default_factory=Names, repr=False)
    is_probed: bool = False
    """Whether probes have a knock of their own."""
    found: Mapping[str, str] = field(default_factory=dict)
    """What else a part has to remember, by `part.key`."""
    record: Record = field(default_factory=Record)
    """What the router is to keep of all this."""
    owned: tuple[Owned, ...] = field(default=(), repr=False)
    """Every object of ours, in the order in which they are made."""

    @property
    def dynamic(self) -> str:
        """The name of the dynamic entry; the applet builds it from that of the ACL."""
        return f"D{self.acl}"

    @property
    def ways_in(self) -> tuple[str, ...]:
        """The interfaces by which comes in what ours filters."""
        return self.ways or self.interfaces

    @property
    def acl_header(self) -> str:
        """The header of the ACL."""
        return acl.header(self.acl)

    @cached_property
    def table(self) -> Table:
        """The objects of ours by header."""
        return Table(self.owned)

    def recording(self, key: str, *values: str | bool | None) -> Placement:
        """Return the same with other values of a key of the record; True: it is ours."""
        return replace(self, record=self.record.setting(key, *values))

    def split(self, config: Node) -> tuple[Node, Node]:
        """Return what is ours and what is not, both ready to compare."""
        ours: list[Node] = []
        others: list[Node] = []
        for node in config.children:
            mine, foreign = self._split_section(node)
            ours += [canonical_node(mine)] if mine else []
            if foreign and not is_volatile(foreign.text):
                others.append(canonical_node(foreign))
        ours.sort(key=lambda node: node.text)
        return Node("", tuple(ours)), Node("", tuple(others))

    def only_ours(self, config: Node) -> Node:
        """Return what is ours as it stands, sections of others with our lines alone."""
        found = (self._split_section(node)[0] for node in config.children)
        return Node("", tuple(node for node in found if node))

    def _split_section(self, node: Node) -> tuple[Node | None, Node | None]:
        if not self.table.is_of_a_kind(node.text):
            return None, node
        if self.table.owns(node.text):
            return node, None
        positions = self.table.lines(node)
        if not positions:
            return None, None if is_hidden_empty(node.text) and not node.children else node
        rest = tuple(child for i, child in enumerate(node.children) if i not in positions)
        mine = tuple(child for i, child in enumerate(node.children) if i in positions)
        is_left = rest or not is_hidden_empty(node.text)
        return node.with_children(mine), node.with_children(rest) if is_left else None


@dataclass(frozen=True)
class Placements:
    """What is ours by the rule of ``now``, or by that of an earlier configuration, ``then``."""

    now: Placement
    then: Placement

    def split(self, config: Node) -> tuple[Node, Node]:
        """Return what is ours by either rule and what is not, both ready to compare."""
        ours, others = self.now.split(config)
        more, others = self.then.split(others)
        mine = sorted((*ours.children, *more.children), key=lambda node: node.text)
        return Node("", tuple(mine)), others


Ownership = Placement | Placements
"""Tells ours from everybody else's lines in a configuration."""
