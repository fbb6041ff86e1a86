"""Lines of a configuration that come and go by themselves: no part of it as we read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knockdeploy.ios import acl
from knockdeploy.ios.counters import Entry
from knockdeploy.ios.tree import Path

IsPassing = Callable[[Path, str], bool]
"""Tells such a line, by the headers it stands below."""


def nothing(_parents: Path, _line: str) -> bool:
    """Tell that no line comes and goes."""
    return False


@dataclass(frozen=True, slots=True)
class Settled:
    """A configuration without the lines that come and go; those are ``passing``."""

    text: str
    passing: tuple[str, ...] = ()


def settled(text: str, is_passing: IsPassing) -> Settled:
    """Return a configuration without what comes and goes in its lists."""
    if is_passing is nothing:
        return Settled(text)
    kept: list[str] = []
    passing: list[str] = []
    header = ""
    for line in text.split("\n"):
        if line and not line[0].isspace():
            header = line.rstrip()
        is_entry = line[:1].isspace() and acl.is_extended(header)
        (passing if is_entry and is_passing((header,), line.strip()) else kept).append(line)
    return Settled("\n".join(kept), tuple(line.strip() for line in passing))


def lasting(
    lists: Mapping[str, tuple[Entry, ...]], is_passing: IsPassing
) -> dict[str, tuple[Entry, ...]]:
    """Return lists, as `show ip access-lists` has them, without the entries that come and go."""
    return {
        name: tuple(each for each in entries if not is_passing((acl.header(name),), each.text))
        for name, entries in lists.items()
    }
