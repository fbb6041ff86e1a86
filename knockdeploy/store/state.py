"""The state folder: our key, the host keys we know, where routers were last seen from outside.

Folders we make are for their owner alone (0700), so are files (0600). Whatever is lost here can
be had again.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from knockdeploy.errors import InputError, Mistake
from knockdeploy.plain_files import hint_for, open_plain, reading
from knockdeploy.sequence import Knock, KnockSequence, Protocol, TimedKnock
from knockdeploy.store.locks import held, is_held

_KEY_BYTES: Final = 32
_T = TypeVar("_T")


class StateDir:
    """The folder ``path``, made when something is first kept in it.

    Raises:
        InputError: from every method, if the folder or a file in it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the folder and see that one can write there: before any router is touched."""
        self._using(self._try_folder)

    def key(self) -> bytes:
        """Return the key under which foreign knock ports are hashed, made once."""
        return self._using(self._key)

    def remember_outside(self, host: str, address: str) -> None:
        """Keep the address at which ``host`` was last deployed."""
        self._using(lambda: self._write(self._outside_file(host), f"{address}\n".encode()))

    def outside(self, host: str) -> str | None:
        """Return the address at which ``host`` was last deployed from here, if any."""
        return self._using(lambda: self._outside(host))

    def remember_knock(self, host: str, deployed: TimedKnock) -> None:
        """Keep the knock that ``host`` listens to since it was deployed: a secret, as backups."""
        words = [str(deployed.window_s), *(f"{k.port}/{k.protocol}" for k in deployed.sequence)]
        self._using(lambda: self._write(self._knock_file(host), " ".join(words).encode()))

    def knock(self, host: str) -> TimedKnock | None:
        """Return the knock with which ``host`` was last deployed from here, if it was kept."""
        data = self._using(lambda: self._read(self._knock_file(host)))
        try:
            window, *knocks = (data or b"").decode().split()
            pairs = (knock.split("/") for knock in knocks)
            sequence = KnockSequence(tuple(Knock(int(port), Protocol(way)) for port, way in pairs))
            return TimedKnock(sequence, int(window))
        except ValueError:
            return None  # a cache: what cannot be read was not kept

    def write(self, name: str, text: str) -> None:
        """Keep the text of a file of the folder."""
        self._using(lambda: self._write(self.path / name, text.encode()))

    def read_bytes(self, name: str) -> bytes | None:
        """Return what is in a file of the folder, None if there is none."""
        return self._using(lambda: self._read(self.path / name))

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file of the folder; a loss of power after this returns does not lose it."""
        self._using(lambda: self._write(self.path / name, content, is_durable=True))

    def append(self, name: str, text: str) -> None:
        """Add to a file of the folder, as durably; lines of several threads stay whole."""
        self._using(lambda: self._append(self.path / name, text.encode()))

    def names(self, folder: str) -> list[str]:
        """Return the names of what a folder of ours holds, sorted; none if it is not there."""
        return self._using(lambda: self._names(self.path / folder))

    @contextmanager
    def hold(self, name: str, by: str) -> Iterator[None]:
        """Hold a lock of the folder until the block ends, or the process.

        Raises:
            HeldError: at once, if somebody else holds it.
        """
        file = self.path / name
        with ExitStack() as stack:
            self._using(lambda: self._make_folder(file.parent))
            self._using(lambda: stack.enter_context(held(file, by)))
            yield

    def is_held(self, name: str) -> bool:
        """Tell whether somebody holds a lock of the folder."""
        return is_held(self.path / name)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return (self.path / name).exists()

    def forget(self, name: str) -> None:
        """Remove a file of the folder, if it is there."""
        self._using(lambda: (self.path / name).unlink(missing_ok=True))

    def _read(self, file: Path) -> bytes | None:
        try:
            with reading(file) as stream:
                return stream.read()
        except FileNotFoundError:
            return None

    def _names(self, folder: Path) -> list[str]:
        return sorted(each.name for each in folder.iterdir()) if folder.exists() else []

    def _key(self) -> bytes:
        file = self.path / "key"
        if not file.exists():
            self._write(file, secrets.token_bytes(_KEY_BYTES), is_new=True)
        key = self._read(file) or b""
        if len(key) != _KEY_BYTES:
            raise InputError(
                Mistake("the file is damaged", "remove it: another is made", file=str(file))
            )
        return key

    def _outside(self, host: str) -> str | None:
        try:
            return str(IPv4Address((self._read(self._outside_file(host)) or b"").decode().strip()))
        except (AddressValueError, UnicodeDecodeError):
            return None  # a cache: what cannot be read was not kept

    def _outside_file(self, host: str) -> Path:
        # The suffix also keeps names like ".." from being what they mean to the file system.
        return self.path / "outside" / f"{quote(host, safe='')}.address"

    def _knock_file(self, host: str) -> Path:
        return self._outside_file(host).with_suffix(".knock")

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)

    def _try_folder(self) -> None:
        self._make_folder(self.path)
        with tempfile.TemporaryFile(dir=self.path):
            pass

    def _append(self, file: Path, content: bytes) -> None:
        self._make_folder(file.parent)
        handle = open_plain(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(handle, content)  # one write: the system keeps it in one piece
            os.fsync(handle)
        finally:
            os.close(handle)

    def _write(
        self, file: Path, content: bytes, *, is_new: bool = False, is_durable: bool = False
    ) -> None:
        """Put ``content`` in place at once: other threads and programs may look at any time."""
        self._make_folder(file.parent)
        handle, name = tempfile.mkstemp(dir=file.parent)  # mode 0600
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                if is_durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            if is_new:
                _link_if_absent(temporary, file)
            else:
                temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
        if is_durable:
            _sync(file.parent)  # the name too

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


def _link_if_absent(temporary: Path, file: Path) -> None:
    with contextlib.suppress(FileExistsError):  # another program was first: its key is the key
        file.hardlink_to(temporary)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
