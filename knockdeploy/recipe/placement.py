"""Where ours stands on one router, and so which of its lines are ours (design §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from knockdeploy.command import Command
from knockdeploy.intent import Names
from knockdeploy.ios import acl
from knockdeploy.ios.canonical import canonical_node
from knockdeploy.ios.tree import Node
from knockdeploy.ios.volatile import is_volatile
from knockdeploy.recipe.owned import Owned, Table
from knockdeploy.recipe.record import Record


class Ownership(Protocol):
    """Tells ours from everybody else's lines in a configuration."""

    def split(self, config: Node) -> tuple[Node, Node]:
        """Return what is ours and what is not, both ready to compare."""
        ...


@dataclass(frozen=True)
class Placement:
    """What rendering needs to know of the router, and the rule that tells ours from others' lines.

    ``interfaces`` are those where the Internet comes in, as IOS prints them; ``destination`` is the
    address of the one there is, None where it is negotiated or not known, or where there are
    several: `any` then. ``is_probed``: probes have a knock of their own. ``aim`` is where clients
    aim, whatever our entries cover. ``ways`` are the interfaces whose packets ours filters, where
    it is not those alone. ``own_addresses`` is empty where not all are known. ``acl`` is the list
    with the entry that a knock opens; ``acl_exists`` says whether our entries go into somebody
    else's; ``copies`` is the ACL that is left as it is, of which ``acl`` is the copy; ``lost`` the
    interfaces on which somebody took its place from it, and what has that now. Its numbers up to
    ``reserved`` are for what knocks open; ``numbers`` are the first and the step of those that its
    entries had before ours, where they are printed and go on regularly, ``irregular`` are all of
    them where they do not. ``shuts`` is the list of
    what is shut, where that is another one, ``lists`` are others of ours. ``policy`` is somebody
    else's policy on the control plane's host path: our classes go into it; ``policed`` are those
    behind that of the knocks, and whether each drops. ``displaced`` has each line of ours that took
    the place of somebody's, and that one; ``guard`` is what stands while one of them does so.
    ``moved`` has the entries of others that became ours, by how many of theirs stood above them.
    ``found`` is what else a part has to remember, by `part.key`. ``record`` is what the router is
    to keep, and ``owned`` every object of ours.
    """

    destination: str | None = None
    own_addresses: tuple[str, ...] = ()
    acl: str = ""
    acl_exists: bool = False
    bound: bool = False
    reserved: int = 0
    numbers: tuple[int, int] | None = None
    irregular: tuple[int, ...] = ()
    interfaces: tuple[str, ...] = ()
    is_probed: bool = False
    aim: str | None = None
    ways: tuple[str, ...] = ()
    policy: str | None = None
    shuts: str | None = None
    policed: Mapping[str, bool] = field(default_factory=dict)
    copies: str | None = None
    lists: tuple[str, ...] = ()
    lost: Mapping[str, str | None] = field(default_factory=dict)
    names: Names = field(default_factory=Names, repr=False)
    displaced: Mapping[str, str] = field(default_factory=dict)
    guard: tuple[Command, ...] = ()
    moved: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    owned: tuple[Owned, ...] = field(default=(), repr=False)

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
            return None, None if is_path(node.text) and not node.children else node
        rest = tuple(child for i, child in enumerate(node.children) if i not in positions)
        mine = tuple(child for i, child in enumerate(node.children) if i in positions)
        is_left = rest or not is_path(node.text)
        return node.with_children(mine), node.with_children(rest) if is_left else None


def is_path(header: str) -> bool:
    """Tell whether a section is a path of the control plane: without a line it says nothing."""
    return header.startswith("control-plane ")


@dataclass(frozen=True)
class Both:
    """What is ours by the rule of ``now``, or by that of an earlier configuration, ``then``."""

    now: Placement
    then: Placement

    def split(self, config: Node) -> tuple[Node, Node]:
        """Return what is ours by either rule and what is not, both ready to compare."""
        ours, others = self.now.split(config)
        more, others = self.then.split(others)
        mine = sorted((*ours.children, *more.children), key=lambda node: node.text)
        return Node("", tuple(mine)), others
