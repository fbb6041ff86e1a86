"""Class-maps and the policies that are attached to the control plane (ios-facts §1.2, §8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from knockdeploy.ios.tree import Node

AGGREGATE: Final = "control-plane"
HOST: Final = "control-plane host"
EXCEPTIONS: Final = ("control-plane cef-exception", "control-plane transit")
"""Where packets to the router come by that have IP options, or whose TTL ends (facts-more §B)."""
DEFAULT: Final = "class-default"
CLASS: Final = re.compile(r"class (?:type \S+ )?(\S+)$")
_HOW: Final = ("match-any ", "match-all ", "")
_NO_MAP: Final = Node("")
_DROPS: Final = re.compile(r"drop$|(police .*)?conform-action drop")


@dataclass(frozen=True, slots=True)
class Condition:
    """One match line of a class: its words behind ``match`` and ``not``."""

    words: tuple[str, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class TrafficClass:
    """A class of an attached policy: what is in it, and the lines of action it has there."""

    path: str
    policy: str
    name: str
    needs_all: bool
    conditions: tuple[Condition, ...]
    actions: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether a firewall's class lets in what is in it; without an action it drops."""
        return any(action.split()[0] in {"pass", "inspect"} for action in self.actions)

    @property
    def inspects(self) -> bool:
        """Whether a firewall's class lets in what opens a session, and what belongs to one."""
        return any(action.split()[0] == "inspect" for action in self.actions)

    @property
    def drops(self) -> bool:
        """Whether it drops what is in it: only where the configuration says so (§1.2)."""
        return any(map(_DROPS.match, self.actions))

    @property
    def takes_all(self) -> bool:
        """Whether it takes every packet that gets to it."""
        takes_any = any(each.words == ("any",) and not each.negated for each in self.conditions)
        is_one = not self.needs_all or len(self.conditions) == 1
        return self.name == DEFAULT or (takes_any and is_one)

    def holds(self, condition: Callable[[tuple[str, ...]], bool]) -> bool:
        """Tell whether a packet is in the class, given what each match line says of it."""
        if self.name == DEFAULT:
            return True
        answers = [condition(each.words) != each.negated for each in self.conditions]
        return bool(answers) and (all(answers) if self.needs_all else any(answers))


def protocol_of(words: tuple[str, ...]) -> str | None:
    """Return the protocol of IP that a match line takes all of; None where it is another line."""
    is_one = words[0] == "protocol" and words[-1] in {"tcp", "udp", "icmp"}
    return words[1] if is_one else None


def attached(config: Node, path: str, kind: str = "") -> str | None:
    """Return the name of the policy on a path; ``kind`` is "" or such as `type logging `."""
    return next(config.section(path).behind(f"service-policy {kind}input "), None)


def classes(config: Node, path: str, kind: str = "") -> tuple[TrafficClass, ...]:
    """Return the classes of the policy on a path, in the order in which they take packets."""
    name = attached(config, path, kind)
    return classes_of(config, name, kind, path) if name else ()


def classes_of(config: Node, name: str, kind: str, path: str) -> tuple[TrafficClass, ...]:
    """Return the classes of a policy by its name; ``path`` is where it is attached."""
    lines = config.section(f"policy-map {kind}{name}").children
    classes = (node for node in lines if node.text.startswith("class "))
    return tuple(_class(config, path, kind, name, node) for node in classes)


def class_map(config: Node, line: str) -> Node | None:
    """Return the class-map of a class, whose line in a policy is ``line``."""
    kind, _, name = line.removeprefix("class ").rpartition(" ")
    return _class_map(config, f"{kind} " if kind else "", name)


def _class_map(config: Node, kind: str, name: str) -> Node | None:
    headers = {f"class-map {kind}{how}{name}" for how in _HOW}
    return next((node for node in config.children if node.text in headers), None)


def _class(config: Node, path: str, kind: str, policy: str, node: Node) -> TrafficClass:
    match = CLASS.match(node.text)
    name = match[1] if match else node.text
    found = _class_map(config, kind, name) or _NO_MAP
    conditions = [text.split() for text in found.behind("match ")]
    return TrafficClass(
        path=path,
        policy=policy,
        name=name,
        needs_all="match-any" not in found.text.split()[:-1],
        conditions=tuple(
            Condition(tuple(words[1:] if words[0] == "not" else words), words[0] == "not")
            for words in conditions
        ),
        actions=tuple(
            line.text.strip() for child in node.children for line in (child, *child.children)
        ),
    )
