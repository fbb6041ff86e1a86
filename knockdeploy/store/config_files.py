"""Configurations that somebody saved: Oxidized, RANCID, our own backups. Read, never written."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knockdeploy.errors import IntentError
from knockdeploy.octets import text_of
from knockdeploy.plain_files import reading

_ENDINGS: Final = ("", ".cfg", ".conf", ".txt")
_LISTS: Final = ".acl"
_LONGEST: Final = 16_000_000  # bytes; a router's whole NVRAM is a hundredth of it
# Not one of these begins a line: it is no running-config of IOS.
_LOOKS: Final = re.compile(
    r"^(?:version \d|hostname \S|interface \S|ip access-list )", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved configuration; ``lists`` is the `show ip access-lists` beside it, if there is one."""

    file: Path
    text: str
    lists: str | None

    @property
    def is_whole(self) -> bool:
        """Tell whether the text has the ``end`` that closes every running-config."""
        return re.search(r"^end\s*$", self.text, re.MULTILINE) is not None


def load_saved(folder: Path, host: str) -> Saved:
    """Return what ``folder`` has of a host: NAME, NAME.cfg, .conf or .txt, and NAME.acl.

    Raises:
        IntentError: it has nothing, or nothing that can be read.
    """
    tried = [f"{host}{ending}" for ending in _ENDINGS]
    files = [folder / name for name in tried if Path(name).name == name]
    file = next(filter(_is_file, files), None)
    if file is None:
        raise IntentError(
            f"no saved configuration of {host} in {folder}: tried {', '.join(tried)}",
            "name the files as the inventory names the hosts, or choose another --from",
        )
    text = _read(file)
    if not _LOOKS.search(text):
        raise IntentError(
            f"{file} does not look like a running-config",
            "the output of `show running-config`, whole, is wanted",
        )
    lists = folder / f"{host}{_LISTS}"
    return Saved(file, text, _read(lists) if _is_file(lists) else None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise IntentError(f"{path} cannot be read: {error.strerror}", "its permissions?") from None


def _read(file: Path) -> str:
    try:
        with reading(file) as stream:
            data = stream.read(_LONGEST + 1)
    except OSError as error:
        raise IntentError(f"{file} cannot be read: {error.strerror}", "its permissions?") from None
    if len(data) > _LONGEST:
        raise IntentError(f"{file} is longer than {_LONGEST} bytes: that is no configuration")
    if b"\0" in data:
        raise IntentError(f"{file} is no text", "save it as text, not as UTF-16")
    return text_of(data.removeprefix(codecs.BOM_UTF8)).replace("\r\n", "\n")
