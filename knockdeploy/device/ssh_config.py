"""ssh_config as OpenSSH reads it for one host: paramiko, with the files that it includes."""

from __future__ import annotations

import glob
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import paramiko

_INCLUDE: Final = re.compile(r"\s*include[\s=]+(.*)", re.IGNORECASE)
_HEADER: Final = re.compile(r"\s*(?:host|match)[\s=]", re.IGNORECASE)
_FOR_ALL: Final = "Host *"
_MARK: Final = "knockdeploycounts"
_DEEPEST: Final = 16  # as OpenSSH


class SshConfig(paramiko.SSHConfig):
    """paramiko's, with a ProxyCommand as it stands: paramiko knows neither %n nor %%."""

    TOKENS_BY_CONFIG_KEY = {  # noqa: RUF012  # as paramiko has it
        **paramiko.SSHConfig.TOKENS_BY_CONFIG_KEY,
        "proxycommand": ["~"],  # no shell reads it, which would know
    }


def read(file: Path, host: str, above: str = "") -> SshConfig:
    """Return an ssh_config as it counts for one host, behind the lines ``above``.

    Raises:
        paramiko.SSHException, ValueError, ImportError: it is none; the last for `Match exec`.
    """
    lines = above.splitlines()
    _take_in(lines, file, host)
    return _config(lines)


def _take_in(lines: list[str], file: Path, host: str, depth: int = 0) -> None:
    """Add a file to the lines: in place of an Include, in a section that counts, what it names.

    The sections of such a file are its own: each counts where it matches by itself.
    """
    header = ""
    for line in file.read_text().splitlines():
        if not (include := _INCLUDE.fullmatch(line)):
            header = line if _HEADER.match(line) else header
            lines.append(line)
        elif depth < _DEEPEST and (not header or _counts(lines, host)):
            for each in _included(include[1]):
                _take_in(lines, each, host, depth + 1)
                lines.append(header or _FOR_ALL)  # an included file ends its sections


def _counts(lines: list[str], host: str) -> bool:
    """Tell whether the section at the end of the lines is one for this host."""
    return _MARK in _config([*lines, f"{_MARK} yes"]).lookup(host)


def _config(lines: list[str]) -> SshConfig:
    config: SshConfig = SshConfig.from_text("\n".join(lines))
    return config


def _included(patterns: str) -> Iterator[Path]:
    """Yield the files that are meant; as for OpenSSH, `*` is no hidden one."""
    ssh = Path("~/.ssh").expanduser()
    for pattern in map(os.path.expanduser, shlex.split(patterns)):
        names = glob.glob(pattern, root_dir=ssh)  # noqa: PTH207  # Path's finds hidden ones, too
        yield from (file for name in sorted(names) if (file := ssh / name).is_file())
