"""Entries of an ACL as lines: typed by number or appended, removed by number or by text."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knockdeploy.ios import acl
from knockdeploy.ios.canonical import canonical, printed
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.groups import groups_of, named
from knockdeploy.ios.refusals import INVALID, NumberedDynamicRefused, Refused
from knockdeploy.ios.tree import Node, Path

RESEQUENCE = re.compile(r"ip access-list resequence (\S+) (\d+) (\d+)$")
_NUMBERED = re.compile(r"(\d+) (.+)$")
_STEP = 10  # numbers given by IOS are 10, 20, 30 ... (ios-facts §11)


def is_acl(mode: Path) -> bool:
    """Tell whether ``mode`` is that of a named ACL."""
    return len(mode) == 1 and mode[0].startswith("ip access-list ")


def numbered(section: Node, numbers: Sequence[int] | None = None) -> Node:
    """Return an ACL whose k-th entry has the k-th of ``numbers``; a remark has that of the next.

    Without ``numbers`` they are those that stand in the text, as later trains print them
    (ios-facts §7), or else those IOS gives after a reload: 10, 20, 30 ...

    Raises:
        ValueError: if there are more or fewer numbers than entries.
    """
    section, inside = _from_text(section)
    count = sum(not is_remark(child) for child in section.children)
    if numbers is None:
        numbers = inside or [_STEP * (i + 1) for i in range(count)]
    if len(numbers) != count:
        raise ValueError(f"{len(numbers)} numbers for {count} entries")
    return _numbered(section, (*numbers, (numbers[-1] if numbers else 0) + _STEP))


def _numbered(section: Node, numbers: Sequence[int]) -> Node:
    """Return an ACL with these numbers on its entries; the last is that of what comes behind."""
    left, children = iter(numbers), []
    number = next(left)
    for child in section.children:
        children.append(replace(child, number=number))
        if not is_remark(child):
            number = next(left)
    return section.with_children(tuple(children))


def has_numbers(section: Node) -> bool:
    """Tell whether the text of every entry begins with its number."""
    return bool(section.children) and all(_NUMBERED.match(n.text) for n in section.children)


def _from_text(section: Node) -> tuple[Node, list[int]]:
    """Return the ACL without numbers in its lines, and those of its entries."""
    if not has_numbers(section):
        return section, []
    numbers, children = [], []
    for child in section.children:
        number, _, text = child.text.partition(" ")
        entry = replace(child, text=text)
        children.append(entry)
        if not is_remark(entry):
            numbers.append(int(number))
    return section.with_children(tuple(children)), numbers


def is_remark(entry: Node) -> bool:
    """Tell whether a line of an ACL is a remark: it filters nothing and has no number."""
    return entry.text.startswith("remark")


def distinct(section: Node) -> Node:
    """Return an ACL as it is once typed: IOS takes an entry that is there already as no change."""
    entries: dict[str, Node] = {}
    for child in section.children:
        entries.setdefault(canonical(section.text, child.text), child)
    return section.with_children(tuple(entries.values()))


def is_numbered(section: Node) -> bool:
    """Tell whether every entry has its number."""
    return all(child.number is not None for child in section.children)


def keeps_numbers(section: Node) -> bool:
    """Tell whether the entries of a list have other numbers than IOS would give them."""
    entries = [child for child in section.children if not is_remark(child)]
    given = [_STEP * (i + 1) for i in range(len(entries))]
    numbers = [entry.number for entry in entries]
    has_all = bool(numbers) and None not in numbers and len(entries) == len(section.children)
    return has_all and numbers != given and not any("dynamic" in e.text[:7] for e in entries)


def numbers_of(section: Node) -> tuple[int, ...]:
    """Return the numbers of the entries of an ACL; remarks have none of their own."""
    return tuple(node.number or 0 for node in section.children if not is_remark(node))


def regular_numbers(section: Node) -> tuple[int, int] | None:
    """Return the first number of the entries and their step, None where they have no one step."""
    numbers = numbers_of(section)
    if not numbers:
        return None
    step = numbers[1] - numbers[0] if len(numbers) > 1 else _STEP
    expected = [numbers[0] + step * i for i in range(len(numbers))]
    return (numbers[0], step) if list(numbers) == expected else None


def with_numbers(config: Node, positions: Mapping[str, Sequence[int]] | None = None) -> Node:
    """Return the configuration with numbers on every entry of its named extended ACLs.

    ``positions`` are the numbers that ``show ip access-lists`` prints, by name: running-config
    has none (ios-facts §11). The others are numbered as after a reload.

    Raises:
        ValueError: if an ACL has other numbers than entries; it names the ACL.
    """
    children = list(config.children)
    for index, node in enumerate(children):
        if node.children and acl.is_extended(node.text) and not is_numbered(node):
            name = node.text.rpartition(" ")[2]
            try:
                children[index] = numbered(node, (positions or {}).get(name))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
    return config.with_children(tuple(children))


def add(config: Node, section: Node, line: str, dialect: Dialect) -> Node:
    """Return the ACL with one more entry.

    Raises:
        Refused: where the number is taken, or the image does not take such an entry.
    """
    match = _NUMBERED.match(line)
    number, text = (int(match[1]), match[2]) if match else (None, line)
    _check(config, section, text, dialect, has_number=number is not None)
    kept = section if is_numbered(section) else numbered(section)
    same = canonical(section.text, text)
    if any(canonical(section.text, child.text) == same for child in kept.children):
        return kept  # "matches an already existing entry (except for the number)": no change
    taken = [child.number or 0 for child in kept.children if not is_remark(child)]
    if number in taken:
        raise Refused("% Duplicate sequence number")
    if number is None:  # a remark gets the number of the entry that will follow it
        number = max(taken, default=0) + _STEP
    entry = Node(printed(section.text, text), number=number)
    at = bisect.bisect_right(kept.children, number, key=lambda child: child.number or 0)
    return kept.with_children((*kept.children[:at], entry, *kept.children[at:]))


def _check(config: Node, section: Node, text: str, dialect: Dialect, *, has_number: bool) -> None:
    words = text.split()
    if words[0] in {"remark", "evaluate"} or not acl.is_extended(section.text):
        return
    if words[0] == "dynamic" and has_number and not dialect.numbered_dynamic:
        raise NumberedDynamicRefused(INVALID)
    groups = named(text)
    if words[0] == "dynamic" and groups and not dialect.object_group_in_dynamic:
        raise Refused(INVALID)
    known = {node.text.split()[-1] for node in groups_of(config)}
    if any(group not in known for group in groups):
        raise Refused("%Failed to add ace to access-list")
    if not acl.is_entry(text, config):
        raise Refused(INVALID)


def remove(section: Node, line: str) -> Node:
    """Return the ACL without the entry that ``line`` names by number or by its text.

    A remark has no number (ios-facts §11): it stays when the entry below it goes.
    """
    if line.isdigit():
        kept = section if is_numbered(section) else numbered(section)
        return kept.keeping(lambda entry: is_remark(entry) or entry.number != int(line))
    same = canonical(section.text, line)
    return section.keeping(lambda entry: canonical(section.text, entry.text) != same)


def resequence(config: Node, match: re.Match[str]) -> Node:
    """Return the configuration with the entries of one ACL numbered anew."""
    name, start, step = match[1], int(match[2]), int(match[3])
    header = re.compile(rf"ip access-list \w+ {re.escape(name)}$")
    section = next((node for node in config.children if header.match(node.text)), None)
    if section is None:
        raise Refused(f"% Access list {name} does not exist")
    numbers = [start + step * i for i in range(1 + len(numbers_of(section)))]
    return config.put((section.text,), _numbered(section, numbers))
