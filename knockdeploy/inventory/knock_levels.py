"""One host's ``knock`` as host, groups and defaults together have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import bare, is_near
from knockdeploy.inventory.merging import Said, merged, origins

KNOCK: Final = "knock"
"""The key of host, group and default data that is ours."""

_Data = Mapping[Any, Any]


def knock_of(host: Host, files: Mapping[str, str]) -> tuple[object, dict[str, str | None]] | None:
    """Return a host's merged knock, and the file each key is from; None: unmanaged.

    Raises:
        InputError: an alias contains itself, or the key is misspelt.
    """
    levels = list(_levels(host, files))
    try:
        knock = merged(levels)
    except RecursionError:
        message = "a YAML alias refers to what it is part of"
        raise InputError(Mistake(message, "", files["host_file"], host.name, KNOCK)) from None
    if not levels:
        InputError.raise_for(_near_misses(host, files))
    if knock is None or (isinstance(knock, Mapping) and knock.get("enabled") is False):
        return None
    return knock, origins(levels)


def _levels(host: Host, files: Mapping[str, str]) -> Iterator[Said]:
    """Yield the levels that have a part of this host's knock, the nearest first."""
    for data, option, *_ in _elements(host):
        if KNOCK in data:
            yield Said(data[KNOCK], files[option])


def _elements(host: Host) -> tuple[tuple[_Data, str, str | None, str], ...]:
    """Return the data that hold for ``host``, the nearest first: with option, host and key."""
    groups = host.extended_groups()
    return (
        (host.data, "host_file", host.name, "data"),
        *((group.data, "group_file", None, f"{group.name}.data") for group in groups),
        (host.defaults.data, "defaults_file", None, "data"),
    )


def _near_misses(host: Host, files: Mapping[str, str]) -> Iterator[Mistake]:
    """Find keys that are most likely a misspelt `knock`, on a host that has none."""
    for data, option, name, place in _elements(host):
        for key in _near(data):
            where = f"{place}.{bare(key)}"
            message, hint = "a host with this has no knock", f"did you mean {KNOCK}?"
            yield Mistake(message, hint, files[option], name, where)


def unread(host: Host) -> Iterator[str]:
    """Yield where a host that has a knock has more of it under a misspelt key.

    A value that is not a mapping is taken for somebody else's.
    """
    for data, _, _, place in _elements(host):
        yield from (f"{place}.{bare(key)}" for key in _near(data) if isinstance(data[key], Mapping))


def _near(data: _Data) -> Iterator[object]:
    return (key for key in data if key != KNOCK and is_near(key, KNOCK))
