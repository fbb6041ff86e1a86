"""A file of host keys in OpenSSH's format: read once, and again once somebody has changed it."""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

import paramiko

from knockdeploy.plain_files import reading

_FIELDS: Final = 3  # names, type, key
_REVOKED: Final = "@revoked"  # OpenSSH's mark before them
_HASHED: Final = "|1|"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key, and the line that has it."""

    line_number: int
    key_type: str
    key: str


@dataclass(slots=True)
class _Content:
    """What the lines of a file say, by name where the name is in clear text."""

    n_lines: int = 0
    named: dict[str, list[KnownKey]] = field(default_factory=dict)
    hashed: list[tuple[str, KnownKey]] = field(default_factory=list)
    revoked: list[tuple[str, KnownKey]] = field(default_factory=list)

    def add(self, line: str) -> None:
        self.n_lines += 1
        fields = line.split()
        if is_revoked := fields[:1] == [_REVOKED]:
            del fields[0]
        if len(fields) < _FIELDS or fields[0].startswith(("#", "@")):
            return
        known = KnownKey(self.n_lines, fields[1], fields[2])
        for name in fields[0].split(","):
            if is_revoked:
                self.revoked.append((name, known))
            elif name.startswith(_HASHED):
                self.hashed.append((name, known))
            else:
                self.named.setdefault(name, []).append(known)


class KnownHostsFile:
    """One file; from several threads. Methods raise OSError where it cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._content = _Content()
        self._stamp: tuple[int, ...] | None = None
        """Of the file as it was read; None while it was not."""

    def known(self, name: str) -> list[KnownKey]:
        """Return the keys of a name, in the order of their lines."""
        with self._lock:
            content = self._read()
            hashed = [known for each, known in content.hashed if _is(name, each)]
            found = content.named.get(name, []) + hashed
        return sorted(found, key=lambda known: known.line_number)

    def revoked(self, name: str, key_type: str, key: str) -> list[int]:
        """Return the lines that revoke a key for a name, which may be a pattern there."""
        with self._lock:
            lines = list(self._read().revoked)
        return [
            known.line_number
            for pattern, known in lines
            if (known.key_type, known.key) == (key_type, key) and _fits(name, pattern)
        ]

    def append(self, stream: BinaryIO, line: str) -> None:
        """Add a line; ``stream`` is the file, open for appending, and locked."""
        with self._lock:
            content = self._read()
            n_bytes = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, n_bytes - 1))
            is_torn = stream.read() not in {b"", b"\n"}
            written = ("\n" * is_torn + line + "\n").encode("ascii")
            stream.write(written)
            stream.flush()
            content.add(line)
            after = os.fstat(stream.fileno())
            # Somebody who takes no lock may have added something, too.
            is_ours = after.st_size == n_bytes + len(written)
            self._stamp = _stamp(after) if is_ours else None

    def _read(self) -> _Content:
        """Return what is in the file now."""
        try:
            if self._stamp == _stamp(self._path.stat()):
                return self._content
            with reading(self._path) as stream:
                stamp = _stamp(os.fstat(stream.fileno()))  # before: what comes later is seen later
                text = stream.read().decode(errors="replace")
        except FileNotFoundError:
            text, stamp = "", None
        content = _Content()
        for line in text.splitlines():
            content.add(line)
        self._content, self._stamp = content, stamp
        return content


@cache
def known_hosts_file(path: Path) -> KnownHostsFile:
    """Return the one that all connections of this process share."""
    return KnownHostsFile(path)


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    """Return what changes with a file: others append to it, edit it, put another in its place."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _is(name: str, known: str) -> bool:
    """Compare a name with one of the file, which may be hashed."""
    if known.startswith(_HASHED):
        with suppress(ValueError, AssertionError):  # a line that is damaged names nobody
            return paramiko.HostKeys.hash_host(name, known) == known
    return name == known


def _fits(name: str, pattern: str) -> bool:
    """Tell whether a name is one of a pattern, as OpenSSH takes it: `*` and `?` alone."""
    any_of_it = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return _is(name, pattern) or re.fullmatch(any_of_it, name) is not None
