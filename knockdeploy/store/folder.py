"""The files of a folder, made when something is first kept in it.

Folders are for their owner alone (0700), so are files (0600). Names are relative to the folder.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from knockdeploy.errors import InputError, Mistake
from knockdeploy.plain_files import hint_for, open_plain, reading, replacing
from knockdeploy.store.locks import awaited, held, is_held


class Files(Protocol):
    """The files of a state folder, on this machine or another.

    Raises:
        InputError: from every method, if the folder or a file in it cannot be used.
    """

    def prepare(self) -> None:
        """Make the folder, and see that it can be written to."""

    def read(self, name: str) -> bytes | None:
        """Return what is in a file, None if there is none."""

    def write(
        self, name: str, content: bytes, *, is_new: bool = False, is_durable: bool = False
    ) -> None:
        """Put a file in place at once: others may look at any time.

        ``is_new``: one that is there stays. ``is_durable``: a loss of power does not lose it.
        """

    def claim(self, folder: str) -> bool:
        """Make a folder; tell whether nobody had made it before."""

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> bytes | None:
        """Put what ``changed`` makes of a file in its place; return what was in it.

        Nobody else changes it so meanwhile. ``changed`` is called where the files are.
        """

    def append(self, name: str, content: bytes) -> None:
        """Add a line to a file, as durably; what several threads add stays whole."""

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if there is no such folder."""

    def hold(self, name: str, by: str) -> AbstractContextManager[None]:
        """Hold a lock; HeldError, at once, if somebody else does."""

    def is_held(self, name: str) -> bool:
        """Tell whether somebody holds a lock."""

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""

    def forget(self, name: str) -> None:
        """Remove a file, if it is there."""


class Folder:
    """The files below ``path`` of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self) -> None:
        """Make the folder, and see that it can be written to."""
        with self._usable():
            _make_folder(self._path)
            tempfile.TemporaryFile(dir=self._path).close()

    def read(self, name: str) -> bytes | None:
        """Return what is in a file, None if there is none."""
        with self._usable(), suppress(FileNotFoundError), reading(self._path / name) as stream:
            return stream.read()
        return None

    def write(
        self, name: str, content: bytes, *, is_new: bool = False, is_durable: bool = False
    ) -> None:
        """Put a file in place at once."""
        with self._usable():
            file = self._made(name)
            with replacing(file, is_new=is_new, is_durable=is_durable) as stream:
                stream.write(content)
            if is_durable:
                _sync(file.parent)  # the name too

    def claim(self, folder: str) -> bool:
        """Make a folder; tell whether nobody had made it before."""
        with self._usable():
            path = self._made(folder)
            with suppress(FileExistsError):
                path.mkdir(mode=0o700)
                return True
        return False

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> bytes | None:
        """Put what ``changed`` makes of a file in its place; return what was in it."""
        with ExitStack() as until_changed:
            with self._usable():
                until_changed.enter_context(awaited(self._made(f"{name}.lock")))
            before = self.read(name)
            if (after := changed(before)) != before:
                self.write(name, after)
        return before

    def append(self, name: str, content: bytes) -> None:
        """Add a line to a file, durably."""
        with self._usable():
            handle = open_plain(self._made(name), os.O_RDWR | os.O_CREAT | os.O_APPEND)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                _append_whole(handle, content)
                fcntl.flock(handle, fcntl.LOCK_UN)  # all who wait for the disk wait at once
                os.fsync(handle)
            finally:
                os.close(handle)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted."""
        inside = self._path / folder
        with self._usable():
            return sorted(each.name for each in inside.iterdir()) if inside.is_dir() else []

    @contextmanager
    def hold(self, name: str, by: str) -> Iterator[None]:
        """Hold a lock until the block ends, or the process."""
        with ExitStack() as stack:
            with self._usable():
                stack.enter_context(held(self._made(name), by))
            yield

    def is_held(self, name: str) -> bool:
        """Tell whether somebody holds a lock."""
        return is_held(self._path / name)

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return (self._path / name).exists()

    def forget(self, name: str) -> None:
        """Remove a file, if it is there."""
        with self._usable():
            (self._path / name).unlink(missing_ok=True)

    def _made(self, name: str) -> Path:
        """Return a file whose folder is there."""
        file = self._path / name
        _make_folder(file.parent)
        return file

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # ValueError: no file can have such a name
            hint = "give another user_defined.knockdeploy.state_dir, or give this user access"
            reason = "not a valid file name"
            if isinstance(error, OSError):
                reason, hint = str(error.strerror), hint_for(error, hint)
            message = f"the state folder cannot be used: {reason}"
            raise InputError(Mistake(message, hint, str(self._path), key="state_dir")) from None


def _append_whole(handle: int, content: bytes) -> None:
    """Add all of it or nothing: a disk that fills up takes a part without an error."""
    n_bytes = os.fstat(handle).st_size
    if n_bytes and os.pread(handle, 1, n_bytes - 1) != b"\n":  # a loss of power cut it short
        content = b"\n" + content
    if os.write(handle, content) < len(content):
        os.ftruncate(handle, n_bytes)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
