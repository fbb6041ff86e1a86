"""ssh_config as we follow it: HostName, Port, User, and the way by ProxyJump or ProxyCommand."""

from __future__ import annotations

import contextlib
import getpass
import glob
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import paramiko

from knockdeploy.device.jump_host import jump_host
from knockdeploy.device.proxy_command import ProxyCommand
from knockdeploy.errors import InputError, Mistake
from knockdeploy.operator import SSH_PORT

_TOKEN: Final = re.compile("%(.?)")
_INCLUDE: Final = re.compile(r"\s*include[\s=]+(.*)", re.IGNORECASE)
_HEADER: Final = re.compile(r"\s*(?:host|match)[\s=]", re.IGNORECASE)
_DEEPEST: Final = 16  # as OpenSSH


class _Config(paramiko.SSHConfig):
    """paramiko's, with a ProxyCommand as it stands: paramiko knows neither %n nor %%."""

    TOKENS_BY_CONFIG_KEY = {  # noqa: RUF012  # as paramiko has it
        **paramiko.SSHConfig.TOKENS_BY_CONFIG_KEY,
        "proxycommand": ["~"],  # no shell reads it, which would know
    }


def through(file: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return paramiko's parameters ``given`` as the ssh_config ``file`` completes them.

    Its Port and User count where the inventory has none; a way by a jump host becomes ``sock``.

    Raises:
        InputError: the file is no ssh_config.
        UnreachableError: the jump host is not reached, or the router from there.
        OSError: the program of the way cannot be started.
    """
    if not file.is_file():
        return dict(given)
    with _reading(file):
        # What stands first counts (man ssh_config).
        own = f"Port {given['port']}\n" if given["port"] != SSH_PORT else ""
        name = given["username"] or ""  # of an inventory that may not say more than that
        own += f"User {name}\n" if name.isprintable() and name.strip() else ""
        config = _Config.from_text(own + _whole(file))
        found = config.lookup(given["hostname"])
        port = int(found.get("port", SSH_PORT))
    hostname = found.get("hostname", given["hostname"])
    username = given["username"] or found.get("user")
    completed = {**given, "hostname": hostname, "port": port, "username": username}
    if turns := _turns_back(config, _jumps(found)):
        message = f"the jump host {turns} is reached by way of itself: ssh would start without end"
        hint = f"give `Host {turns}` a `ProxyJump none` above the entry that names it"
        raise InputError(Mistake(message, hint, file=str(file)))
    if "proxycommand" in found:
        with _reading(file):
            user = username or getpass.getuser()
            means = {"h": hostname, "n": given["hostname"], "p": port, "r": user, "%": "%"}
            words = shlex.split(found["proxycommand"])
            command = [_TOKEN.sub(partial(_meant, means), word) for word in words]
        return {**completed, "sock": ProxyCommand(command)}
    if jumps := _jumps(found):
        *before, last = jumps
        by = ["-J", ",".join(before)] if before else []
        host = jump_host(("-F", str(file), *by, *_destination(last)))
        return {**completed, "sock": host.connect(hostname, port, given["timeout"])}
    return completed


def _meant(means: Mapping[str, object], token: re.Match[str]) -> str:
    if token[1] not in means:
        raise ValueError(f"unknown key '{token[0]}' in ProxyCommand")
    return str(means[token[1]])


def _whole(file: Path) -> str:
    """Return an ssh_config with what it includes, which paramiko does not read."""
    return "\n".join(_lines(file))


def _lines(file: Path, depth: int = 0) -> Iterator[str]:
    is_within = False  # a section
    for line in file.read_text().splitlines():
        if not (include := _INCLUDE.fullmatch(line)):
            is_within = is_within or bool(_HEADER.match(line))
            yield line
            continue
        for each in _included(include[1]) if depth < _DEEPEST else ():
            lines = [*_lines(each, depth + 1)]
            above = [*takewhile(lambda one: not _HEADER.match(one), lines)]
            # Sections of a file that a section includes count where both match: we cannot say that.
            yield from above if is_within else lines
            if not is_within and above != lines:
                yield "Host *"  # an included file ends its sections


def _included(patterns: str) -> Iterator[Path]:
    """Yield the files that are meant; as for OpenSSH, `*` is no hidden one."""
    ssh = Path("~/.ssh").expanduser()
    for pattern in map(os.path.expanduser, shlex.split(patterns)):
        names = glob.glob(pattern, root_dir=ssh)  # noqa: PTH207  # Path's finds hidden ones, too
        yield from (file for name in sorted(names) if (file := ssh / name).is_file())


def is_way(file: Path, hostname: str) -> bool:
    """Tell whether the ssh_config ``file`` has a program reach this host.

    Raises:
        InputError: the file is no ssh_config.
    """
    if not file.is_file():
        return False
    with _reading(file):
        found = paramiko.SSHConfig.from_text(_whole(file)).lookup(hostname)
    return "proxycommand" in found or bool(_jumps(found))


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (paramiko.SSHException, ValueError, ImportError) as error:  # paramiko's for Match exec
        message = f"is not a valid ssh_config: {error}"
        raise InputError(Mistake(message, "see man ssh_config", file=str(file))) from None


def _jumps(found: Mapping[str, str]) -> list[str]:
    if "proxycommand" in found:  # the one or the other is the way (man ssh_config)
        return []
    jumps = found.get("proxyjump", "none")
    return [] if jumps.lower() == "none" else [jump.strip() for jump in jumps.split(",")]


def _turns_back(config: paramiko.SSHConfig, jumps: list[str]) -> str:
    """Return the jump host to which the way comes a second time; "" without one.

    ssh looks up the way of the first jump host alone: the others come behind those before them.
    """
    passed: list[str] = []
    while jumps:
        name = _name(jumps[0])
        if name in passed:
            return name
        passed.append(name)
        jumps = _jumps(config.lookup(name))
    return ""


def _name(jump: str) -> str:
    """Return the host of a jump host's ``user@host:port`` or ssh URL."""
    host = urlsplit(jump if jump.startswith("ssh://") else f"ssh://{jump}").hostname
    return host or jump


def _destination(jump: str) -> list[str]:
    """Return ``user@host:port`` or an ssh URL as ssh's words."""
    host, colon, port = jump.rpartition(":")
    if jump.startswith("ssh://") or not colon or not port.isdecimal() or host.count(":"):
        return [jump]
    return ["-p", port, host]
