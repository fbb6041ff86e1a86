"""VTY lines: which there are, and whom their access-class lets in.

A new session gets the first free line, and is refused if that line's class does not admit it:
IOS looks at no other line then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knockdeploy.ios import acl
from knockdeploy.ios.match import ANY, Ace, Addresses, Packet, with_wildcard
from knockdeploy.ios.tree import Node

USUAL_COUNT: Final = 5
"""On many images, where the configuration says nothing (ios-facts §13)."""

_LINE_VTY: Final = re.compile(r"line vty (\d+)(?: (\d+))?$")
_CLASS: Final = re.compile(r"access-class (\S+) in\b")
_TRANSPORT: Final = re.compile(r"transport input (.+)$")
_EXEC_TIMEOUT: Final = re.compile(r"exec-timeout (\d+)(?: (\d+))?$")
_USUAL_IDLE_S: Final = 600
_VRF: Final = re.compile(r"(?:ip )?vrf forwarding ")


@dataclass(frozen=True, slots=True)
class VtyLines:
    """Lines of one section; ``access_class`` is the line that says whom they admit, "" if none.

    ``idle_s`` is after how long a session is ended at which nobody types; 0 is never.
    """

    header: str
    first: int
    last: int
    access_class: str = ""
    takes_ssh: bool = True
    idle_s: int = _USUAL_IDLE_S

    @property
    def count(self) -> int:
        """How many lines they are."""
        return self.last - self.first + 1

    @property
    def acl(self) -> str:
        """The list that the class names."""
        return self.access_class.split()[1] if self.access_class else ""

    def admits(self, config: Node, packet: Packet, interface: str | None = None) -> frozenset[bool]:
        """Return what may happen to a new session that comes in by ``interface``."""
        if not self.access_class:
            return frozenset({True})
        if _is_in_vrf(config, interface) and "vrf-also" not in self.access_class.split():
            return frozenset({False})
        return acl.outcomes(_class_entries(config, self.acl), packet)


def vty_lines(config: Node) -> Iterator[VtyLines]:
    """Yield the VTY lines of a configuration, section by section."""
    for node in config.children:
        if node.text.startswith("line vty ") and (match := _LINE_VTY.match(node.text)):
            texts = [child.text for child in node.children]
            classes = (text for text in texts if _CLASS.match(text))
            transports = [found[1].split() for found in map(_TRANSPORT.match, texts) if found]
            yield VtyLines(
                node.text,
                int(match[1]),
                int(match[2] or match[1]),
                next(classes, ""),
                all({"ssh", "all"} & set(words) for words in transports),
                _idle_s(texts),
            )


def _idle_s(texts: Sequence[str]) -> int:
    if "no exec-timeout" in texts:
        return 0
    found = next(filter(None, map(_EXEC_TIMEOUT.match, texts)), None)
    return 60 * int(found[1]) + int(found[2] or 0) if found else _USUAL_IDLE_S


def idle_limit_s(config: Node) -> int | None:
    """Return the shortest time after which a silent session is ended; None where none ever is."""
    limits = [each.idle_s for each in vty_lines(config) if each.idle_s]
    return min(limits, default=None)


def _is_in_vrf(config: Node, interface: str | None) -> bool:
    node = config.child(f"interface {interface}") if interface else None
    return any(_VRF.match(child.text) for child in node.children) if node else False


def _class_entries(config: Node, name: str) -> tuple[Ace, ...] | None:
    """Return the entries of the ACL ``name``, standard or extended; None if undefined."""
    found = tuple(
        _standard_ace(text)
        for text in _standard_lines(config, name)
        if not text.startswith("remark")
    )
    return found or acl.entries(config, name)


def _standard_lines(config: Node, name: str) -> Iterator[str]:
    numbered, named = f"access-list {name} ", f"ip access-list standard {name}"
    for node in config.children:
        if node.text.startswith(numbered):
            yield node.text.removeprefix(numbered)
        elif node.text == named:
            yield from (re.sub(r"^\d+ ", "", child.text) for child in node.children)


def _standard_ace(text: str) -> Ace:
    """Return the entry, which looks at the source alone; an unreadable one may match any packet."""
    words = [word for word in text.split() if word not in {"host", "log"}]
    permits = words[0] == "permit"
    try:
        return Ace(text, permits=permits, source=_standard_source(words[1:]))
    except ValueError:
        return Ace(text, permits=permits, exact=False)


def _standard_source(words: list[str]) -> tuple[Addresses, ...]:
    if words == ["any"]:
        return ANY
    address, wildcard = (*words, "0.0.0.0")[:2]  # noqa: S104  # the wildcard of one host
    return (with_wildcard(address, wildcard),)
