"""Host keys: one file of our own in OpenSSH's format; the first key counts from then on."""

from __future__ import annotations

import abc
import fcntl
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import paramiko

from knockdeploy.errors import HostKeyError
from knockdeploy.operator import SSH_PORT
from knockdeploy.plain_files import hint_for, open_plain, reading

Policy = Literal["accept-new", "strict"]
_FIELDS: Final = 3  # names, type, key
_REVOKED: Final = "@revoked"  # OpenSSH's mark before them
_APPENDING = threading.Lock()  # fcntl's lock belongs to the process, not to the thread


def host_key_name(hostname: str, port: int) -> str:
    """Return the name under which a host's key is kept: ``host`` or ``[host]:port``."""
    return hostname if port == SSH_PORT else f"[{hostname}]:{port}"


@dataclass(frozen=True, slots=True)
class _Known:
    line_number: int
    key_type: str
    key: str


class HostKeys(paramiko.MissingHostKeyPolicy, abc.ABC):
    """Who knows the keys, and what to do with a host that has none yet."""

    @abc.abstractmethod
    def key_type(self, name: str) -> str | None:
        """Return the type of the key known for ``name``, None for a new host."""

    @abc.abstractmethod
    def check(self, name: str, key: paramiko.PKey) -> None:
        """Accept the key that is known for ``name``; the first of a new host is stored.

        Raises:
            HostKeyError: it is refused. Nothing was sent to the host.
        """

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        """Check every key: the client knows none itself."""
        self.check(hostname, key)


class KnownHosts(HostKeys):
    """The keys of a file."""

    def __init__(self, file: Path, policy: Policy = "accept-new") -> None:
        self._file = file
        self._policy = policy

    def key_type(self, name: str) -> str | None:
        """Return the type of the key known for ``name``, None for a new host."""
        return next((known.key_type for known in self._known(name)), None)

    def check(self, name: str, key: paramiko.PKey) -> None:
        """Accept the key that is known for ``name``; the first of a new host is stored.

        Raises:
            HostKeyError: another key, or one of another type, than the file has; or, by
                ``strict``, a host that it does not have; or a key that it revokes; or the file
                cannot be used. Nothing was sent to the host.
        """
        if self._holds(name, key):
            return
        if self._policy == "strict":
            msg = f"{name} is not in {self._file} (its key: {_shown(key)})"
            hint = "compare the key with the router's and add it, or set host_keys: accept-new"
            raise HostKeyError(msg, hint)
        with self._using():
            self._store(name, key)

    def _holds(self, name: str, key: paramiko.PKey) -> bool:
        """Tell whether ``key`` is the one known for ``name``; False for a new host."""
        for line_number in self._revoked(name, key):
            msg = f"{name} shows the key {_shown(key)}, revoked by {self._file} line {line_number}"
            raise HostKeyError(msg, "give the router a new key (crypto key generate rsa)")
        known = list(self._known(name))
        if any((one.key_type, one.key) == (key.get_name(), key.get_base64()) for one in known):
            return True
        if known:
            where = f"{self._file} line {known[0].line_number}"
            msg = f"{name} shows the key {_shown(key)}, not the {known[0].key_type} key of {where}"
            hint = f"if the router or its key was replaced, remove line {known[0].line_number}"
            raise HostKeyError(msg, f"{hint}; otherwise this may be a man-in-the-middle")
        return False

    @contextmanager
    def _using(self) -> Iterator[None]:
        """Name the file where it cannot be used: else it would look as if the router could not."""
        try:
            yield
        except OSError as error:
            msg = f"{self._file} cannot be used: {error.strerror}"
            hint = hint_for(error, "give another user_defined.knockdeploy.known_hosts")
            raise HostKeyError(msg, hint) from None

    def _store(self, name: str, key: paramiko.PKey) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = open_plain(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        with _APPENDING, os.fdopen(descriptor, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if self._holds(name, key):  # another thread or process was faster
                return
            file.seek(0)
            torn = not (b"\n" + file.read()).endswith(b"\n")
            line = f"{name} {key.get_name()} {key.get_base64()}\n"
            file.write(("\n" * torn + line).encode("ascii"))

    def _known(self, name: str) -> Iterator[_Known]:
        for number, fields in self._lines():
            if fields[0].startswith(("#", "@")):
                continue
            if any(_is(name, known) for known in fields[0].split(",")):
                yield _Known(number, fields[1], fields[2])

    def _revoked(self, name: str, key: paramiko.PKey) -> Iterator[int]:
        """Yield the lines that revoke this key for this name, which may be a pattern there."""
        for number, (mark, *fields) in self._lines():
            if mark == _REVOKED and fields[1:3] == [key.get_name(), key.get_base64()]:
                names = fields[0].split(",")
                if any(_is(name, known) or _pattern(known).fullmatch(name) for known in names):
                    yield number

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        with self._using():
            try:
                with reading(self._file) as stream:
                    text = stream.read().decode(errors="replace")
            except FileNotFoundError:
                return
        for number, line in enumerate(text.splitlines(), start=1):
            fields = line.split()
            if len(fields) >= _FIELDS:
                yield number, fields


def _is(name: str, known: str) -> bool:
    """Compare a name with one of the file, which may be hashed."""
    if known.startswith("|1|"):
        with suppress(ValueError, AssertionError):  # a line that is damaged names nobody
            return paramiko.HostKeys.hash_host(name, known) == known
    return name == known


def _pattern(known: str) -> re.Pattern[str]:
    """Return a name of the file as the pattern that OpenSSH takes it for: `*` and `?` alone."""
    return re.compile(re.escape(known).replace(r"\*", ".*").replace(r"\?", "."))


def _shown(key: paramiko.PKey) -> str:
    """Return a key as ``ssh-keygen -l`` does."""
    return f"{key.get_name()} {key.fingerprint}"
