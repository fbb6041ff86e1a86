"""The selected hosts, before their knocks are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nornir.core import Nornir
from nornir.core.configuration import Config

from knockdeploy.errors import InputError
from knockdeploy.inventory.elements import wrong_elements
from knockdeploy.inventory.nornirfile import inventory_files, read_config, start
from knockdeploy.inventory.references import References
from knockdeploy.inventory.selection import check_inventory, selected
from knockdeploy.inventory.settings import Settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """Hosts in ``nornir``; ``files`` says which file each level of the inventory is from."""

    nornir: Nornir
    settings: Settings
    files: Mapping[str, str]
    references: References


def choose(config_file: Path, limit: Sequence[str], filters: Sequence[str]) -> Chosen:
    """Return the hosts of a project that ``limit`` and ``filters`` select.

    Raises:
        InputError: with every mistake in files, selection and Nornir's own keys.
    """
    config, settings = read_config(config_file)
    nornir = start(config, config_file)
    files = level_files(config)
    check_inventory(nornir.inventory, files)
    names = selected(nornir.inventory, limit, filters)
    nornir = nornir.filter(filter_func=lambda host: host.name in names)
    InputError.raise_for(wrong_elements(nornir.inventory.hosts.values(), files))
    references = References(config, settings, config_file.absolute().parent)
    return Chosen(nornir, settings, files, references)


def level_files(config: Config) -> dict[str, str]:
    """Return the file each level is from, as well as it can be told for anybody's plugin."""
    found = inventory_files(config)
    elsewhere = ", ".join(map(str, found.values())) or f"inventory {config.inventory.plugin}"
    return {
        option: str(found.get(option, elsewhere))
        for option in ("host_file", "group_file", "defaults_file")
    }
