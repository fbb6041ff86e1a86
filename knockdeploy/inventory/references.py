"""References to secrets: ``env:NAME``, ``file:PATH``, ``command:...``.

They are honoured only where they stand in the project's own files: an inventory server, or who
has broken into it, must not read files or run commands here. Of a plugin that is not Nornir's own
only YAML files (JSON is YAML) that ``inventory.options`` names are looked into: what another
format means by a text is not ours to guess.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from nornir.core.configuration import Config
from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import quoted
from knockdeploy.inventory.nornirfile import inventory_files
from knockdeploy.inventory.placeholders import LeadsNowhereError, expanded
from knockdeploy.inventory.sections import SIMPLE
from knockdeploy.inventory.settings import Settings, resolved
from knockdeploy.inventory.yamlfile import read_yaml
from knockdeploy.plain_files import NotPlainError, reading

_ENV: Final = "env:"
_FILE: Final = "file:"
KINDS: Final = (_ENV, _FILE, "command:")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what LoadCredential names: one file for each."""

_COMMAND_S: Final = 30
"""Seconds: somebody may have to unlock a password manager."""

_MOST_BYTES: Final = 65_536
"""Of a secret; more is a wrong file."""


def is_reference(value: object) -> bool:
    """Tell whether a value stands for another."""
    return isinstance(value, str) and value.startswith(KINDS)


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
        self.exposed: dict[str, Path] = {}
        """Of a host, a file with a secret that everybody on this machine can read."""

    def value(
        self, host: Host, key: str, text: str, file: str | None = None, if_missing: str = ""
    ) -> str | None:
        """Return what the reference ``text`` stands for, None if nothing: that is a mistake then.

        ``file`` is where it stands, if known; ``if_missing`` the hint if it leads to no file.
        """
        reference = text
        try:
            if text not in self._values:
                self._check(text)
            reference = expanded(text, host)
            if reference not in self._values:
                self._values[reference] = self._follow(reference, if_missing)
        except LeadsNowhereError as error:
            # Once for all hosts: it is one reference, in one place most often.
            self._values[reference] = None
            self.mistake(error.message, error.hint, host.name, key, file or self._holding(text))
        found = self._values[reference]
        if found and reference.startswith(_FILE):
            path = resolved(reference.removeprefix(_FILE), self.folder)
            if path.stat().st_mode & stat.S_IROTH:
                self.exposed[host.name] = path
        return found

    def expanded(self, host: Host, text: str) -> str:
        """Return the reference ``text`` as it is meant for ``host``.

        Raises:
            LeadsNowhereError: it is not the project's own, or names what the host does not have.
        """
        self._check(text)
        return expanded(text, host)

    def variables(self, hosts: Iterable[Host]) -> tuple[str, ...]:
        """Return the environment variables that references of these hosts name."""
        texts = {text for file in self._files.values() for text in _scalars_in(file)}
        found = set()
        for text in filter(lambda text: text.startswith(_ENV), texts):
            for host in hosts:
                with suppress(LeadsNowhereError):  # a check will say so
                    found.add(self.expanded(host, text).removeprefix(_ENV))
        return tuple(sorted(filter(_VARIABLE.fullmatch, found)))

    def _check(self, text: str) -> None:
        if not text.isprintable():
            message = f"{quoted(text)} holds a control character"
            raise LeadsNowhereError(message, "write the reference on one line")
        if not self._is_ours(text):
            message = "a reference is honoured only from the project's own files"
            hint = "write it into a YAML file that inventory.options names"
            raise LeadsNowhereError(message, hint)

    def mistake(
        self, message: str, hint: str, host: str, key: str, file: str | None = None
    ) -> None:
        """Note what is wrong with a key of a host."""
        files = file or ", ".join(map(str, self._files.values())) or None
        self.mistakes.append(Mistake(message, hint, files, host, key))

    def _holding(self, text: str) -> str | None:
        """Return the files in which ``text`` stands, None if it cannot be told."""
        return ", ".join(str(f) for f in self._files.values() if text in _scalars_in(f)) or None

    def _follow(self, reference: str, if_missing: str) -> str:
        kind, _, what = reference.partition(":")
        match kind:
            case "env":
                return _from_environment(what)
            case "file":
                return _from_file(resolved(what, self.folder), if_missing or "check the path")
        if not self._allow_command:
            raise LeadsNowhereError(
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


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value and _VARIABLE.fullmatch(name) and (folder := os.environ.get(_CREDENTIALS)):
        return _from_file(Path(folder, name), "write the secret into it")
    if not value:
        message = f"environment variable {quoted(name)} is not set"
        hint = f"export {name}=..." if _VARIABLE.fullmatch(name) else "env:NAME, one word"
        raise LeadsNowhereError(message, hint)
    return value


def _from_file(file: Path, if_missing: str) -> str:
    shown = quoted(str(file), 200)
    try:
        with reading(file) as stream:
            value = stream.read(_MOST_BYTES).decode("utf-8-sig").strip("\r\n")
    except NotPlainError as error:
        message = f"cannot read {shown}: {error.strerror}"
        raise LeadsNowhereError(message, "name a file, or command:") from None
    except UnicodeDecodeError:
        raise LeadsNowhereError(f"{shown} is not UTF-8", "save it as UTF-8") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
        hint = if_missing if isinstance(error, FileNotFoundError) else "check the path"
        raise LeadsNowhereError(f"cannot read {shown}: {reason}", hint) from None
    if not value:
        raise LeadsNowhereError(f"{shown} is empty", "write the secret into it")
    if len(value) >= _MOST_BYTES - 3:
        raise LeadsNowhereError(f"{shown} is too long for a secret", "check the path")
    return value


def _from_command(command: str, folder: Path) -> str:
    """Run ``command`` in the project's folder; its stderr goes to the operator."""
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
        raise LeadsNowhereError(f"{quoted(command)} cannot be run", "try it in a shell") from None
    if done.returncode or not value:
        raise LeadsNowhereError(
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
