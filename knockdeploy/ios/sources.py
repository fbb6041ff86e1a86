"""From where a packet gets in: which sources the filters on a way let in, and by which entry.

An entry that depends on what no configuration tells (the time, a mark) counts where it lets in, and
not where it keeps out: a class that drops goes by such a `deny`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from knockdeploy.ios.address_ranges import ALL_V4, Spans, meet, spans_of, united, without
from knockdeploy.ios.filters import EVERYTHING, Filter, WayIn
from knockdeploy.ios.match import Ace, Addresses, Packet

Opening = tuple[Ace, Spans]
"""An entry that lets in, and whom; ``EVERYTHING`` where nothing keeps them out."""


def let_in(way: WayIn, packet: Packet, sources: Spans = ALL_V4) -> tuple[Opening, ...]:
    """Return by which entries such a packet may get in, and from which of ``sources``."""
    found: tuple[Opening, ...] = ((EVERYTHING, sources),)
    for each in way:
        passed = tuple(_passed(each, packet, sources))
        found = tuple(
            (entry if before is EVERYTHING else before, common)
            for before, some in found
            for entry, others in passed
            if (common := meet(some, others))
        )
    return found


def _passed(each: Filter, packet: Packet, sources: Spans) -> Iterator[Opening]:
    left = sources
    for stage in each.stages:
        undecided: Spans = left
        spared: Spans = ()  # whom a `deny` may hand on
        for entry in stage.entries:
            if entry.dynamic is not None or not entry.matches_from_somewhere(packet):
                continue
            spans, exactly = _source(entry.source)
            surely = exactly if entry.is_sure_of(packet) else ()
            hit = meet(undecided, spans)
            if entry.permits and stage.admits and hit:
                yield entry, hit
            undecided = without(undecided, surely)
            if entry.permits:
                left = without(left, without(meet(hit, surely), spared))
            else:
                spared = united((*spared, *hit))
            if not undecided:
                break
    if each.otherwise and left:
        yield EVERYTHING, left


@functools.lru_cache(maxsize=16384)
def _source(side: tuple[Addresses, ...]) -> tuple[Spans, Spans]:
    """Return the sources that an entry may match, and those of them that nothing leaves open."""
    each = [spans_of(addresses) for addresses in side]
    return _all(spans for spans, _ in each), _all(spans for spans, is_sure in each if is_sure)


def _all(many: Iterable[Spans]) -> Spans:
    return united(span for spans in many for span in spans)
