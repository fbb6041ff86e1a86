"""References to secrets: ``env:NAME``, ``file:PATH``, ``command:...`` (design §3).

They are honoured only where they stand in the project's own files: an inventory server, or who
has broken into it, must not read files or run commands here. Of a plugin that is not Nornir's own
only YAML files (JSON is YAML) that ``inventory.options`` names are looked into: what another
format means by a text is not ours to guess.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from nornir.core.configuration import Config

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import quoted
from knockdeploy.inventory.nornirfile import inventory_files
from knockdeploy.inventory.sections import SIMPLE
from knockdeploy.inventory.settings import Settings, resolved
from knockdeploy.inventory.yamlfile import read_yaml
from knockdeploy.plain_files import NotPlainError, reading

_KINDS: Final = ("env:", "file:", "command:")
_COMMAND_S: Final = 30
"""Seconds: somebody may have to unlock a password manager."""

_MOST_BYTES: Final = 65_536
"""Of a secret; more is a wrong file."""


def is_reference(value: object) -> bool:
    """Tell whether a value stands for another."""
    return isinstance(value, str) and value.startswith(_KINDS)


class References:
    """Follows references, each once, and collects what is wrong with them."""

    def __init__(self, config: Config, settings: Settings, folder: Path) -> None:
        self._files = inventory_files(config)
        # All that SimpleInventory knows is in those files, unless somebody's function adds to it.
        self._is_simple = config.inventory.plugin == SIMPLE and not (
            config.inventory.transform_function
        )
        self._allow_command = settings.allow_command
        self._values: dict[str, str | None] = {}
        self.folder = folder
        self._own: frozenset[str] | None = None
        self.mistakes: list[Mistake] = []

    def value(self, host: str, key: str, text: str, file: str | None = None) -> str | None:
        """Return what the reference ``text`` stands for, None if nothing: that is a mistake then.

        ``file`` is where it stands, if known.
        """
        if text not in self._values:
            try:
                self._values[text] = self._follow(text)
            except _LeadsNowhereError as error:
                # Once for all hosts: it is one reference, in one place most often.
                self._values[text] = None
                self.mistake(error.message, error.hint, host, key, file or self._holding(text))
        return self._values[text]

    def mistake(
        self, message: str, hint: str, host: str, key: str, file: str | None = None
    ) -> None:
        """Note what is wrong with a key of a host."""
        files = file or ", ".join(map(str, self._files.values())) or None
        self.mistakes.append(Mistake(message, hint, files, host, key))

    def _holding(self, text: str) -> str | None:
        """Return the files in which ``text`` stands, None if it cannot be told."""
        return ", ".join(str(f) for f in self._files.values() if text in _scalars_in(f)) or None

    def _follow(self, text: str) -> str:
        kind, _, what = text.partition(":")
        if not text.isprintable():
            raise _LeadsNowhereError(
                f"{quoted(text)} holds a control character", "write the reference on one line"
            )
        if not self._is_ours(text):
            raise _LeadsNowhereError(
                "a reference is honoured only from the project's own files",
                "write it into a YAML file that inventory.options names",
            )
        match kind:
            case "env":
                return _from_environment(what)
            case "file":
                return _from_file(resolved(what, self.folder))
        if not self._allow_command:
            raise _LeadsNowhereError(
                "a command is not run unless the settings allow it",
                "user_defined.knockdeploy.allow_command: true",
            )
        return _from_command(what, self.folder)

    def _is_ours(self, text: str) -> bool:
        if self._is_simple:
            return True
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
        message = f"the environment has no {quoted(name)}"
        raise _LeadsNowhereError(message, f"export {quoted(name)}")
    return value


def _from_file(file: Path) -> str:
    shown = quoted(str(file), 200)
    try:
        with reading(file) as stream:
            value = stream.read(_MOST_BYTES).decode("utf-8-sig").strip("\r\n")
    except NotPlainError as error:
        message = f"cannot read {shown}: {error.strerror}"
        raise _LeadsNowhereError(message, "name a file, or command:") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise _LeadsNowhereError(f"cannot read {shown}: {reason}", "check the path") from None
    if not value:
        raise _LeadsNowhereError(f"{shown} is empty", "write the secret into it")
    if len(value) >= _MOST_BYTES - 3:
        raise _LeadsNowhereError(f"{shown} is too long for a secret", "check the path")
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
        raise _LeadsNowhereError(f"{quoted(command)} cannot be run", "try it in a shell") from None
    if done.returncode or not value:
        raise _LeadsNowhereError(
            f"{quoted(command)} ended with {done.returncode} and gave no secret",
            "try it in a shell",
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
