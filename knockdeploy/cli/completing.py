"""What the shell offers where a host's name is typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from knockdeploy.inventory import Settings


_OWN_KEYS = ("name", "hostname", "platform", "group")


def hosts_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the inventory's hosts that begin so; after commas the earlier ones stay."""
    before, comma, begun = incomplete.rpartition(",")
    hosts = _hosts(_config_file(context))
    return [f"{before}{comma}{name}" for name in hosts if name.startswith(begun)]


def runs_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the runs made from here that begin so, and latest."""
    from knockdeploy.store.runs import LATEST, Runs  # noqa: PLC0415  # only for Tab
    from knockdeploy.store.state import StateDir  # noqa: PLC0415

    settings = _settings(context)
    names = Runs(StateDir(settings.state_dir)).names() if settings else []
    return [name for name in (LATEST, *names) if name.startswith(incomplete)]


def rules_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the rules by which checks found something, those that begin so."""
    from knockdeploy.store.findings import FindingsStore  # noqa: PLC0415  # only for Tab

    settings = _settings(context)
    try:
        found = FindingsStore(settings.database).spells(host=None, rule=None) if settings else []
    except Exception:  # noqa: BLE001  # whoever presses Tab wants no report
        found = []
    return sorted({each.rule for each in found if each.rule.startswith(incomplete)})


def keys_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return what hosts can be filtered by, the beginnings of KEY=VALUE."""
    from knockdeploy.inventory import nornirfile, yamlfile  # noqa: PLC0415  # only for Tab

    try:
        config, _ = nornirfile.read_config(_config_file(context))
        hosts: Any = yamlfile.read_yaml(Path(config.inventory.options["host_file"]))
        data = {str(key) for host in hosts.values() for key in (host or {}).get("data") or {}}
    except Exception:  # noqa: BLE001  # as above
        data = set()
    return sorted(f"{key}=" for key in {*_OWN_KEYS, *data} if key.startswith(incomplete))


def _settings(context: typer.Context) -> Settings | None:
    from knockdeploy.inventory import nornirfile  # noqa: PLC0415  # only for Tab

    try:
        return nornirfile.read_config(_config_file(context))[1]
    except Exception:  # noqa: BLE001  # as above
        return None


def _config_file(context: typer.Context) -> Path:
    given = context.params.get("config") or os.environ.get("KNOCKDEPLOY_CONFIG") or "config.yaml"
    return Path(given)


def _hosts(config_file: Path) -> list[str]:
    """Return the hosts that a file of the project names: Tab must not ask a server elsewhere."""
    from knockdeploy.inventory import nornirfile, yamlfile  # noqa: PLC0415  # only for Tab

    try:
        config, _ = nornirfile.read_config(config_file)
        hosts = yamlfile.read_yaml(Path(config.inventory.options["host_file"]))
        return list(map(str, hosts)) if isinstance(hosts, dict) else []
    except Exception:  # noqa: BLE001  # whoever presses Tab wants no report
        return []
