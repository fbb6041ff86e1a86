"""Lines that IOS refuses because of the rest of the configuration (ios-facts §10 and §11)."""

from __future__ import annotations

import re

from knockdeploy.ios import zones
from knockdeploy.ios.policies import CLASS, DEFAULT
from knockdeploy.ios.tree import Node, Path

INVALID = "% Invalid input detected at '^' marker."


class Refused(Exception):  # noqa: N818  # the router's answer, no error of the program
    """IOS refused a line; ``answer`` is what it prints."""

    def __init__(self, answer: str) -> None:
        self.answer = answer


class NumberedDynamicRefused(Refused):
    """The image takes no dynamic entry by its number."""


_CLASS_MAP = re.compile(r"class-map (?:type \S+ )?(?:match-(?:any|all) )?(\S+)$")
_POLICY_MAP = re.compile(r"policy-map (type \S+ )?(\S+)$")
_SERVICE_POLICY = re.compile(r"service-policy (type \S+ )?(input|output) (\S+)$")
_IN_A_PAIR = re.compile(r"service-policy (type inspect )()(\S+)$")


def check_added(config: Node, mode: Path, line: str) -> None:
    """Raise Refused if ``line``, typed in ``mode``, needs something that is not there."""
    section = mode[0] if mode else ""
    if section.startswith("policy-map ") and (match := CLASS.match(line)):
        known = (each[1] for each in config.matches(_CLASS_MAP))
        if match[1] not in {DEFAULT, *known}:
            raise Refused(f"% class map {match[1]} not configured")
    pattern = _IN_A_PAIR if section.startswith("zone-pair ") else _SERVICE_POLICY
    if section.startswith(("control-plane", "zone-pair ")) and (match := pattern.match(line)):
        _check_attached(config, mode, match, pattern)
    if not mode and line.startswith("zone-pair "):
        _check_pair(config, line)


def _check_pair(config: Node, line: str) -> None:
    """Refuse a pair of a zone that is not there, or of two that have one already."""
    words = line.split()
    there = any(pair.name == words[2] for pair in zones.pairs(config))
    ends = dict(zip(words[3::2], words[4::2], strict=False))
    if there and not ends:
        return  # the name alone enters it again (ios-facts-more §A)
    known = {zones.SELF, *zones.zones(config)}
    for zone in (ends.get("source"), ends.get("destination")):
        if zone not in known:
            raise Refused(f"% Zone {zone} is not defined" if zone else "% Incomplete command.")
    other = zones.pair_between(config, ends["source"], ends["destination"])
    if other and other.name != words[2]:
        raise Refused(f"% Zone-pair {other.name} exists with this source and destination")


def _check_attached(
    config: Node, mode: Path, wanted: re.Match[str], pattern: re.Pattern[str]
) -> None:
    header = f"policy-map {wanted[1] or ''}{wanted[3]}"
    if config.child(header) is None:
        raise Refused(f"% policy map {wanted[3]} not configured")
    section = config.at(mode)
    for child in section.children if section else ():
        other = pattern.match(child.text)
        if other and other[1] == wanted[1] and other[2] == wanted[2] and other[3] != wanted[3]:
            # a policy must go before another takes its place (ios-facts §11)
            raise Refused(f"% Policy map {other[3]} is already attached")


def check_removed(config: Node, mode: Path, node: Node) -> None:
    """Raise Refused if something still uses what ``node`` is."""
    if mode:
        if mode[0].startswith("object-group ") and _is_last_of_used(config, mode):
            raise Refused("% The object-group is in use and may not become empty")
        return
    words = node.text.split()
    if words[0] == "object-group" and group_in_use(config, words[2]):
        raise Refused(f"% Object-group {words[2]} is in use and cannot be deleted")
    for definition, users, reference, answer in _IN_USE:
        if (match := definition.match(node.text)) and _used(
            config, users, reference.format(re.escape(match[match.lastindex or 0]))
        ):
            raise Refused(answer.format(match[match.lastindex or 0]))


# What is defined, in which sections it is used, by which line, and the answer.
_IN_USE = (
    (_CLASS_MAP, "policy-map ", r"class (type \S+ )?{}$", "% Class-map {} is being used"),
    (
        _POLICY_MAP,
        "",
        r"service-policy (type \S+ )?((input|output) )?{}$",
        "% Policy-map {} is being used",
    ),
)


def _is_last_of_used(config: Node, mode: Path) -> bool:
    group = config.at(mode)
    name = mode[0].split()[2]
    return group is not None and len(group.children) == 1 and group_in_use(config, name)


def group_in_use(config: Node, name: str) -> bool:
    """Tell whether an ACL entry or another group refers to the object-group ``name``."""
    reference = re.compile(rf"\b(object-group|group-object) {re.escape(name)}(\s|$)")
    return any(
        name in child.text and reference.search(child.text)  # the plain search is the quick one
        for node in config.children
        if node.text.startswith(("ip access-list ", "object-group "))
        for child in node.children
    )


def _used(config: Node, prefix: str, pattern: str) -> bool:
    compiled = re.compile(pattern)
    sections = (node for node in config.children if node.text.startswith(prefix))
    return any(compiled.match(child.text) for node in sections for child in node.children)
