"""What the inbound filters let in, and how two states of them differ."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby

from knockdeploy.ios import acl
from knockdeploy.ios.filters import (
    EVERYTHING,
    Filter,
    Filters,
    WayIn,
    admitted,
    entries_of,
    near,
    with_entries,
)
from knockdeploy.ios.match import ANY, Ace, Packet
from knockdeploy.ios.packet_space import ANYWHERE, CLIENT_PORT, boundaries, edges, regions
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import DECIDING, way_in
from knockdeploy.plan.model import Closed, Opened
from knockdeploy.plan.sequences import apart
from knockdeploy.recipe.protected import Protected


class Inbound:
    """The filters of some ways in, state after state; read again where their lines changed."""

    def __init__(self, interfaces: tuple[str, ...]) -> None:
        self._interfaces = interfaces
        self._headers = frozenset(f"interface {name}" for name in interfaces)
        self._lines: tuple[Node, ...] = ()
        self._filters: Filters = ((),) * len(interfaces)
        self._known: dict[Ace, Ace] = {}
        self._same: dict[int, tuple[Ace, Ace]] = {}

    def of(self, config: Node) -> Filters:
        """Return the filters in ``config``: the very same ones if nothing changed in them."""
        lines = tuple(
            node
            for node in config.children
            if node.text.startswith(DECIDING) or node.text in self._headers
        )
        if len(lines) != len(self._lines) or any(map(operator.is_not, lines, self._lines)):
            found = tuple(self._read(config, name) for name in self._interfaces)
            self._lines = lines
            self._filters = self._filters if found == self._filters else found
        return self._filters

    def _read(self, config: Node, interface: str) -> WayIn:
        way = way_in(config, interface)
        return with_entries(way, lambda stage: map(self._once, stage.entries))

    def _once(self, entry: Ace) -> Ace:
        """Return the same object for entries that differ in their number alone."""
        if (known := self._same.get(id(entry))) is None:
            known = entry, self._known.setdefault(entry, entry)
            self._same[id(entry)] = known
        return known[1]


def newly_open(before: Filters, now: Filters, protected: Protected) -> Packet | None:
    """Return a packet that opens a protected service now and did not before, or None."""
    if now is before:
        return None
    return next((packet for _, packet in _newly_open(before, now, protected)), None)


def opened(before: Filters, now: Filters, protected: Protected) -> tuple[Opened, ...]:
    """Return each service that somebody reaches now and not before, and the entry that lets in."""
    found: dict[Opened, None] = {}
    for has, packet in _newly_open(before, now, protected):
        entry = _letting_in(has, packet)
        text = None if entry is None or entry is EVERYTHING else entry.text
        found[Opened(f"{packet.port}/{packet.protocol}", text)] = None
    return tuple(found)


def _newly_open(
    before: Filters, now: Filters, protected: Protected
) -> Iterator[tuple[WayIn, Packet]]:
    for had, has in _changed(before, now):
        beside = (protected.as_entry, *protected.from_management)
        for packet in _lost(has, had, protected.is_opened_by, protected.targets, beside):
            if not protected.is_management(packet.source):
                yield has, packet


def newly_open_beyond(
    last: Filters, now: Filters, ends: tuple[Filters, Filters], protected: Protected
) -> Packet | None:
    """Return a packet let in now, but neither a line ago nor before or after the whole change."""
    for had, has, *known in zip(last, now, *ends, strict=True):
        if had is has or () in known:  # without a filter all gets in
            continue
        beside = (protected.as_entry, *(entry for each in known for entry in entries_of(each)))
        lost = _lost(has, had, protected.is_opened_by, protected.targets, beside)
        for destination, packets in groupby(lost, key=lambda packet: packet.destination):
            ends_there = [near(each, _is_for(destination)) for each in known]
            for packet in packets:
                if not any(admitted(each, packet) for each in ends_there):
                    return packet
    return None


def newly_shut(before: Filters, now: Filters, protected: Protected) -> bool:
    """Tell whether some packet that got in before does not now, knock ports apart."""
    if now is before:  # nearly every line
        return False
    return any(
        True
        for targets in (protected.targets, None)  # what shuts nearly always shuts those
        for had, has in _changed(before, now)
        for _ in _lost(had, has, lambda p: (p.protocol, p.port) not in protected.knocks, targets)
    )


def closed(before: Filters, now: Filters, protected: Protected) -> tuple[Closed, ...]:
    """Return each service that somebody reached before and not now, and the entry that let in."""
    found: dict[Closed, None] = {}
    for had, has in _changed(before, now):
        for protocol, port in protected.services if has else ():
            packet = Packet(protocol, ANYWHERE, CLIENT_PORT, ANYWHERE, port)
            ways = [near(way, _is_of(packet)) for way in (had, has)]
            for target in _aims(ways, protected):
                then, afterwards = (near(way, _is_for(target)) for way in ways)
                for entry in _shut_out(then, afterwards, replace(packet, destination=target)):
                    text = entry.text if had and entry is not EVERYTHING else None
                    found[Closed(f"{port}/{protocol}", text)] = None
    return tuple(found)


def _aims(ways: Sequence[WayIn], protected: Protected) -> Iterable[str]:
    """Return the router's addresses; of all it may have, one of each region entries tell apart."""
    if protected.targets is not None:
        return protected.targets or (ANYWHERE,)
    entries = chain.from_iterable(map(entries_of, ways))
    return edges(boundaries(entry.destination for entry in entries), ANY)


