"""Disk space held back, so that a full disk loses no result of the routers in flight."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from knockdeploy.errors import InputError
from knockdeploy.store.folder import Files

_EACH_BYTES: Final = 16_384
"""Of a turn: a backup, ten events, and its outcome with a diff of a hundred lines."""


class Reserve:
    """A file that is deleted once the disk is full otherwise."""

    def __init__(self, files: Files, file: str) -> None:
        self._files, self._file = files, file

    @contextmanager
    def kept(self, n_routers: int) -> Iterator[None]:
        """Keep room for so many until the block ends.

        Raises:
            InputError: there is not even that much.
        """
        # Random: a file system that compresses would have no room for zeros.
        self._files.write(self._file, os.urandom(n_routers * _EACH_BYTES), is_durable=True)
        try:
            yield
        finally:
            self._files.forget(self._file)

    @property
    def is_spent(self) -> bool:
        """Whether the room was needed."""
        return not self._files.has(self._file)

    def used_for(self, write: Callable[[], object]) -> None:
        """Write something; where that fails for want of room, in this one.

        Raises:
            InputError: it cannot be written.
        """
        try:
            write()
        except InputError:
            self._files.forget(self._file)
            write()
