"""Loading a project: config.yaml, the selected hosts, and what is wanted of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, intent_from
from knockdeploy.inventory.merging import Level, merged, origins
from knockdeploy.inventory.nornirfile import inventory_files, read_config, start
from knockdeploy.inventory.selection import check_inventory, selected
from knockdeploy.inventory.settings import Settings

KNOCK: Final = "knock"
"""The key of host, group and default data that is ours."""


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
        raise InputError(*mistakes)
    return Project(nornir, settings, intents, config_file)


def _intent(host: Host, files: Mapping[str, str]) -> Intent | None:
    levels = list(_levels(host, files))
    try:
        knock = merged(levels)
    except RecursionError:
        message = "a YAML alias refers to what it is part of"
        raise InputError(Mistake(message, "", files["host_file"], host.name, KNOCK)) from None
    if knock is None or (isinstance(knock, Mapping) and knock.get("enabled") is False):
        return None
    return intent_from(knock, file=files["host_file"], host=host.name, origins=origins(levels))


def _levels(host: Host, files: Mapping[str, str]) -> Iterator[Level]:
    """Yield what says something of this host's knock, the nearest first."""
    elements: tuple[tuple[object, str], ...] = (
        (host.data, "host_file"),
        *((group.data, "group_file") for group in host.extended_groups()),
        (host.defaults.data, "defaults_file"),
    )
    for data, option in elements:
        if not isinstance(data, Mapping):
            message = Mistake(
                "must be a mapping", "data: {knock: ...}", files[option], host.name, "data"
            )
            raise InputError(message)
        if KNOCK in data:
            yield Level(data[KNOCK], files[option])


def _level_files(config: Config) -> dict[str, str]:
    """Return the file each level is from, as well as it can be told for anybody's plugin."""
    found = inventory_files(config)
    elsewhere = ", ".join(map(str, found.values())) or f"inventory {config.inventory.plugin}"
    return {
        option: str(found.get(option, elsewhere))
        for option in ("host_file", "group_file", "defaults_file")
    }
