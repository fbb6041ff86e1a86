"""``-l`` as Ansible has it: names, globs and groups, ``!`` for all but these, ``@`` for a file.

A range of hosts can be written as in messages: ``branch-1..40``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from nornir.core.inventory import Inventory

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest, quoted

_SPAN: Final = re.compile(r"(.*?)([0-9]+)([^0-9]*)\.\.([0-9]+)\3")
"""`branch-1..40`, as messages name hosts that count up."""
_GLOB: Final = re.compile(r"[*?[]")
_ALL = "all"
_FEW = 10


def limited(inventory: Inventory, limit: Sequence[str]) -> set[str]:
    """Return the hosts that ``limit`` names; where it only excludes some, all others.

    Raises:
        InputError: a pattern matches no host and no group, or a file cannot be read.
    """
    members = _members(inventory)
    patterns = list(_patterns(limit, members))
    found = {pattern: _matching(pattern, members) for _, pattern in patterns}
    unknown = [pattern for pattern, hosts in found.items() if not hosts and members]
    InputError.raise_for(_unknown(unknown, members, inventory))
    wanted = [found[pattern] for is_wanted, pattern in patterns if is_wanted]
    unwanted = [found[pattern] for is_wanted, pattern in patterns if not is_wanted]
    return set(members if not wanted else set().union(*wanted)).difference(*unwanted)


def _unknown(
    patterns: Sequence[str], members: Iterable[str], inventory: Inventory
) -> Iterator[Mistake]:
    """Yield the mistakes of patterns that match nothing; of many, from a file say, one."""
    if len(patterns) > _FEW:
        shown = ", ".join(map(quoted, patterns[:_FEW]))
        message = f"no host or group matches {shown} and {len(patterns) - _FEW} more"
        yield Mistake(message, "of this inventory?", key="--limit")
        return
    known = [*members, *inventory.groups]
    for pattern in patterns:
        hint = _by_data(pattern, inventory) or nearest(pattern, known)
        yield Mistake(f"no host or group matches {quoted(pattern)}", hint, key="--limit")


def _by_data(word: str, inventory: Inventory) -> str:
    """Return a hint if ``word`` is a value in the data of some hosts, such as a site."""
    keys = (
        key
        for host in inventory.hosts.values()
        for key, value in host.extended_data().items()
        if value == word
    )
    key = next(keys, None)
    return f"it is a value of {key}: -f {key}={word}" if key else ""


def _members(inventory: Inventory) -> dict[str, set[str]]:
    """Return the hosts, each with the groups it is in."""
    return {
        name: {group.name for group in host.extended_groups()}
        for name, host in inventory.hosts.items()
    }


def _patterns(limit: Iterable[str], hosts: Mapping[str, object]) -> Iterator[tuple[bool, str]]:
    """Yield each pattern, and whether it is wanted: `!r1` is, where a host is called so."""
    for part in (part for item in limit for part in item.split(",")):
        is_wanted, name = _pattern(part, hosts)
        if not name.startswith("@") or name in hosts:
            yield is_wanted, name
            continue
        for line in _lines(Path(name[1:])):
            yield _pattern(line, hosts) if is_wanted else (False, line)


def _pattern(part: str, hosts: Mapping[str, object]) -> tuple[bool, str]:
    """Return whether a pattern is wanted, and the pattern without the ``!`` of one that is not."""
    is_unwanted = part.startswith("!") and part not in hosts
    return not is_unwanted, part.removeprefix("!") if is_unwanted else part


def _lines(file: Path) -> list[str]:
    """Return the patterns in a file; an empty file is a mistake, and never means every host."""
    hint = "-l @FILE: a host, glob or group a line"
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        message = f"cannot be read: {reason}"
        raise InputError(Mistake(message, hint, str(file), key="--limit")) from None
    uncommented = (line for line in lines if not line.lstrip().startswith("#"))
    patterns = [part.strip() for line in uncommented for part in line.split(",") if part.strip()]
    if not patterns:
        raise InputError(Mistake("names no host", hint, str(file), key="--limit"))
    return patterns


def _matching(pattern: str, members: Mapping[str, set[str]]) -> set[str]:
    """Return the hosts that a pattern matches; if none, those of the groups that it matches."""
    if hosts := _named(pattern, members) or _spanned(pattern, members):
        return hosts
    return {
        name
        for name, groups in members.items()
        if pattern == _ALL or any(fnmatchcase(group, pattern) for group in groups)
    }


def _named(pattern: str, names: Collection[str]) -> set[str]:
    """Return the names that a pattern matches; no glob, as most are, is one look-up."""
    is_glob = _GLOB.search(pattern)
    found = {name for name in names if fnmatchcase(name, pattern)} if is_glob else set()
    return found or ({pattern} if pattern in names else set())


def _spanned(pattern: str, names: Iterable[str]) -> set[str]:
    span = _SPAN.fullmatch(pattern)
    if not span:
        return set()
    before, first, after, last = span.groups()
    number = re.compile(f"{re.escape(before)}([0-9]+){re.escape(after)}")
    found = ((name, number.fullmatch(name)) for name in names)
    return {name for name, digits in found if digits and int(first) <= int(digits[1]) <= int(last)}
