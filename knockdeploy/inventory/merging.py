"""One host's ``knock`` from what its groups, the defaults and itself say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_UNION: Final = "management_sources"
"""The one key to which every level adds: who manages a fleet manages each of its routers."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one level of the inventory says, and the file it is from, if known."""

    knock: object
    file: str | None = None


def merged(levels: Iterable[Said]) -> object:
    """Return what ``levels``, the nearest first, say together; None if they say nothing.

    Mappings merge, anything else is replaced whole by the nearer level, null unsets;
    ``management_sources`` is a union.
    """
    result: object = None
    for level in reversed(list(levels)):
        result = _merge(result, level.knock)
    return result


def origins(levels: Iterable[Said]) -> dict[str, str | None]:
    """Return for each top-level key the file of the nearest level that has it."""
    found: dict[str, str | None] = {}
    for level in levels:
        if isinstance(level.knock, Mapping):
            for key in level.knock:
                found.setdefault(str(key), level.file)
    return found


def _merge(far: object, near: object) -> object:
    if not isinstance(near, Mapping):
        return near
    result: dict[Any, Any] = dict(far) if isinstance(far, Mapping) else {}
    for key, value in near.items():
        if value is None:
            result.pop(key, None)
        elif key == _UNION:
            result[key] = [*_as_list(value), *_as_list(result.get(key, []))]
        elif isinstance(value, Mapping):
            result[key] = _merge(result.get(key), value)
        else:
            result[key] = value
    return result


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]
