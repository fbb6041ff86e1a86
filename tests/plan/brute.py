"""A second, plain reading of what an interface lets in, for the words the properties use."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address

from knockdeploy.ios.tree import Node

Members = tuple[tuple[str, ...], ...]
Groups = dict[str, Members]
KEYWORDS = {"www": 80, "isakmp": 500, "domain": 53, "ftp-data": 20}


@dataclass(frozen=True)
class Probe:
    protocol: str
    source: str
    source_port: int
    destination: str
    port: int
    ack: bool

    @property
    def opens(self) -> bool:
        return not self.ack


SOURCES = ("198.51.100.7", "198.51.100.200", "192.0.2.5", "8.8.8.8")
OWN = ("203.0.113.10", "10.1.1.1")
BEHIND = "10.9.9.9"
PORTS = (22, 53, 80, 443, 8080)
PROBES = [
    Probe(protocol, source, source_port, destination, port, ack)
    for protocol, ack in (("tcp", False), ("tcp", True), ("udp", False))
    for source, source_port, destination, port in itertools.product(
        SOURCES, (20, 53, 50000), (*OWN, BEHIND), PORTS
    )
]

ALL = frozenset(PROBES)

STRANGERS = [
    probe
    for probe in PROBES
    if probe.opens and not probe.source.startswith("192.0.2.") and probe.destination in OWN
]
"""What may open something to the router itself, from outside the management's prefix."""


def filter_of(config: Node, interface: str) -> list[tuple[list[str], object]]:
    """Return what filters there: each entry, and the members of its group."""
    groups = {node.text.split()[-1]: node.children for node in config.children}
    return [(words, [groups.get(word) for word in words]) for words in _lines(config, interface)]


def admitted(config: Node, interface: str, probes: Iterable[Probe] = ALL) -> frozenset[Probe]:
    """Return the probes that come in by ``interface``: past its list, then the control plane."""
    sent, lines = frozenset(probes), _lines(config, interface)
    groups = {
        node.text.split()[2]: tuple(tuple(child.text.split()) for child in node.children)
        for node in config.children
        if node.text.startswith("object-group service ")
    }
    let_in = _permitted(lines, groups, sent) if lines else sent
    own = let_in & _to_the_router(sent)
    in_zone = own & _past_zone(config, interface, groups, sent)
    for path in ("control-plane", "control-plane host"):
        in_zone -= _dropped(list(_classes(config, path)), groups, sent)
    return (let_in - own) | in_zone


@cache
def _to_the_router(probes: frozenset[Probe]) -> frozenset[Probe]:
    return frozenset(probe for probe in probes if probe.destination in OWN)


def _past_zone(
    config: Node, interface: str, groups: Groups, probes: frozenset[Probe]
) -> frozenset[Probe]:
    """Read the policy from the interface's zone to self: the first class that takes it decides."""
    section = config.child(f"interface {interface}")
    zones = [c.text.split()[-1] for c in section.children if "zone-m" in c.text] if section else []
    ends = f" source {zones[0]} destination self" if zones else "no pair"
    pairs = [n for n in config.children if n.text.endswith(ends)]
    bound = [c.text.split()[-1] for pair in pairs for c in pair.children]
    policy = config.child(f"policy-map type inspect {bound[0]}") if bound else None
    if policy is None:
        return probes
    past, left = frozenset[Probe](), probes
    for node in policy.children:
        acts = [child.text.split()[0] for child in node.children]
        name = node.text.split()[-1]
        maps = [n for n in config.children if n.text.startswith("class-map type inspect ")]
        lists = [
            config.child(f"ip access-list extended {line.text.split()[-1]}")
            for each in maps
            if each.text.split()[-1] == name
            for line in each.children
        ]
        rows = [[c.text.split() for c in each.children] for each in lists if each]
        found = left if name == "class-default" else left & _of_any(rows, groups, probes)
        left -= found
        past |= found if acts in (["pass"], ["inspect"]) else frozenset()
    return past


