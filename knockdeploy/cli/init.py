"""The init command: a project that lint finds nothing wrong with, to be filled with one's routers.

What can be set stands there as a comment, at its default, as the models have it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.private_files import write_new
from knockdeploy.compliance.knockquality import knock_quality
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import intent_from, intent_schema
from knockdeploy.inventory import Settings
from knockdeploy.report.made import InitOutcome
from knockdeploy.report.shapes import inventory, to_json

_HOST: Final = "branch-1"
_N_KNOCKS: Final = 5
# Neither where routers and scanners look first, nor where voice gateways have their media (16384
# to 32767 on IOS), nor where hosts take ports for queries from (RFC 6335).
_RANGE: Final = range(32768, 49152)

_MADE_UP: Final = {
    "known_hosts": ".knockdeploy/known_hosts",
    "database": ".knockdeploy/knockdeploy.db",
}
"""Defaults that follow from state_dir."""

_SET: Final = ("management_sources", "new_acl_entries")
"""What groups.yaml says itself."""

_CONFIG: Final = """\
# Nornir's configuration, and below user_defined.knockdeploy ours. Paths are relative to this file.
inventory:
  plugin: SimpleInventory
  options:
    host_file: inventory/hosts.yaml
    group_file: inventory/groups.yaml
    defaults_file: inventory/defaults.yaml
runner:
  plugin: threaded
  options:
    num_workers: 20
logging:
  enabled: false
user_defined:
  knockdeploy:
    # What can be set, each with its default:
{settings}"""

_HOSTS: Final = """\
# yaml-language-server: $schema=schema.json
# The routers. The knocks are secrets: this file is for you alone, and .gitignore has it.
{host}:
  hostname: 192.0.2.1              # where SSH reaches it
  groups: [branch]
  data:
    knock:
      ports: {ports}
"""

_GROUPS: Final = """\
# yaml-language-server: $schema=schema.json
# What many routers have in common. A host may say otherwise, below data.knock of its own.
branch:
  platform: ios
  data:
    knock:
      interface: GigabitEthernet0/0          # where the Internet comes in
      services: [22/tcp, 443/tcp]            # closed to everyone, opened by the knock
      management_sources: [192.0.2.0/24]     # yours: they keep their access whatever happens
      new_acl_entries: ["permit ip any any"] # the rest of the ACL, where the interface has none yet
      # What else can be set, with its default:
{intent}"""

_DEFAULTS: Final = """\
# What holds for all routers. A credential may be env:NAME or file:PATH instead of the secret.
username: admin
password: env:KNOCKDEPLOY_PASSWORD
"""

_IGNORED: Final = """\
# What knockdeploy remembers between runs
.knockdeploy/
# The knocks: take this out only where whoever reads the repository may know them
inventory/hosts.yaml
# What `render -o rendered` and `plan -o` write
rendered/
*.plan
"""

_NEXT: Final = """\
{folder} is a project. Next:
  1. write your routers into {folder}/inventory/hosts.yaml and groups.yaml
  2. export KNOCKDEPLOY_PASSWORD=... (what defaults.yaml refers to)
  3. cd {folder}
  4. knockdeploy lint
  5. knockdeploy preflight
  6. knockdeploy plan"""


def init(console: Console, folder: Path) -> int:
    """Write a new project into ``folder``.

    Raises:
        InputError: there is something already, or it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(Mistake("is there already", "name a new folder", str(folder)))
        files = _files()
        (folder / "inventory").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_new(folder / name, text, 0o600 if name == "inventory/hosts.yaml" else 0o666)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError(Mistake(message, "name another folder", str(folder))) from None
    outcomes = {_HOST: InitOutcome("written", str(folder / "inventory/hosts.yaml"))}
    console.say(_NEXT.format(folder=folder))
    console.finish(outcomes)
    return 0


def _files() -> dict[str, str]:
    intent = _comments(intent_schema(), "      ")
    settings = _comments(Settings.model_json_schema(), "    ")
    return {
        "config.yaml": _CONFIG.format(settings=settings),
        "inventory/hosts.yaml": _HOSTS.format(host=_HOST, ports=random_ports()),
        "inventory/groups.yaml": _GROUPS.format(intent=intent),
        "inventory/defaults.yaml": _DEFAULTS,
        "inventory/schema.json": to_json(inventory()),
        ".gitignore": _IGNORED,
    }


def random_ports() -> list[int]:
    """Return the ports of a new knock, of which lint has nothing to say."""
    while True:
        ports = secrets.SystemRandom().sample(_RANGE, _N_KNOCKS)
        data = {"ports": ports, "services": ["22/tcp"], "interface": "Gi0/0"}
        data["management_sources"] = ["10.0.0.0/8"]
        if all(finding.rule == "sweep" for finding in knock_quality(intent_from(data))):
            return ports


def _comments(schema: Mapping[str, Any], indent: str) -> str:
    return "".join(f"{indent}# {line}\n" for line in _lines(schema, schema["$defs"]))


def _lines(schema: Mapping[str, Any], named: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield each property that has a default as YAML, behind it what it is for."""
    for name, given in schema["properties"].items():
        inner = named.get(str(given.get("$ref")).rpartition("/")[2])
        value = json.dumps(_MADE_UP.get(name, given.get("default")))
        if inner and "properties" in inner:
            yield f"{indent}{name}:"
            yield from _lines(inner, named, indent + "  ")
        elif name not in schema.get("required", ()) and name not in _SET:
            yield f"{indent}{f'{name}: {value}':<36} # {given['description']}"
