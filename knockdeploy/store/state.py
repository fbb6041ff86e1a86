"""The state folder: our key, the host keys we know, where routers were last seen from outside.

Folders we make are for their owner alone (0700), so are files (0600). Whatever is lost here can
be had again.
"""

from __future__ import annotations

import secrets
from ipaddress import AddressValueError, IPv4Address
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote

from knockdeploy.errors import InputError, Mistake
from knockdeploy.sequence import Knock, KnockSequence, Protocol, TimedKnock
from knockdeploy.store.folder import Files, Folder

KEY: Final = "key"
_KEY_BYTES: Final = 32
_MOST_EARLIER: Final = 3
"""Of a router's earlier knocks, so many are kept: a rollback gives it one of them again."""


class StateDir:
    """The folder ``path``, made when something is first kept in it; ``files`` are what is in it.

    Raises:
        InputError: from every method, if the folder or a file in it cannot be used.
    """

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path
        self.files = files or Folder(path)
        self._known_key = b""

    def key(self) -> bytes:
        """Return the key under which foreign knock ports are hashed, made once."""
        self._known_key = self._known_key or self._made_key()
        return self._known_key

    def _made_key(self) -> bytes:
        key = self.files.read(KEY)
        if key is None:
            self.files.write(KEY, secrets.token_bytes(_KEY_BYTES), is_new=True)
            key = self.files.read(KEY)
        if not key or len(key) != _KEY_BYTES:
            file = str(self.path / KEY)
            raise InputError(Mistake("the file is damaged", "remove it: another is made", file))
        return key

    def remember_outside(self, host: str, address: str) -> None:
        """Keep the address at which ``host`` was last deployed."""
        self.files.write(_outside_file(host), f"{address}\n".encode())

    def outside(self, host: str) -> str | None:
        """Return the address at which ``host`` was last deployed from here, if any."""
        data = self.files.read(_outside_file(host)) or b""
        try:
            return str(IPv4Address(data.decode().strip()))
        except (AddressValueError, UnicodeDecodeError):
            return None  # a cache: what cannot be read was not kept

    def remember_knock(self, host: str, deployed: TimedKnock) -> None:
        """Keep the knock that ``host`` listens to now: a secret, as backups."""
        line = _line_of(deployed)
        earlier = (each for each in map(_line_of, self.knocks(host)) if each != line)
        lines = [line, *islice(earlier, _MOST_EARLIER)]
        self.files.write(_knock_file(host), "\n".join(lines).encode())

    def knocks(self, host: str) -> tuple[TimedKnock, ...]:
        """Return the knocks with which ``host`` was deployed from here, the last one first."""
        data = self.files.read(_knock_file(host)) or b""
        try:
            return tuple(map(_knock_of, data.decode().splitlines()))
        except ValueError:
            return ()  # a cache: what cannot be read was not kept


def _line_of(knock: TimedKnock) -> str:
    words = (f"{each.port}/{each.protocol}" for each in knock.sequence)
    return " ".join((str(knock.window_s), *words))


def _knock_of(line: str) -> TimedKnock:
    window, *knocks = line.split()
    pairs = (knock.split("/") for knock in knocks)
    sequence = KnockSequence(tuple(Knock(int(port), Protocol(way)) for port, way in pairs))
    return TimedKnock(sequence, int(window))


def _outside_file(host: str) -> str:
    # The suffix also keeps names like ".." from being what they mean to the file system.
    return f"outside/{quote(host, safe='')}.address"


def _knock_file(host: str) -> str:
    return f"outside/{quote(host, safe='')}.knock"
