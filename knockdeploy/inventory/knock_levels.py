"""One host's ``knock``: what its groups, the defaults and itself say of it, merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import bare, is_near

KNOCK: Final = "knock"
"""The key of host, group and default data that is ours."""

_UNION: Final = "management_sources"
"""The one key to which every level adds: who manages a fleet manages each of its routers."""

_Data = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class _Level:
    """A host, one of its groups or the defaults: what it says, and where that stands.

    ``option`` is that of Nornir which names the file.
    """

    data: _Data
    option: str
    host: str | None
    key: str


def knock_of(host: Host, files: Mapping[str, str]) -> tuple[object, dict[str, str | None]] | None:
    """Return a host's merged knock, and the file each key is from; None: unmanaged.

    Mappings merge, anything else is replaced whole by the nearer level, null unsets;
    ``management_sources`` is a union.

    Raises:
        InputError: an alias contains itself, or the key is misspelt.
    """
    levels = _levels(host)
    saying = [each for each in levels if KNOCK in each.data]
    try:
        knock = _merged(saying)
    except RecursionError:
        message = "a YAML alias refers to what it is part of"
        raise InputError(Mistake(message, "", files["host_file"], host.name, KNOCK)) from None
    if not saying:
        InputError.raise_for(_near_misses(levels, files))
    if knock is None or (isinstance(knock, Mapping) and knock.get("enabled") is False):
        return None
    return knock, _origins(saying, files)


def unread(host: Host) -> Iterator[str]:
    """Yield where a host that has a knock has more of it under a misspelt key.

    A value that is not a mapping is taken for somebody else's.
    """
    for level in _levels(host):
        for key in _near(level.data):
            if isinstance(level.data[key], Mapping):
                yield f"{level.key}.{bare(key)}"


def _levels(host: Host) -> list[_Level]:
    """Return the levels that hold for a host, the nearest first."""
    return [
        _Level(host.data, "host_file", host.name, "data"),
        *(_Level(g.data, "group_file", None, f"{g.name}.data") for g in host.extended_groups()),
        _Level(host.defaults.data, "defaults_file", None, "data"),
    ]


def _merged(levels: Sequence[_Level]) -> object:
    result: object = None
    for level in reversed(levels):
        result = _merge(result, level.data[KNOCK])
    return result


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


def _origins(levels: Sequence[_Level], files: Mapping[str, str]) -> dict[str, str | None]:
    """Return for each key of the knock the file of the nearest level that has it."""
    found: dict[str, str | None] = {}
    for level in levels:
        if isinstance(said := level.data[KNOCK], Mapping):
            for key in said:
                found.setdefault(str(key), files[level.option])
    return found


def _near_misses(levels: Sequence[_Level], files: Mapping[str, str]) -> Iterator[Mistake]:
    """Find keys that are most likely a misspelt `knock`, on a host that has none."""
    for level in levels:
        for key in _near(level.data):
            message, hint = "a host with this has no knock", f"did you mean {KNOCK}?"
            where = f"{level.key}.{bare(key)}"
            yield Mistake(message, hint, files[level.option], level.host, where)


def _near(data: _Data) -> Iterator[object]:
    return (key for key in data if key != KNOCK and is_near(key, KNOCK))
