"""What options and commands of ansible-playbook, terraform and git are called here."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final

from knockdeploy.errors import InputError, Mistake

_UNKNOWN: Final = re.compile(r"(No such (?:option: |command ')([\w-]+)'?).*")
_ONE_DASH: Final = re.compile(r"-([a-z][a-z-]+)(?:=.*)?")
_OURS: Final = {
    "--dry-run": "deploy --check, or plan",
    "--dryrun": "deploy --check, or plan",
    "-n": "deploy --check, or plan",
    "-C": "--check",
    "-D": "--diff",
    "--auto-approve": "--yes",
    "--target": "-l HOST",
    "--host": "-l HOST",
    "--hosts": "-l HOST",
    "--tags": "-f KEY=VALUE selects by data",
    "--inventory": "-c config.yaml names the inventory",
    "-i": "-c config.yaml names the inventory",
    "--out": "-o FILE",
    "--output": "-o FILE",
    "--serial": "--batch N",
    "--list-hosts": "knockdeploy lint lists them",
    "--user": "`username` in the inventory",
    "-u": "`username` in the inventory",
    "--ask-pass": "`password` in the inventory: env:NAME, file:PATH or command:...",
    "-k": "`password` in the inventory: env:NAME, file:PATH or command:...",
    "-V": "--version",
    "apply": "knockdeploy deploy",
    "push": "knockdeploy deploy",
    "destroy": "knockdeploy remove",
    "uninstall": "knockdeploy remove",
    "undo": "knockdeploy rollback --run latest",
    "resume": "knockdeploy deploy --resume latest",
    "validate": "knockdeploy lint",
    "diff": "knockdeploy plan",
    "status": "knockdeploy check, or knockdeploy history",
    "logs": "knockdeploy history, and knockdeploy show latest",
    "test": "knockdeploy prove",
    "backup": "knockdeploy show RUN --backup HOST",
    "help": "knockdeploy --help",
    "version": "knockdeploy --version",
}


def other_name(message: str) -> Mistake | None:
    """Return a mistake that says what an unknown option or command is called here."""
    match = _UNKNOWN.fullmatch(message)
    return Mistake(match[1], _OURS[match[2]]) if match and match[2] in _OURS else None


def refuse_one_dash(arguments: Iterable[str], options: Container[str]) -> None:
    """Refuse `-out=FILE`, as terraform has it: it would be read as `-o ut=FILE`.

    Raises:
        InputError: with the option that was meant.
    """
    for argument in arguments:
        if argument == "--":
            break
        match = _ONE_DASH.fullmatch(argument)
        name = f"--{match[1]}" if match else ""
        if name in options or name in _OURS:
            raise InputError(Mistake(f"No such option: {name[1:]}", _OURS.get(name, name)))
