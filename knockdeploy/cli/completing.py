"""What the shell offers at Tab: hosts, groups, runs, rules, keys and their values.

Only files of the project are read: Tab must not ask a server elsewhere, and never reports an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer

if TYPE_CHECKING:
    from knockdeploy.inventory import Settings

_OWN_KEYS: Final = ("name", "hostname", "platform", "group")
T = TypeVar("T")
Elements = Mapping[str, Mapping[str, Any]]
"""Hosts or groups by name, as a file has them."""


def hosts_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the inventory's hosts that begin so."""
    return _beginning(incomplete, _files(context).hosts)


def limits_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the hosts and groups that begin so; after commas and `!` the earlier ones stay."""
    before, comma, begun = incomplete.rpartition(",")
    mark = "!" if begun.startswith("!") else ""
    files = _files(context)
    names = _beginning(begun.removeprefix("!"), (*files.hosts, *files.groups))
    return [f"{before}{comma}{mark}{name}" for name in names]


def runs_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return the runs made from here that begin so, and latest."""
    from knockdeploy.store.runs import LATEST, Runs  # noqa: PLC0415  # only for Tab
    from knockdeploy.store.state import StateDir  # noqa: PLC0415

    settings = _settings(context)
    names = Runs(StateDir(settings.state_dir)).names() if settings else []
    return _beginning(incomplete, (LATEST, *names))


def rules_like(incomplete: str) -> list[str]:
    """Return the rules of a check that begin so."""
    from knockdeploy.compliance.rules import RULES  # noqa: PLC0415  # only for Tab

    return _beginning(incomplete, sorted(RULES))


def explained_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return hosts and rules that begin so: the shell does not say which of both is typed."""
    return [*hosts_like(context, incomplete), *rules_like(incomplete)]


def filters_like(context: typer.Context, incomplete: str) -> list[str]:
    """Return what hosts can be filtered by that begins so: `KEY=`, then `KEY=VALUE`."""
    files = _files(context)
    key, equals, _ = incomplete.partition("=")
    if not equals:
        return _beginning(incomplete, [f"{each}=" for each in (*_OWN_KEYS, *files.data_keys)])
    return _beginning(incomplete, sorted(f"{key}={value}" for value in files.values(key)))


@dataclass(frozen=True, slots=True)
class _InventoryFiles:
    """The files of a YAML inventory; empty for any other, or where they cannot be read."""

    hosts: Elements = field(default_factory=dict)
    groups: Elements = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def _all(self) -> tuple[Mapping[str, Any], ...]:
        return (*self.hosts.values(), *self.groups.values(), self.defaults)

    @property
    def data_keys(self) -> list[str]:
        """The keys of data that some host, group or the defaults have."""
        return sorted({str(key) for each in self._all for key in each.get("data") or {}})

    def values(self, key: str) -> set[str]:
        """Return what hosts and groups have of a key, one value each."""
        if key == "name":
            return set(self.hosts)
        if key == "group":
            return set(self.groups)
        found = (
            each.get(key) if key in _OWN_KEYS else (each.get("data") or {}).get(key)
            for each in self._all
        )
        return {str(value) for value in found if isinstance(value, str | int)}


def _beginning(with_: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.startswith(with_)]


def _files(context: typer.Context) -> _InventoryFiles:
    from knockdeploy.inventory import nornirfile, yamlfile  # noqa: PLC0415  # only for Tab

    def read(option: str) -> dict[str, Any]:
        found = yamlfile.read_yaml(Path(options[option])) if option in options else {}
        return found if isinstance(found, dict) else {}

    def elements(option: str) -> dict[str, dict[str, Any]]:
        return {str(name): each or {} for name, each in read(option).items()}

    def files() -> _InventoryFiles:
        return _InventoryFiles(elements("host_file"), elements("group_file"), read("defaults_file"))

    options: Mapping[str, Any] = _quietly(
        lambda: nornirfile.read_config(_config_file(context))[0].inventory.options, {}
    )
    return _quietly(
        files, _quietly(lambda: _InventoryFiles(elements("host_file")), _InventoryFiles())
    )


def _settings(context: typer.Context) -> Settings | None:
    from knockdeploy.inventory import nornirfile  # noqa: PLC0415  # only for Tab

    return _quietly(lambda: nornirfile.read_config(_config_file(context))[1], None)


def _quietly(read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except Exception:  # noqa: BLE001  # whoever presses Tab wants no report
        return otherwise


def _config_file(context: typer.Context) -> Path:
    given = context.params.get("config") or os.environ.get("KNOCKDEPLOY_CONFIG") or "config.yaml"
    return Path(given)
