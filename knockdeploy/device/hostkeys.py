"""Host keys: one file of our own in OpenSSH's format; the first key counts from then on."""

from __future__ import annotations

import abc
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import paramiko

from knockdeploy.device.known_hosts import known_hosts_file
from knockdeploy.errors import HostKeyError
from knockdeploy.operator import SSH_PORT
from knockdeploy.plain_files import hint_for, open_plain

Policy = Literal["accept-new", "strict"]
_APPENDING = threading.Lock()  # fcntl's lock belongs to the process, not to the thread


def host_key_name(hostname: str, port: int) -> str:
    """Return the name under which a host's key is kept: ``host`` or ``[host]:port``."""
    return hostname if port == SSH_PORT else f"[{hostname}]:{port}"


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
        self._kept = known_hosts_file(file.absolute())
        self._policy = policy

    def key_type(self, name: str) -> str | None:
        """Return the type of the key known for ``name``, None for a new host."""
        with self._using():
            return next((known.key_type for known in self._kept.known(name)), None)

    def check(self, name: str, key: paramiko.PKey) -> None:
        """Accept the key of the file; that of a new host is stored, or refused by ``strict``."""
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
        shown = (key.get_name(), key.get_base64())
        with self._using():
            revoked, known = self._kept.revoked(name, *shown), self._kept.known(name)
        if revoked:
            msg = f"{name} shows the key {_shown(key)}, revoked by {self._file} line {revoked[0]}"
            raise HostKeyError(msg, "give the router a new key (crypto key generate rsa)")
        if any((one.key_type, one.key) == shown for one in known):
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
            self._kept.append(file, f"{name} {key.get_name()} {key.get_base64()}")


def _shown(key: paramiko.PKey) -> str:
    """Return a key as ``ssh-keygen -l`` does."""
    return f"{key.get_name()} {key.fingerprint}"


class HostKeysElsewhere(HostKeys):
    """The keys that another machine keeps: it is asked about each, and refuses for us.

    ``ask`` asks one of the ``answers`` of that machine, and raises what it raises.
    """

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def key_type(self, name: str) -> str | None:
        """Return the type of the key known for ``name`` there."""
        found: str | None = self._ask("key_type", name)
        return found

    def check(self, name: str, key: paramiko.PKey) -> None:
        """Accept the key that is known there for ``name``; the first of a new host is stored."""
        self._ask("check_key", name, key.get_name(), key.asbytes())


def answers(kept: HostKeys) -> dict[str, Callable[..., object]]:
    """Return what may be asked of those who keep them."""

    def check_key(name: str, key_type: str, content: bytes) -> None:
        kept.check(name, paramiko.PKey.from_type_string(key_type, content))

    return {"key_type": kept.key_type, "check_key": check_key}
