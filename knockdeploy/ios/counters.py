"""What a router counts and lists: classes and their packets, entries and their matches. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

_ADDRESS: Final = r"\d{1,3}(?:\.\d{1,3}){3}"


def class_packets(text: str) -> dict[str, int]:
    """Return the packets each class has counted: `show policy-map control-plane host`."""
    counted = re.compile(r"^[ \t]*+Class-map: (\S++).*+\n\s*+(\d++) packets", re.MULTILINE)
    return {name: int(packets) for name, packets in counted.findall(text)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered line of `show ip access-lists`; ``matches`` is None where none are printed.

    ``dynamic`` is the name of a lock-and-key template, whose temporary entries follow.
    """

    number: int
    text: str
    matches: int | None = None
    dynamic: str | None = None
    temporary: tuple[TemporaryEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class TemporaryEntry:
    """An entry that lock-and-key made; ``source`` is None where it is not for one address.

    ``left_s`` is None where the router does not print how long it stands.
    """

    source: str | None
    text: str
    matches: int | None = None
    left_s: int | None = None


_HEADER: Final = re.compile(r"(?:\S++ ){0,2}?IP access list (\S+)")
_NUMBERED: Final = re.compile(r"^\s*(\d+) (?:(Dynamic) (\S+) )?(.*)$", re.IGNORECASE)
_MATCHES: Final = re.compile(r"\((\d+) match(?:es)?\)")
_TIME_LEFT: Final = re.compile(r"\(time left (\d+)\)")


def show_list(name: str) -> str:
    """Return the command that lists the entries of an ACL."""
    return f"show ip access-lists {name}"


def listed_entries(answers: Mapping[str, str], name: str) -> tuple[Entry, ...]:
    """Return the entries of an ACL from what the router answered, by command."""
    return access_lists(answers[show_list(name)]).get(name, ())


def access_lists(text: str) -> dict[str, tuple[Entry, ...]]:
    """Read `show ip access-lists [NAME]`: entries with their numbers, by list.

    A temporary entry is any line without a number directly below `Dynamic NAME`; what stands in
    parentheses at its end is ignored but for the matches.
    """
    lists: dict[str, list[Entry]] = {}
    entries: list[Entry] = []
    for line in text.splitlines():
        if match := _HEADER.match(line):
            entries = lists.setdefault(match[1], [])
        elif match := _NUMBERED.match(line):
            text = _without_notes(match[4]).strip()
            entries.append(Entry(int(match[1]), text, _matches(match[4]), match[3]))
        elif line.strip() and entries and entries[-1].dynamic:
            entries[-1] = _with(entries[-1], line)
    return {name: tuple(found) for name, found in lists.items()}


def _with(entry: Entry, line: str) -> Entry:
    text = _without_notes(line).strip()
    left = _TIME_LEFT.search(line)
    left_s = int(left[1]) if left else None
    one = TemporaryEntry(_source(text.split()), text, _matches(line), left_s)
    return replace(entry, temporary=(*entry.temporary, one))


def _without_notes(text: str) -> str:
    """Return a line without what stands in parentheses at its end."""
    end = len(text.rstrip())
    while text[:end].endswith(")"):
        start = text.rfind("(", 0, end)
        if start < 0 or ")" in text[start : end - 1]:
            break
        end = len(text[:start].rstrip())
    return text[:end]


def _matches(text: str) -> int | None:
    match = _MATCHES.search(text)
    return int(match[1]) if match else None


def _source(words: list[str]) -> str | None:
    """Return the first address behind the protocol or the group.

    Printed with or without `permit`, with a group's name, with or without the word, or with a
    protocol.
    """
    rest = words[1:] if words and words[0] in ("permit", "deny") else list(words)
    if rest and rest[0] == "object-group":
        rest = rest[2:]
    elif rest and rest[0] not in ("host", "any") and not re.fullmatch(_ADDRESS, rest[0]):
        rest = rest[1:]
    if rest and rest[0] == "host":
        rest = rest[1:]
    return rest[0] if rest and re.fullmatch(_ADDRESS, rest[0]) else None


def sources(entries: Iterable[TemporaryEntry]) -> frozenset[str]:
    """Return whose door is open; an entry printed as several lines counts once."""
    return frozenset(entry.source for entry in entries if entry.source)
