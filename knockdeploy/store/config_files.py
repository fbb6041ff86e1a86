"""Saved configurations, of Oxidized, RANCID or our own backups: read, never written."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knockdeploy.errors import IntentError
from knockdeploy.ios.terminal_text import shown
from knockdeploy.octets import text_of
from knockdeploy.plain_files import reading

_ENDINGS: Final = ("", ".cfg", ".conf", ".txt")
_LISTS: Final = ".acl"
_LONGEST: Final = 16_000_000  # bytes; a router's whole NVRAM is a hundredth of it
# Each of these begins a line; searched for as what follows the end of another, which is ten times
# as fast. Not one of the first: a running-config of IOS does not begin so.
_LOOKS: Final = re.compile(r"\n(?:version \d|hostname \S|interface \S|ip access-list )")
_OTHERS: Final = {
    "ASA": r"(?:ASA|PIX) Version \d",
    "NX-OS": r"vdc \S+ id \d|version \d+\.\d+\(\d+\)[A-Z]\d|feature (?:telnet|ssh|nxapi|lldp)$",
    "IOS-XR": r"!! IOS XR Configuration",
    "EOS": r"! device: .*\bEOS-\d|transceiver qsfp default-mode",
    "Junos": r"set (?:version|system host-name) |system \{$",
}
_OF_OTHERS: Final = re.compile(
    "\n(?:" + "|".join(f"({pattern})" for pattern in _OTHERS.values()) + ")", re.MULTILINE
)
_SECTION: Final = re.compile(r"\n(?:interface|line) \S")
_INDENTED: Final = re.compile(r"\n \S")
_PAGER: Final = re.compile(r"\n.{0,3}-+ ?More ?-+")
_BEGINS: Final = re.compile(r"\nversion \d")
_LINES: Final = re.compile(r"\nline (?:con|vty) ")
_END: Final = re.compile(r"\nend\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved configuration; ``lists`` is the `show ip access-lists` beside it, if there is one."""

    file: Path
    text: str
    lists: str | None

    @property
    def is_whole(self) -> bool:
        """Tell whether the text has the ``end`` that closes every running-config."""
        return _END.search(f"\n{self.text}") is not None


def load_saved(folder: Path, host: str) -> Saved:
    """Return what ``folder`` has of a host: NAME, NAME.cfg, .conf or .txt, and NAME.acl.

    Raises:
        IntentError: it has nothing, or nothing that can be read.
    """
    tried = [f"{host}{ending}" for ending in _ENDINGS]
    files = [folder / name for name in tried if Path(name).name == name]
    file = next(filter(_is_file, files), None)
    if file is None:
        _refuse_folder(files)
        raise IntentError(
            f"no saved configuration of {host} in {folder}: tried {', '.join(tried)}",
            "name the files as the inventory names the hosts, or choose another --from",
        )
    text = _read(file)
    if reason := _not_running(text):
        raise IntentError(
            f"{file} is not an IOS running-config: {reason}",
            "save the whole output of `show running-config`, after `terminal length 0`",
        )
    lists = folder / f"{host}{_LISTS}"
    return Saved(file, text, _read(lists) if _is_file(lists) else None)


def _refuse_folder(files: Iterable[Path]) -> None:
    for each in filter(Path.is_dir, files):
        raise IntentError(
            f"{each} is a folder, not a saved configuration",
            "rename it, or choose another --from: each host has a file there",
        )


def _not_running(text: str) -> str | None:
    """Return why a text cannot be a running-config, None where it can."""
    text = f"\n{text}"
    if other := _OF_OTHERS.search(text):
        return f"it is {list(_OTHERS)[(other.lastindex or 1) - 1]}'s"
    if not _LOOKS.search(text):
        return "it has neither version, hostname nor interfaces"
    if "More" in text and (pager := _PAGER.search(text)):
        return f"it contains a pager's '{pager[0].strip()}'"
    if _SECTION.search(text) and not _INDENTED.search(text):
        return "no line is indented by one space, so what belongs to an interface cannot be told"
    if _BEGINS.search(text) and not (_END.search(text) or _LINES.search(text)):
        return "it is cut off: it has no `end`, and not even the `line` sections before that"
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise IntentError(f"{path} cannot be read: {error.strerror}", "its permissions?") from None


def _read(file: Path) -> str:
    try:
        with reading(file) as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(min(size, _LONGEST) + 1)  # room for all of it is made at once
    except OSError as error:
        raise IntentError(f"{file} cannot be read: {error.strerror}", "its permissions?") from None
    if len(data) > _LONGEST:
        raise IntentError(f"{file} is longer than {_LONGEST} bytes: that is not a configuration")
    if b"\0" in data:
        raise IntentError(f"{file} is not a text file", "save it as text, not as UTF-16")
    return shown(text_of(data.removeprefix(codecs.BOM_UTF8)))
