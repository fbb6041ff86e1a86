"""The state folder: our key, the host keys we know, where routers were last seen from outside.

Folders we make are for their owner alone (0700), so are files (0600). Whatever is lost here can
be had again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from knockdeploy.errors import InputError, Mistake
from knockdeploy.plain_files import hint_for
from knockdeploy.sequence import Knock, KnockSequence, Protocol, TimedKnock
from knockdeploy.store.folder import Files, Folder

_KEY: Final = "key"
_KEY_BYTES: Final = 32
_T = TypeVar("_T")


class StateDir:
    """The folder ``path``, made when something is first kept in it; ``files`` are what is in it.

    Raises:
        InputError: from every method, if the folder or a file in it cannot be used.
    """

    def __init__(self, path: Path, files: Files | None = None) -> None:
        self.path = path
        self.files = files or Folder(path)
        self._known_key = b""

    def prepare(self) -> None:
        """Make the folder and see that one can write there: before any router is touched."""
        self._using(self.files.prepare)

    def key(self) -> bytes:
        """Return the key under which foreign knock ports are hashed, made once."""
        self._known_key = self._known_key or self._made_key()
        return self._known_key

    def _made_key(self) -> bytes:
        key = self.read_bytes(_KEY)
        if key is None:
            made = secrets.token_bytes(_KEY_BYTES)
            self._using(lambda: self.files.write(_KEY, made, is_new=True))
            key = self.read_bytes(_KEY)
        if not key or len(key) != _KEY_BYTES:
            file = str(self.path / _KEY)
            raise InputError(Mistake("the file is damaged", "remove it: another is made", file))
        return key

    def remember_outside(self, host: str, address: str) -> None:
        """Keep the address at which ``host`` was last deployed."""
        self.write(_outside_file(host), f"{address}\n")

    def outside(self, host: str) -> str | None:
        """Return the address at which ``host`` was last deployed from here, if any."""
        data = self.read_bytes(_outside_file(host)) or b""
        try:
            return str(IPv4Address(data.decode().strip()))
        except (AddressValueError, UnicodeDecodeError):
            return None  # a cache: what cannot be read was not kept

    def remember_knock(self, host: str, deployed: TimedKnock) -> None:
        """Keep the knock that ``host`` listens to since it was deployed: a secret, as backups."""
        words = [str(deployed.window_s), *(f"{k.port}/{k.protocol}" for k in deployed.sequence)]
        self.write(_knock_file(host), " ".join(words))

    def knock(self, host: str) -> TimedKnock | None:
        """Return the knock with which ``host`` was last deployed from here, if it was kept."""
        data = self.read_bytes(_knock_file(host)) or b""
        try:
            window, *knocks = data.decode().split()
            pairs = (knock.split("/") for knock in knocks)
            sequence = KnockSequence(tuple(Knock(int(port), Protocol(way)) for port, way in pairs))
            return TimedKnock(sequence, int(window))
        except ValueError:
            return None  # a cache: what cannot be read was not kept

    def write(self, name: str, text: str) -> None:
        """Keep the text of a file of the folder."""
        self._using(lambda: self.files.write(name, text.encode()))

    def read_bytes(self, name: str) -> bytes | None:
        """Return what is in a file of the folder, None if there is none."""
        return self._using(lambda: self.files.read(name))

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file of the folder; a loss of power after this returns does not lose it."""
        self._using(lambda: self.files.write(name, content, is_durable=True))

    def append(self, name: str, text: str) -> None:
        """Add to a file of the folder, as durably; lines of several threads stay whole."""
        self._using(lambda: self.files.append(name, text.encode()))

    def names(self, folder: str) -> list[str]:
        """Return the names of what a folder of ours holds, sorted; none if it is not there."""
        return self._using(lambda: self.files.names(folder))

    @contextmanager
    def hold(self, name: str, by: str) -> Iterator[None]:
        """Hold a lock of the folder until the block ends, or the process.

        Raises:
            HeldError: at once, if somebody else holds it.
        """
        with ExitStack() as stack:
            self._using(lambda: stack.enter_context(self.files.hold(name, by)))
            yield

    def is_held(self, name: str) -> bool:
        """Tell whether somebody holds a lock of the folder."""
        return self.files.is_held(name)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return self.files.has(name)

    def forget(self, name: str) -> None:
        """Remove a file of the folder, if it is there."""
        self._using(lambda: self.files.forget(name))

    def _using(self, action: Callable[[], _T]) -> _T:
        try:
            return action()
        except (OSError, ValueError) as error:
            otherwise = "give another user_defined.knockdeploy.state_dir, or its permissions"
            reason, hint = "not a valid file name", otherwise
            if isinstance(error, OSError):
                reason, hint = str(error.strerror), hint_for(error, otherwise)
            raise InputError(
                Mistake(
                    f"the state folder cannot be used: {reason}",
                    hint,
                    file=str(self.path),
                    key="state_dir",
                )
            ) from None


def _outside_file(host: str) -> str:
    # The suffix also keeps names like ".." from being what they mean to the file system.
    return f"outside/{quote(host, safe='')}.address"


def _knock_file(host: str) -> str:
    return f"outside/{quote(host, safe='')}.knock"
