"""The counters of the event manager: in RAM, not in running-config (iosxe-facts §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_OPERATIONS: Final[Mapping[str, Callable[[int, int], int]]] = {
    "set": lambda _old, value: value,
    "inc": lambda old, value: old + value,
    "dec": lambda old, value: old - value,
    "nop": lambda old, _value: old,
}
Key = tuple[str, str]
"""The applet that has the counter to itself, or "", and the counter's name."""


class Counters:
    """Numbers by name; one that nobody has set is 0."""

    def __init__(self) -> None:
        self._values: dict[Key, int] = {}

    def change(self, key: Key, operation: str, value: int) -> int:
        """Change a counter and return what it is then; KeyError: an unknown operation."""
        changed = _OPERATIONS[operation](self._values.get(key, 0), value)
        self._values[key] = changed
        return changed

    def clear(self) -> None:
        """Forget all, as a reload does."""
        self._values.clear()
