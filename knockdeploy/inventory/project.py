"""Loading a project: config.yaml, the selected hosts, and what is wanted of each."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, intent_from
from knockdeploy.intent.faults import quoted
from knockdeploy.inventory.merging import Level, merged, origins
from knockdeploy.inventory.nornirfile import inventory_files, read_config, start
from knockdeploy.inventory.selection import check_inventory, selected
from knockdeploy.inventory.settings import Settings

KNOCK: Final = "knock"
"""The key of host, group and default data that is ours."""

_NEAR: Final = 0.8
"""Of difflib's ratio: knok, nock and Knocks are misspelt, lock, block and unlock are not."""


@dataclass(frozen=True, slots=True)
class Project:
    """The selected hosts, in ``nornir`` and, with what is wanted of them, in ``intents``.

    An intent of None: the host is unmanaged. Credentials may still be references.
    """

    nornir: Nornir
    settings: Settings
    intents: Mapping[str, Intent | None]
    config_file: Path


def load(config_file: Path, limit: Sequence[str] = (), filters: Sequence[str] = ()) -> Project:
    """Return the project of ``config_file``, for the hosts that ``limit`` and ``filters`` select.

    Only they are validated. A host without ``hostname`` is reached by its name.

    Raises:
        InputError: with every mistake found; nothing was connected to.
    """
    config, settings = read_config(config_file)
    nornir = start(config, config_file)
    files = _level_files(config)
    check_inventory(nornir.inventory, files["host_file"])
    chosen = selected(nornir.inventory, limit, filters)
    nornir = nornir.filter(filter_func=lambda host: host.name in chosen)
    intents: dict[str, Intent | None] = {}
    mistakes: list[Mistake] = []
    for name, host in nornir.inventory.hosts.items():
        try:
            intents[name] = _intent(host, files)
        except InputError as error:
            mistakes += error.mistakes
        if host.hostname is None:
            host.hostname = host.name
    if mistakes:
        raise InputError(*dict.fromkeys(mistakes))
    return Project(nornir, settings, intents, config_file)


def _intent(host: Host, files: Mapping[str, str]) -> Intent | None:
    levels = list(_levels(host, files))
    try:
        knock = merged(levels)
    except RecursionError:
        message = "a YAML alias refers to what it is part of"
        raise InputError(Mistake(message, "", files["host_file"], host.name, KNOCK)) from None
    if not levels and (mistakes := tuple(_near_misses(host, files))):
        raise InputError(*mistakes)
    if knock is None or (isinstance(knock, Mapping) and knock.get("enabled") is False):
        return None
    return intent_from(knock, file=files["host_file"], host=host.name, origins=origins(levels))


def _levels(host: Host, files: Mapping[str, str]) -> Iterator[Level]:
    """Yield what says something of this host's knock, the nearest first."""
    for data, option, *_ in _elements(host):
        if not isinstance(data, Mapping):
            message = Mistake(
                "must be a mapping", "data: {knock: ...}", files[option], host.name, "data"
            )
            raise InputError(message)
        if KNOCK in data:
            yield Level(data[KNOCK], files[option])


def _elements(host: Host) -> tuple[tuple[object, str, str | None, str], ...]:
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
        for key in data if isinstance(data, Mapping) else ():
            if difflib.get_close_matches(str(key).lower(), [KNOCK], cutoff=_NEAR):
                where = f"{place}.{quoted(key)[1:-1] if isinstance(key, str) else quoted(key)}"
                message, hint = "a host with this has no knock", f"did you mean {KNOCK}?"
                yield Mistake(message, hint, files[option], name, where)


def _level_files(config: Config) -> dict[str, str]:
    """Return the file each level is from, as well as it can be told for anybody's plugin."""
    found = inventory_files(config)
    elsewhere = ", ".join(map(str, found.values())) or f"inventory {config.inventory.plugin}"
    return {
        option: str(found.get(option, elsewhere))
        for option in ("host_file", "group_file", "defaults_file")
    }
