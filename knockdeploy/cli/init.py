"""The init command: a new project without lint findings, to be filled with your routers.

Every setting is there as a comment with its default, taken from the models.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.private_files import write_new
from knockdeploy.compliance.new_sequence import draw_ports, port_text
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import intent_schema
from knockdeploy.inventory import Settings
from knockdeploy.lab.project import NORNIR
from knockdeploy.plain_files import hint_for
from knockdeploy.report.offline_outcomes import InitOutcome
from knockdeploy.report.shapes import inventory, to_json

_HOST: Final = "branch-1"
_FOLDER_MODE, _FILE_MODE = 0o775, 0o664  # whatever the umask: what all can write is not used
_SECRET_FOLDER_MODE, _SECRET_MODE = 0o700, 0o600
_KNOCKS: Final = "knocks"

_MADE_UP: Final = {
    "known_hosts": ".knockdeploy/known_hosts",
    "database": ".knockdeploy/knockdeploy.db",
}
"""Defaults that follow from state_dir."""

_SET: Final = ("management_sources", "new_acl_entries", "probe_ports", "probe_sources")
"""What groups.yaml says itself, or has no default that could be written."""

_CONFIG: Final = """\
# Nornir's configuration, and below user_defined.knockdeploy ours. Paths are relative to this file.
{nornir}    # What can be set, each with its default:
{settings}"""

_HOSTS: Final = """\
# yaml-language-server: $schema=schema.json
# The routers. Their knocks are secrets and stand elsewhere: `knockdeploy ports` makes them.
{host}:
  hostname: 192.0.2.1              # where SSH reaches it
  groups: [branch]
"""

_GROUPS: Final = """\
# yaml-language-server: $schema=schema.json
# What many routers have in common. A host may say otherwise, below data.knock of its own.
branch:
  platform: ios
  data:
    knock:
      ports: file:{knocks}/{{name}}             # the secret of each router, in a file of its own
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
# The knocks: secrets, one file a router
{knocks}/
# What `render -o rendered` and `plan -o` write
rendered/
*.plan
# Nornir's own log, if config.yaml asks for one
nornir.log*
"""

_NEXT: Final = """\
{folder} is a project. Next:
  1. write your routers into {folder}/inventory/hosts.yaml and groups.yaml
  2. export KNOCKDEPLOY_PASSWORD=... (what defaults.yaml refers to)
  3. cd {quoted}
  4. knockdeploy ports (a knock for each router that has none)
  5. knockdeploy lint
  6. knockdeploy preflight
  7. knockdeploy plan"""


def init(console: Console, folder: Path) -> int:
    """Write a new project into ``folder``.

    Raises:
        InputError: there is something already, or it cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(Mistake("already exists", "name a new folder", str(folder)))
        _write(folder)
    except OSError as error:
        message = f"cannot be written: {error.strerror}; nothing is left of what was begun"
        hint = hint_for(error, "name another folder")
        raise InputError(Mistake(message, hint, str(folder))) from None
    console.say(_NEXT.format(folder=folder, quoted=shlex.quote(str(folder))))
    written = InitOutcome("written", str(folder / "inventory/hosts.yaml"))
    return console.finish({_HOST: written})


def _write(folder: Path) -> None:
    """Make the folder and all that is in it, or nothing.

    Raises:
        OSError: it cannot be made; what was begun is gone.
    """
    with ExitStack() as undoing:
        for each in (*reversed(folder.parents), folder, folder / "inventory"):
            _make(each, _FOLDER_MODE, undoing)
        for name, text in _files().items():
            _fill(folder / name, text, _FILE_MODE, undoing)
        _make(folder / _KNOCKS, _SECRET_FOLDER_MODE, undoing)
        _fill(folder / _KNOCKS / _HOST, port_text(draw_ports()), _SECRET_MODE, undoing)
        undoing.pop_all()


def _make(folder: Path, mode: int, undoing: ExitStack) -> None:
    if not folder.exists():
        folder.mkdir(mode)
        undoing.callback(_removed, folder.rmdir)


def _fill(file: Path, text: str, mode: int, undoing: ExitStack) -> None:
    write_new(file, text, mode)
    undoing.callback(_removed, file.unlink)


def _removed(remove: Callable[[], None]) -> None:
    with suppress(OSError):  # the first error is told
        remove()


def _files() -> dict[str, str]:
    intent = _comments(intent_schema(), "      ")
    settings = _comments(Settings.model_json_schema(), "    ")
    return {
        "config.yaml": _CONFIG.format(nornir=NORNIR, settings=settings),
        "inventory/hosts.yaml": _HOSTS.format(host=_HOST),
        "inventory/groups.yaml": _GROUPS.format(intent=intent, knocks=_KNOCKS),
        "inventory/defaults.yaml": _DEFAULTS,
        "inventory/schema.json": to_json(inventory()),
        ".gitignore": _IGNORED.format(knocks=_KNOCKS),
    }


def _comments(schema: Mapping[str, Any], indent: str) -> str:
    return "".join(f"{indent}# {line}\n" for line in _lines(schema, schema["$defs"]))


def _lines(schema: Mapping[str, Any], named: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield each property with a default as a line of YAML, with its description."""
    for name, given in schema["properties"].items():
        inner = named.get(str(given.get("$ref")).rpartition("/")[2])
        value = json.dumps(_MADE_UP.get(name, given.get("default")))
        if inner and "properties" in inner:
            yield f"{indent}{name}:"
            yield from _lines(inner, named, indent + "  ")
        elif name not in schema.get("required", ()) and name not in _SET:
            yield f"{indent}{f'{name}: {value}':<36} # {given['description']}"
