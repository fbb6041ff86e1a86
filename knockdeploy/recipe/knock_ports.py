"""Which ports a configuration listens to as knocks, whatever its objects are called.

A knock that somebody typed by hand, or under other names than the intent's, is as secret as ours.
It is known by what refers to it: the patterns of applets that wait for drops, what these read
and the lists they name, and the lists of classes that drop on the control plane, with the groups in
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Final

from knockdeploy.ios.groups import named

Section = tuple[str, list[str]]
_WAITS: Final = re.compile(r"CP-|IPACCESSLOG")
_READ: Final = re.compile(r"(?<!\d)(\d{1,5})\\{1,2}\)")
"""A port in a pattern by which an applet reads messages: `46543\\)`."""
_NAMED: Final = re.compile(r"list (\S+) denied")
_NO_PORT: Final = re.compile(r"%?CP-\d|\[[^\]]{0,200}\]|\bE\d+|\bTag\w*")
_PORTS: Final = re.compile(r"\b(?:eq|neq|gt|lt|range) (\d+)(?: (\d+)(?![\d.]))?")
_NUMBER: Final = re.compile(r"(?<!\w)(?<!\d\.)\d{4,5}(?!\w|\.\d)")
_HEARS: Final = re.compile(r"\bdeny +(?:udp|tcp) any gt 0 (?:host \S+|any) eq (\d+) log\b")
_LOGS: Final = re.compile(r"\bdeny +(?:udp|tcp) .{0,250} log\b")
_BY_LIST: Final = r"match +access-group +(?:name +)?(\S+)$"
_LONGEST_PORT: Final = 5
_FOR_PORTS_ALONE: Final = 1024
"""Below it a number may be anything."""


def knock_ports(text: str) -> frozenset[str]:
    """Return the ports that the configurations in a text listen to."""
    sections = list(_sections(text.splitlines()))
    found = (_in_applets(sections), _dropped(sections), _HEARS.findall(text))
    return frozenset(chain.from_iterable(found))


def _sections(lines: Iterable[str]) -> Iterator[Section]:
    header, below = "", list[str]()
    for line in lines:
        if line.startswith(" "):
            below.append(line.strip())
        elif line:
            yield header, below
            header, below = line.strip(), []
    yield header, below


def _in_applets(sections: Sequence[Section]) -> Iterator[str]:
    for _, lines in sections:
        waits = [line for line in lines if _WAITS.search(line)]
        if not waits:
            continue
        for line in waits:
            pattern = _NO_PORT.sub(" ", line.partition(" pattern ")[2])
            yield from (n for n in re.findall(r"\d+", pattern) if len(n) <= _LONGEST_PORT)
            for name in _NAMED.findall(line):
                logged = (entry for entry in _entries(sections, name) if _LOGS.search(entry))
                yield from _ports_of(logged)
        yield from (port for line in lines for port in _READ.findall(line))


def _dropped(sections: Sequence[Section]) -> Iterator[str]:
    policies = _words(sections, "control-plane", r"service-policy input (\S+)$")
    classes = {name for policy in policies for name in _dropping(sections, policy)}
    lists = {
        name
        for each in classes
        for name in _words(sections, rf"class-map (?:match-\w+ )?{re.escape(each)}$", _BY_LIST)
    }
    entries = [line for name in lists for line in _entries(sections, name)]
    groups = {name for line in entries for name in named(line)}
    for group in groups:
        entries += _lines(sections, rf"object-group service {re.escape(group)}(?: |$)")
    yield from _ports_of(entries)


def _ports_of(entries: Iterable[str]) -> Iterator[str]:
    for line in entries:
        for found in _PORTS.findall(line):
            yield from filter(None, found)


def _dropping(sections: Iterable[Section], policy: str) -> Iterator[str]:
    name = ""
    for line in _lines(sections, rf"policy-map {re.escape(policy)}$"):
        if line.startswith("class "):
            name = line.split()[-1]
        elif line == "drop" or "conform-action drop" in line:
            yield name


def _entries(sections: Iterable[Section], name: str) -> Iterator[str]:
    yield from _lines(sections, rf"ip access-list extended {re.escape(name)}$")
    yield from (header for header, _ in sections if header.startswith(f"access-list {name} "))


def _lines(sections: Iterable[Section], header: str) -> Iterator[str]:
    for each, lines in sections:
        if re.match(header, each):
            yield from lines


def _words(sections: Iterable[Section], header: str, line: str) -> set[str]:
    found = (re.match(line, each) for each in _lines(sections, header))
    return {match[1] for match in found if match}


def masked(text: str, ports: frozenset[str]) -> str:
    """Return text without these ports: a low one where it is a port, another wherever it stands."""
    if not ports:
        return text
    text = _PORTS.sub(lambda found: re.sub(r"\d+", partial(_hidden, ports), found[0]), text)
    high = frozenset(port for port in ports if int(port) >= _FOR_PORTS_ALONE)
    return _NUMBER.sub(partial(_hidden, high), text)


def _hidden(ports: frozenset[str], number: re.Match[str]) -> str:
    return "<other knock>" if number[0] in ports else number[0]
