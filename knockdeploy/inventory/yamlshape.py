"""Limits of a YAML document, checked in its events before any value is built.

A few lines of aliases can stand for more values than a machine has memory, and the C parser
recurses without looking at its stack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    NodeEvent,
)

MAX_DEPTH: Final = 100
"""Levels. An inventory has about ten; each level costs the parser stack."""

MAX_VALUES: Final = 2_000_000
"""Values, with what aliases stand for: twice what a file of the greatest size holds."""


@dataclass(slots=True)
class _Open:
    anchor: str | None
    n_values: int = 1


@dataclass(slots=True)
class _Shape:
    """Counts values; ``sizes`` is what each anchor stands for."""

    sizes: dict[str, int] = field(default_factory=dict)
    inside: list[_Open] = field(default_factory=lambda: [_Open(None)])

    def see(self, event: Event) -> str | None:
        """Take one event; return what is wrong with the document, if it is now."""
        if isinstance(event, CollectionStartEvent):
            self.inside.append(_Open(event.anchor))
            return f"is nested more than {MAX_DEPTH} deep" if len(self.inside) > MAX_DEPTH else None
        if isinstance(event, CollectionEndEvent):
            done = self.inside.pop()
            return self._add(done.anchor, done.n_values)
        if isinstance(event, AliasEvent):
            if any(part.anchor == event.anchor for part in self.inside):
                return "an alias refers to what it is part of"
            return self._add(None, self.sizes.get(event.anchor, 0))
        return self._add(event.anchor, 1) if isinstance(event, NodeEvent) else None

    def _add(self, anchor: str | None, n_values: int) -> str | None:
        if anchor is not None:
            self.sizes[anchor] = n_values
        self.inside[-1].n_values += n_values
        too_many = self.inside[-1].n_values > MAX_VALUES
        return f"its aliases stand for more than {MAX_VALUES:,} values" if too_many else None


def misshapen(events: Iterable[Any]) -> tuple[str, int] | None:
    """Return what is wrong with a document, and in which line; None if nothing is."""
    shape = _Shape()
    for event in events:
        if wrong := shape.see(event):
            return wrong, event.start_mark.line + 1
    return None
