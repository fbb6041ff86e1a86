"""Credentials that are references: ``env:NAME``, ``file:PATH``, ``command:...`` (design §3).

They are honoured only where they stand in the project's own files: an inventory server, or who
has broken into it, must not read files or run commands here.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from nornir.core.inventory import ConnectionOptions, Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory.nornirfile import inventory_files
from knockdeploy.inventory.project import Project
from knockdeploy.inventory.settings import resolved
from knockdeploy.inventory.yamlfile import read_yaml

_KINDS: Final = ("env:", "file:", "command:")
_COMMAND_S: Final = 30
"""Seconds: somebody may have to unlock a password manager."""

_SECRET_EXTRAS: Final = frozenset({"secret", "password", "passphrase"})


def resolve_credentials(project: Project) -> frozenset[str]:
    """Put the values of references into the project's hosts; return all secrets there are.

    Username, password and netmiko's ``secret`` and ``passphrase`` may be references. Each is
    followed once. The secrets are for the redactor.

    Raises:
        InputError: with every reference that leads nowhere or is not honoured.
    """
    references = _References(project)
    secrets: set[str] = set()
    for host in project.nornir.inventory.hosts.values():
        secrets |= _resolve_host(host, references)
    if references.mistakes:
        raise InputError(*references.mistakes)
    return frozenset(secrets)


def _resolve_host(host: Host, references: _References) -> set[str]:
    host.username = references.value(host, "username", host.username)
    host.password = references.value(host, "password", host.password)
    secrets = {host.password}
    for name in _option_names(host):
        options = host.get_connection_parameters(name)
        where = f"connection_options.{name}"
        options.username = references.value(host, f"{where}.username", options.username)
        options.password = references.value(host, f"{where}.password", options.password)
        options.extras = {
            key: references.value(host, f"{where}.extras.{key}", value)
            if key in _SECRET_EXTRAS
            else value
            for key, value in (options.extras or {}).items()
        }
        host.connection_options[name] = options
        secrets |= {options.password, *_secrets_of(options)}
    return {secret for secret in secrets if secret}


def _option_names(host: Host) -> set[str]:
    names = {*host.connection_options, *host.defaults.connection_options}
    return names.union(*(group.connection_options for group in host.extended_groups()))


def _secrets_of(options: ConnectionOptions) -> Iterator[str]:
    for key, value in (options.extras or {}).items():
        if key in _SECRET_EXTRAS and isinstance(value, str):
            yield value


class _References:
    """Follows references, each once, and collects what is wrong with them."""

    def __init__(self, project: Project) -> None:
        config = project.nornir.config
        self._files = inventory_files(config)
        self._is_simple = config.inventory.plugin == "SimpleInventory"
        self._folder = project.config_file.absolute().parent
        self._allow_command = project.settings.allow_command
        self._values: dict[str, str | None] = {}
        self._own: frozenset[str] | None = None
        self.mistakes: list[Mistake] = []

    def value(self, host: Host, key: str, text: str | None) -> str | None:
        """Return what ``text`` stands for: itself, unless it is a reference."""
        if not isinstance(text, str) or not text.startswith(_KINDS):
            return text
        if text not in self._values:
            try:
                self._values[text] = self._follow(text)
            except _LeadsNowhereError as error:
                # Once for all hosts: it is one reference, in one place most often.
                self._values[text] = None
                file = ", ".join(map(str, self._files.values())) or None
                self.mistakes.append(Mistake(error.message, error.hint, file, host.name, key))
        return self._values[text]

    def _follow(self, text: str) -> str:
        kind, _, what = text.partition(":")
        if not self._is_ours(text):
            raise _LeadsNowhereError(
                "a reference is honoured only from the project's own files",
                "write it into a file that inventory.options names",
            )
        match kind:
            case "env":
                return _from_environment(what)
            case "file":
                return _from_file(resolved(what, self._folder))
        if not self._allow_command:
            raise _LeadsNowhereError(
                "a command is not run unless the settings allow it",
                "user_defined.knockdeploy.allow_command: true",
            )
        return _from_command(what, self._folder)

    def _is_ours(self, text: str) -> bool:
        if self._is_simple:
            return True  # all it knows is in those files
        if self._own is None:
            self._own = frozenset(
                scalar for file in self._files.values() for scalar in _scalars_in(file)
            )
        return text in self._own


class _LeadsNowhereError(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise _LeadsNowhereError(f"the environment has no {name!a}", f"export {name!a}")
    return value


def _from_file(file: Path) -> str:
    try:
        value = file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise _LeadsNowhereError(f"cannot read {str(file)!a}: {reason}", "check the path") from None
    if not value:
        raise _LeadsNowhereError(f"{str(file)!a} is empty", "write the secret into it")
    return value


def _from_command(command: str, folder: Path) -> str:
    """Run ``command`` in the project's folder; what it says on stderr is the operator's to see."""
    try:
        done = subprocess.run(  # noqa: S602  the project's own words, if its settings allow it
            command,
            shell=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=_COMMAND_S,
            check=False,
        )
        value = done.stdout.decode().rstrip("\r\n")
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise _LeadsNowhereError(f"{command!a} cannot be run", "try it in a shell") from None
    if done.returncode or not value:
        raise _LeadsNowhereError(
            f"{command!a} ended with {done.returncode} and gave no secret", "try it in a shell"
        )
    return value


def _scalars_in(file: Path) -> Iterator[str]:
    try:
        ahead = [read_yaml(file)]
    except InputError:
        return  # no YAML: what the plugin makes of it cannot be told
    seen: set[int] = set()  # an alias may refer to what it is part of
    while ahead:
        value = ahead.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping | list) and id(value) not in seen:
            seen.add(id(value))
            ahead += value.values() if isinstance(value, Mapping) else value
