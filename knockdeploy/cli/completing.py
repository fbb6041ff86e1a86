"""What the shell offers where a host's name is typed."""

from __future__ import annotations

import os
from pathlib import Path

import typer


def hosts_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the inventory's hosts that begin so; after commas the earlier ones stay."""
    before, comma, begun = incomplete.rpartition(",")
    given = context.params.get("config") or os.environ.get("KNOCKDEPLOY_CONFIG") or "config.yaml"
    return [f"{before}{comma}{name}" for name in _hosts(Path(given)) if name.startswith(begun)]


def _hosts(config_file: Path) -> list[str]:
    """Return the hosts that a file of the project names: Tab must not ask a server elsewhere."""
    from knockdeploy.inventory import nornirfile, yamlfile  # noqa: PLC0415  # only for Tab

    try:
        config, _ = nornirfile.read_config(config_file)
        hosts = yamlfile.read_yaml(Path(config.inventory.options["host_file"]))
        return list(map(str, hosts)) if isinstance(hosts, dict) else []
    except Exception:  # noqa: BLE001  # whoever presses Tab wants no report
        return []