def _shut_out(had: WayIn, has: WayIn, packet: Packet) -> Iterator[Ace]:
    """Yield the entries that let in such packets from somewhere, and whose are dropped now."""
    before, now = (
        near(way, lambda entry: entry.matches_from_somewhere(packet)) for way in (had, has)
    )
    starts = boundaries(entry.source for entry in (*entries_of(before), *entries_of(now)))
    letting = [entry for entry in entries_of(before) if entry.permits]
    if any(each.otherwise for each in before):
        letting.append(EVERYTHING)
    for entry in letting:
        sources = (replace(packet, source=source) for source in edges(starts, entry.source))
        if any(_letting_in(before, e) is entry and not admitted(now, e) for e in sources):
            yield entry


def _letting_in(way: WayIn, packet: Packet) -> Ace | None:
    """Return the entry that lets the packet in, where none has to ``EVERYTHING``; None: dropped."""
    found = EVERYTHING
    for each in way:
        entry, admits = EVERYTHING, each.otherwise
        for stage in each.stages:
            match = acl.first_match(stage.entries, packet, {})
            if match is not None and match.permits:
                entry, admits = match, stage.admits
                break
        if not admits:
            return None
        found = entry if found is EVERYTHING else found
    return found


def _is_of(packet: Packet) -> Callable[[Ace], bool]:
    """Return what tells entries for a service."""
    return lambda entry: any(each.matches(packet) for each in entry.traffic)


def _is_for(destination: str) -> Callable[[Ace], bool]:
    """Return what tells entries for an address: of many, most are for another."""
    return lambda entry: any(destination in side for side in entry.destination)


def _changed(before: Filters, now: Filters) -> list[tuple[WayIn, WayIn]]:
    """Return the pairs that differ, each once: interfaces may share an ACL."""
    pairs = {(id(had), id(has)): (had, has) for had, has in zip(before, now, strict=True)}
    return [(had, has) for had, has in pairs.values() if had is not has and had != has]


def _lost(
    first: WayIn,
    second: WayIn,
    counts: Callable[[Packet], bool],
    destinations: Sequence[str] | None,
    beside: Sequence[Ace] = (),
) -> Iterator[Packet]:
    """Yield packets that ``first`` lets in and ``second`` does not, of those that count.

    They differ wherever an entry of ``beside`` would tell two of them apart.
    """
    some, others = entries_of(first), entries_of(second)
    for suspect in _suspects(first, second):
        found = filter(counts, regions(suspect, (*some, *others, *beside), destinations))
        for destination, packets in groupby(found, key=lambda packet: packet.destination):
            is_for = _is_for(destination)
            there = near(first, is_for), near(second, is_for)
            third = tuple(filter(is_for, beside))
            for packet in packets:
                yield from _lost_from_somewhere(*there, third, packet, suspect)


def _lost_from_somewhere(
    first: WayIn, second: WayIn, beside: Sequence[Ace], packet: Packet, suspect: Ace
) -> Iterator[Packet]:
    """Yield the packet from each source from where the first lets it in and the second does not."""
    one, other = (
        near(way, lambda entry: entry.matches_from_somewhere(packet)) for way in (first, second)
    )
    third = (entry for entry in beside if entry.matches_from_somewhere(packet))
    sides = boundaries(e.source for e in (*entries_of(one), *entries_of(other), *third))
    for source in edges(sides, suspect.source):
        each = replace(packet, source=source)
        if admitted(one, each) and not admitted(other, each):
            yield each


def _suspects(first: WayIn, second: WayIn) -> tuple[Ace, ...]:
    """Return the entries without which no packet would be lost from the first to the second.

    Narrow ones first. If some changed places, it may be any packet.
    """
    had, has = apart(first, second)
    if not had:
        return tuple(chain.from_iterable(map(_dropped_by, has)))
    if not has:
        return ()  # a filter less drops nothing
    if len(had) != len(has):
        return (EVERYTHING,)
    # what is lost, some filter drops and the one in its place let in
    return tuple(chain.from_iterable(map(_lost_between, had, has)))


def _dropped_by(each: Filter) -> tuple[Ace, ...]:
    """Return the entries for what a filter drops: any packet if it drops the rest."""
    if not each.otherwise:
        return (EVERYTHING,)
    return tuple(e for stage in each.stages if not stage.admits for e in stage.entries if e.permits)


def _lost_between(one: Filter, other: Filter) -> tuple[Ace, ...]:
    """Return the entries for what one filter may let in and the other may drop."""
    had, has = apart(one.stages, other.stages)
    if one.otherwise != other.otherwise:
        return (EVERYTHING,)
    if [stage.admits for stage in had] != [stage.admits for stage in has]:
        return tuple(e for stage in (*had, *has) for e in stage.entries if e.permits)
    found: list[Ace] = []
    for before, now in zip(had, has, strict=True):
        # equal entries are the same ones
        here, there = set(map(id, before.entries)), set(map(id, now.entries))
        stayed = [entry for entry in before.entries if id(entry) in there]
        if any(map(operator.is_not, stayed, (e for e in now.entries if id(e) in here))):
            return (EVERYTHING,)
        # a stage that admits takes less now, or one that drops takes more
        came = (e for e in now.entries if id(e) not in here)
        went = (e for e in before.entries if id(e) not in there and not e.dynamic)
        found += (e for e in came if e.permits is not now.admits)
        found += (e for e in went if e.permits is now.admits)
    return tuple(found)
