"""ssh_config as we follow it: HostName, Port, User, and the way by ProxyJump or ProxyCommand."""

from __future__ import annotations

import contextlib
import getpass
import re
import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import paramiko

from knockdeploy.device import ssh_config
from knockdeploy.device.jump_host import jump_host
from knockdeploy.device.proxy_command import ProxyCommand
from knockdeploy.errors import InputError, Mistake
from knockdeploy.operator import SSH_PORT

_TOKEN: Final = re.compile("%(.?)")


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
        found = ssh_config.read(file, given["hostname"], own).lookup(given["hostname"])
        port = int(found.get("port", SSH_PORT))
    hostname = found.get("hostname", given["hostname"])
    username = given["username"] or found.get("user")
    completed = {**given, "hostname": hostname, "port": port, "username": username}
    if turns := _turns_back(file, _jumps(found)):
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


def is_way(file: Path, hostname: str) -> bool:
    """Tell whether the ssh_config ``file`` has a program reach this host.

    Raises:
        InputError: the file is no ssh_config.
    """
    if not file.is_file():
        return False
    with _reading(file):
        found = ssh_config.read(file, hostname).lookup(hostname)
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


def _turns_back(file: Path, jumps: list[str]) -> str:
    """Return the jump host to which the way comes a second time; "" without one.

    ssh looks up the way of the first jump host alone: the others come behind those before them.
    """
    passed: list[str] = []
    while jumps:
        name = _name(jumps[0])
        if name in passed:
            return name
        passed.append(name)
        with _reading(file):
            jumps = _jumps(ssh_config.read(file, name).lookup(name))
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