def _classes(config: Node, path: str) -> Iterator[tuple[list[list[list[str]]], bool]]:
    """Yield each class of the policy on a path: its lists, and whether it drops."""
    there = config.child(path)
    bound = [c.text.split()[-1] for c in there.children if " type " not in c.text] if there else []
    policy = config.child(f"policy-map {bound[0]}") if bound else None
    for node in policy.children if policy else ():
        drops = any(child.text.strip() == "drop" for child in node.children)
        maps = [
            n for n in config.children if n.text == f"class-map match-any {node.text.split()[1]}"
        ]
        names = [line.text.split()[-1] for each in maps for line in each.children]
        lists = [config.child(f"ip access-list extended {name}") for name in names]
        yield [[c.text.split() for c in each.children] for each in lists if each], drops


def _dropped(
    classes: list[tuple[list[list[list[str]]], bool]], groups: Groups, probes: frozenset[Probe]
) -> frozenset[Probe]:
    dropped, left = frozenset[Probe](), probes
    for lists, drops in classes:
        found = left & _of_any(lists, groups, probes)
        left -= found
        dropped |= found if drops else frozenset()
    return dropped


def _of_any(
    lists: list[list[list[str]]], groups: Groups, probes: frozenset[Probe]
) -> frozenset[Probe]:
    return frozenset[Probe]().union(*(_permitted(lines, groups, probes) for lines in lists))


def _lines(config: Node, interface: str) -> list[list[str]]:
    section = config.child(f"interface {interface}")
    bound = [
        child.text.split()[2]
        for child in (section.children if section else ())
        if child.text.startswith("ip access-group ") and child.text.endswith(" in")
    ]
    acl = config.child(f"ip access-list extended {bound[0]}") if bound else None
    return [
        child.text.split()
        for child in (acl.children if acl else ())
        if not child.text.startswith("remark")
    ]


def _permitted(
    lines: list[list[str]], groups: Groups, probes: frozenset[Probe]
) -> frozenset[Probe]:
    permitted, left = frozenset[Probe](), probes
    for words in lines:
        if words[0] == "dynamic":
            continue
        members = groups[words[2]] if words[1] == "object-group" else ()
        found = left & _matched(tuple(words), members, probes)
        left -= found
        permitted |= found if words[0] == "permit" else frozenset()
    return permitted


@cache
def _matched(
    words: tuple[str, ...], members: Members, probes: frozenset[Probe]
) -> frozenset[Probe]:
    return frozenset(probe for probe in probes if _matches(words, members, probe))


def _matches(words: tuple[str, ...], members: Members, probe: Probe) -> bool:
    rest = list(words[1:])
    kind = rest.pop(0)
    if kind == "object-group":
        rest.pop(0)
        if not any(_member(member, probe) for member in members):
            return False
    elif kind not in {"ip", probe.protocol}:
        return False
    for address, port in (
        (probe.source, probe.source_port),
        (probe.destination, probe.port),
    ):
        if not _address(rest, address):
            return False
        if rest[:1] and rest[0] in {"eq", "gt"}:
            operator, low = rest.pop(0), _number(rest.pop(0))
            if not (port == low if operator == "eq" else port > low):
                return False
    assert not set(rest) - {"established", "log"}, words
    return "established" not in rest or probe.ack


def _member(words: tuple[str, ...], probe: Probe) -> bool:
    return probe.protocol in words[0].split("-") and _number(words[2]) == probe.port


def _number(word: str) -> int:
    return KEYWORDS.get(word) or int(word)


def _address(rest: list[str], address: str) -> bool:
    first = rest.pop(0)
    if first == "any":
        return True
    if first == "host":
        return rest.pop(0) == address
    wildcard = int(IPv4Address(rest.pop(0)))
    return int(IPv4Address(first)) | wildcard == int(IPv4Address(address)) | wildcard
