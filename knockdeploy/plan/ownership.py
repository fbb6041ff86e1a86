"""Which lines are ours: what carries a name of the intent, and what refers to it (design §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from knockdeploy.intent import Names
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical, canonical_node
from knockdeploy.ios.tree import Node
from knockdeploy.ios.volatile import is_volatile
from knockdeploy.plan.record import RECORD, Moved, Record

__all__ = ["RECORD", "SEQUENCE_NUMBERS", "Ownership", "Record"]

_ESTABLISHED = re.compile(r"permit tcp any (?:host \S+|any) eq \d+ established( log)?$")
_VARIABLE = re.compile(r"event manager environment _knock_(Owned|Services|Timeout) ")
SEQUENCE_NUMBERS = "service sequence-numbers"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Tells ours from everybody else's in the configuration of one router.

    ``interfaces`` are those where the Internet comes in, as IOS prints them.
    """

    names: Names
    acl: str
    interfaces: tuple[str, ...]
    record: Record

    @property
    def dynamic(self) -> str:
        """The name of the dynamic entry; the applet builds it from that of the ACL."""
        return f"D{self.acl}"

    def owns_section(self, header: str) -> bool:
        """Tell whether a whole section is ours, by its name."""
        names = self.names
        words = header.split()
        kind, name = " ".join(words[:-1]), words[-1]
        kind = kind.replace(" match-any", "").replace(" match-all", "")
        if words[:3] == ["event", "manager", "applet"]:
            return words[3] == names.applet
        if self.record.acl and header == f"ip access-list extended {self.acl}":
            return True
        if kind == "policy-map" and name == self.record.policy:
            return False
        return (kind, name) in {
            ("object-group service", names.knock_group),
            ("object-group service", names.service_group),
            ("ip access-list extended", names.copp_acl),
            ("class-map", names.copp_class),
            ("class-map type logging", names.log_class),
            ("policy-map", names.copp_policy),
            ("policy-map type logging", names.log_policy),
        }

    def owns_line(self, parents: tuple[str, ...], text: str) -> bool:
        """Tell whether one line is ours although its section is not."""
        if not parents:
            return bool(_VARIABLE.match(text)) or (
                self.record.sequence and text == SEQUENCE_NUMBERS
            )
        header = parents[0]
        if header.startswith("interface "):
            is_bound_by_us = self.record.binding or self.record.copy is not None
            is_binding = text == f"ip access-group {self.acl} in"
            return is_binding and is_bound_by_us and header[10:] in self.interfaces
        if header.startswith("policy-map "):
            return text == f"class {self.names.copp_class}"
        if header.startswith("control-plane"):
            policies = {self.names.copp_policy, self.names.log_policy} - {self.record.policy}
            return text.startswith("service-policy") and text.rsplit(maxsplit=1)[-1] in policies
        if header == f"ip access-list extended {self.acl}":
            return self._refers(text)
        return False

    def _refers(self, entry: str) -> bool:
        words = entry.split()
        groups = {self.names.knock_group, self.names.service_group}
        return bool(groups & set(words)) or words[:2] == ["dynamic", self.dynamic]

    def ours_in_acl(self, section: Node) -> frozenset[int]:
        """Return the positions of our entries among the children of somebody else's ACL.

        An established entry carries no name of ours: it is ours between our knock permit and our
        dynamic entry, and nowhere else.
        """
        texts = [canonical(section.text, child.text) for child in section.children]
        ours = {i for i, text in enumerate(texts) if self._refers(text)}
        starts = [i for i in ours if self.names.knock_group in texts[i].split()]
        ends = [i for i in ours if texts[i].startswith("dynamic ")]
        if starts and ends:
            between = range(min(starts), max(ends))
            ours |= {i for i in between if _ESTABLISHED.match(texts[i])}
        return frozenset(ours)

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
        if self.owns_section(node.text) or self.owns_line((), node.text):
            return node, None
        if node.text == f"ip access-list extended {self.acl}":
            positions = self.ours_in_acl(node)
        else:
            positions = frozenset(
                i
                for i, child in enumerate(node.children)
                if self.owns_line((node.text,), child.text)
            )
        rest = tuple(child for i, child in enumerate(node.children) if i not in positions)
        if node.text.startswith("control-plane ") and not rest:
            left = None  # an empty path is not printed
        else:
            left = node.with_children(rest) if positions else node
        mine = tuple(child for i, child in enumerate(node.children) if i in positions)
        return node.with_children(mine) if mine else None, left


@dataclass(frozen=True, slots=True)
class TwoOwnerships(Ownership):
    """What is ours by the rule of now, or by that of an ``earlier`` configuration."""

    earlier: Ownership

    def split(self, config: Node) -> tuple[Node, Node]:
        """Return what is ours by either rule and what is not, both ready to compare."""
        ours, others = Ownership.split(self, config)
        more, others = self.earlier.split(others)
        mine = sorted((*ours.children, *more.children), key=lambda node: node.text)
        return Node("", tuple(mine)), others


def recording(owner: Ownership, running: Node, wanted: Node) -> Ownership:
    """Return ``owner`` with a record of the entries that were there before us and become ours.

    Known at the first deployment alone: afterwards such an entry is ours, wherever it stands.
    """
    header = f"ip access-list extended {owner.acl}"
    section, ours = running.child(header), wanted.child(header)
    if section is None or ours is None or owner.record.acl or Record.read(running):
        return owner
    want = {canonical(header, node.text) for node in ours.children}
    mine = owner.ours_in_acl(section)
    moved: list[Moved] = []
    rank = 0
    for i, node in enumerate(section.children):
        if is_remark(node) or i in mine:
            continue
        text = canonical(header, node.text)
        moved += [Moved(rank, text)] if text in want else []
        rank += text not in want
    return replace(owner, record=replace(owner.record, moved=tuple(moved)))
