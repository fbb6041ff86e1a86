"""Nornir's transform function: other scripts read an inventory that has references."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from nornir.core.inventory import Host

from knockdeploy.errors import InputError
from knockdeploy.inventory.credentials import resolve_host
from knockdeploy.inventory.nornirfile import read_config
from knockdeploy.inventory.references import References


def follow_references(host: Host, config_file: str = "config.yaml") -> None:
    """Replace the references in a host's login by their values.

    Raises:
        InputError: one leads nowhere, or is not the project's own.
    """
    references = _references(Path(config_file).absolute())
    resolve_host(host, references)
    if references.mistakes:
        raise InputError(*dict.fromkeys(references.mistakes))


@lru_cache(maxsize=8)
def _references(config_file: Path) -> References:
    config, settings = read_config(config_file)
    return References(config, settings, config_file.parent)
