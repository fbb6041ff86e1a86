"""A right project, and rows: what is made wrong in it, and what must be said of that."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONFIG = """\
inventory:
  plugin: SimpleInventory
  options:
    host_file: inventory/hosts.yaml
    group_file: inventory/groups.yaml
    defaults_file: inventory/defaults.yaml
runner: {plugin: threaded, options: {num_workers: 2}}
logging: {enabled: false}
user_defined: {knockdeploy: {state_dir: state}}
"""
DEFAULTS = "username: admin\npassword: s3cret-word\n"
GROUPS = """\
branch:
  platform: ios
  data: {city: Berlin}
"""
KNOCK = {
    "ports": "[46543, 28654, 40204, 57566, 34515]",
    "services": "[22/tcp]",
    "interface": "GigabitEthernet0/0",
}
SECRETS = ("s3cret-word", "46543", "28654", "40204", "57566", "34515")

CONFIG_FILE = "config.yaml"
HOSTS_FILE = "inventory/hosts.yaml"
GROUPS_FILE = "inventory/groups.yaml"
DEFAULTS_FILE = "inventory/defaults.yaml"

Make = Callable[[Path], None]


def hosts(**knock: str) -> str:
    """Return the hosts' file, with the keys of r1's knock changed."""
    keys = "".join(f"      {key}: {value}\n" for key, value in {**KNOCK, **knock}.items())
    return f"r1:\n  hostname: 192.0.2.1\n  groups: [branch]\n  data:\n    knock:\n{keys}"


@dataclass(frozen=True)
class Row:
    """One mistake. ``files`` replaces text, bytes, or, by a function, a file by something else.

    ``place`` is the file that must be named, ``host`` and ``key`` as in the JSON document,
    ``words`` are in the sentence, the fix among them.
    """

    name: str
    place: str | None
    host: str | None
    key: str | None
    words: tuple[str, ...]
    files: Mapping[str, str | bytes | Make] = field(default_factory=dict)
    arguments: tuple[str, ...] = ("plan",)


def in_knock(key: str, value: str, *words: str, where: str | None = None) -> Row:
    """Return the row of a wrong value of one key of ``knock``."""
    files = {HOSTS_FILE: hosts(**{key: value})}
    return Row(f"knock.{key}: {value}", HOSTS_FILE, "r1", f"knock.{where or key}", words, files)


def in_config(text: str, key: str | None, *words: str) -> Row:
    """Return the row of a text that stands in the place of a section of config.yaml."""
    section = text.partition(":")[0]
    kept = [line for line in CONFIG.splitlines(keepends=True) if not line.startswith(section)]
    if section == "inventory":
        kept = [line for line in kept if not line.startswith(" ")]
    return Row(
        f"config {text.strip()}",
        CONFIG_FILE,
        None,
        key,
        words,
        {CONFIG_FILE: "".join(kept) + text + "\n"},
    )


def in_settings(text: str, key: str, *words: str) -> Row:
    """Return the row of a wrong setting of ours."""
    where = f"user_defined.knockdeploy.{key}" if key else "user_defined.knockdeploy"
    return in_config(f"user_defined: {{knockdeploy: {text}}}", where, *words)


def in_host(text: str, key: str | None, *words: str) -> Row:
    """Return the row of a wrong key of Nornir's in a host."""
    return Row(f"host {text}", HOSTS_FILE, "r1", key, words, {HOSTS_FILE: f"r1: {text}\n"})


def in_group(text: str, key: str | None, *words: str) -> Row:
    """Return the row of a wrong key of Nornir's in a group that a host is in."""
    return Row(f"group {text}", GROUPS_FILE, None, key, words, {GROUPS_FILE: f"branch: {text}\n"})


def broken(name: str, text: str | bytes | Make, *words: str, file: str = HOSTS_FILE) -> Row:
    """Return the row of a file that is not valid YAML, or no file."""
    return Row(f"{file}: {name}", file, None, None, words, {file: text})


def write(folder: Path, row: Row) -> Path:
    """Write the project of a row; return the path of its config.yaml."""
    (folder / "inventory").mkdir()
    texts: dict[str, str | bytes | Make] = {
        CONFIG_FILE: CONFIG,
        HOSTS_FILE: hosts(),
        GROUPS_FILE: GROUPS,
        DEFAULTS_FILE: DEFAULTS,
        **row.files,
    }
    for name, content in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(file)
        elif isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_bytes(content.encode())
    return folder / CONFIG_FILE


def fifo(file: Path) -> None:
    os.mkfifo(file)


def dangling(file: Path) -> None:
    file.symlink_to("nowhere")


def loop(file: Path) -> None:
    file.symlink_to(file.name)


def folder(file: Path) -> None:
    file.mkdir()


def nothing(file: Path) -> None:
    """Leave the file out."""


def huge(file: Path) -> None:
    """Make a file of 50 MB, which takes no room on the disk."""
    with file.open("wb") as opened:
        opened.truncate(50_000_000)
