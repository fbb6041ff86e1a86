"""Loading a project: config.yaml, the selected hosts, and what is wanted of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, intent_from
from knockdeploy.intent.faults import bare, is_near
from knockdeploy.inventory.elements import no_address, wrong_elements
from knockdeploy.inventory.merging import Level, merged, origins
from knockdeploy.inventory.nornirfile import inventory_files, read_config, start
from knockdeploy.inventory.references import References, is_reference
from knockdeploy.inventory.selection import check_inventory, selected
from knockdeploy.inventory.settings import Settings

KNOCK: Final = "knock"
"""The key of host, group and default data that is ours."""

_Data = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Project:
    """The selected hosts, in ``nornir`` and, with what is wanted of them, in ``intents``.

    An intent of None: the host is unmanaged. Credentials may still be references.
    """

    nornir: Nornir
    settings: Settings
    intents: Mapping[str, Intent | None]
    config_file: Path
    references: References


def load(config_file: Path, limit: Sequence[str] = (), filters: Sequence[str] = ()) -> Project:
    """Return the project of ``config_file``, for the hosts that ``limit`` and ``filters`` select.

    Only they are validated. A host without ``hostname`` is reached by its name.

    Raises:
        InputError: with every mistake found; nothing was connected to.
    """
    config, settings = read_config(config_file)
    nornir = start(config, config_file)
    files = _level_files(config)
    check_inventory(nornir.inventory, files)
    chosen = selected(nornir.inventory, limit, filters)
    nornir = nornir.filter(filter_func=lambda host: host.name in chosen)
    hosts = nornir.inventory.hosts
    if mistakes := tuple(wrong_elements(hosts.values(), files)):
        raise InputError(*mistakes)
    references = References(config, settings, config_file.absolute().parent)
    intents = _intents(hosts.values(), files, references)
    for host in hosts.values():
        if host.hostname is None:
            host.hostname = host.name
    return Project(nornir, settings, intents, config_file, references)


def _intents(
    hosts: Iterable[Host], files: Mapping[str, str], references: References
) -> dict[str, Intent | None]:
    intents: dict[str, Intent | None] = {}
    mistakes: list[Mistake] = []
    for host in hosts:
        try:
            intent = intents[host.name] = _intent(host, files, references)
        except InputError as error:
            mistakes += error.mistakes
            continue
        if intent and (mistake := no_address(host, files["host_file"])):
            mistakes.append(mistake)
    if mistakes or references.mistakes:
        raise InputError(*dict.fromkeys((*references.mistakes, *mistakes)))
    return intents


def _intent(host: Host, files: Mapping[str, str], references: References) -> Intent | None:
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
    where = origins(levels)
    if isinstance(knock, dict) and is_reference(knock.get("ports")):
        ports = references.value(host.name, f"{KNOCK}.ports", knock["ports"], where.get("ports"))
        if ports is None:
            return None  # said by the references
        knock["ports"] = re.split(r"[\s,]+", ports.strip())
    return intent_from(knock, file=files["host_file"], host=host.name, origins=where)


def _levels(host: Host, files: Mapping[str, str]) -> Iterator[Level]:
    """Yield what says something of this host's knock, the nearest first."""
    for data, option, *_ in _elements(host):
        if KNOCK in data:
            yield Level(data[KNOCK], files[option])


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
        for key in data:
            if is_near(key, KNOCK):
                where = f"{place}.{bare(key)}"
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
