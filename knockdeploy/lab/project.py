"""The project that a lab comes with: Nornir's files, and an ssh_config for the old algorithms."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.lab.addresses import Place
from knockdeploy.lab.configs import PASSWORD, USERNAME
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab.wire.ssh import MODERN, SshProfile
from knockdeploy.octets import bytes_of
from knockdeploy.plain_files import hint_for, open_plain, reading

_PUBLISHED = f"""\
# The lab's own inventory: virtual routers on loopback addresses (`knockdeploy lab up`). Everything
# in it is published, the password ({PASSWORD}) and the knocks included: a secret of none.
"""

NORNIR = """\
inventory:
  plugin: SimpleInventory
  options:
    host_file: inventory/hosts.yaml
    group_file: inventory/groups.yaml
    defaults_file: inventory/defaults.yaml
runner:
  plugin: threaded
  options:
    num_workers: 20
logging:
  enabled: false
user_defined:
  knockdeploy:
"""
"""Nornir's settings for the three files of an inventory; ours come behind."""

_SETTINGS = """\
    host_keys: accept-new
    state_dir: .knockdeploy
"""

_DEFAULTS = (
    _PUBLISHED
    + f"""\
username: {USERNAME}
password: {PASSWORD}
"""
)

_GROUPS = """\
branch:
  platform: ios
  data:
    knock:
      services: [22/tcp, 80/tcp, 443/tcp-udp]
      interface: GigabitEthernet0/0
      window_seconds: 2
      outside_ports: {{22: {ssh}, 80: {http}, 443: {https}}}
"""

# Knocks are a second apart there (iosxe-facts §1a).
_XE_GROUP = """\
branch-xe:
  platform: cisco_xe
  groups: [branch]
  data:
    knock:
      interface: {interface}
      window_seconds: 8
"""

_HOST = """\
{name}:
  hostname: {inside}
  port: {port}
  groups: [{group}]
  data:
    knock:
      ports: {ports}
"""
_NEW_ACL = '      new_acl_entries: ["permit ip any any"]\n'

_SSH_HOST = """\
Host {name}
  HostName {inside}
  Port {port}

"""
_IN_QUOTES: Final = str.maketrans({"%": "%%", '"': '\\"', "\\": "\\\\"})
"""What ssh reads in a quoted file name as something else."""
_SSH_ALL = """\
Host {names}
  User {user}
  KexAlgorithms {kex}
  HostKeyAlgorithms {key}
  Ciphers {ciphers}
  MACs {macs}
  PubkeyAuthentication no
  PreferredAuthentications password
  StrictHostKeyChecking accept-new
  UserKnownHostsFile "{known_hosts}"
"""


def write_project(
    folder: Path, places: Sequence[Place], without_acl: Iterable[str], profile: SshProfile
) -> Path:
    """Write config.yaml, inventory/ and ssh_config, and return the path of config.yaml.

    ``without_acl`` names the routers whose Internet interface has no ACL yet.

    Raises:
        InputError: the folder cannot be written, or has a project that is not a lab's.
    """
    files = {
        "config.yaml": f"{_PUBLISHED}{NORNIR}{_SETTINGS}",
        "inventory/defaults.yaml": _DEFAULTS,
        "inventory/groups.yaml": _groups(places),
        "inventory/hosts.yaml": _hosts(places, frozenset(without_acl)),
        "ssh_config": _ssh_config(folder, places, profile),
    }
    try:
        _refuse_other_project(folder, files)
        make_folder(folder)
        make_folder(folder / "inventory")
        for name, text in files.items():
            write_private(folder / name, text)
    except OSError as error:
        message = f"cannot write the lab's files: {error.strerror}"
        hint = hint_for(error, "name another folder")
        raise InputError(Mistake(message, hint, file=str(folder))) from error
    return folder / "config.yaml"


def _refuse_other_project(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder with files of these names, unless its config.yaml, the first, is a lab's."""
    there = next((path for name in names if (path := folder / name).exists()), None)
    if there is None or there.is_symlink():  # nothing is written through a link
        return
    first = _PUBLISHED.encode().splitlines()[0]
    with reading(there) as file:
        is_ours = file.read(len(first)) == first
    if not is_ours or there.name != "config.yaml":
        message = "a project that is not a lab's: it would be overwritten"
        raise InputError(Mistake(message, "name another folder", file=str(there)))


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can read, unless it is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    handle = open_plain(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)
        file.write(bytes_of(text))


def spoken(place: Place, profile: SshProfile) -> SshProfile:
    """Return what a router speaks: IOS-XE speaks what is modern."""
    return MODERN if place.platform == "iosxe" else profile


def _groups(places: Sequence[Place]) -> str:
    ssh, http, https = (places[0].sockets[port] for port in (22, 80, 443))
    text = _PUBLISHED + _GROUPS.format(ssh=ssh, http=http, https=https)
    xe = next((place for place in places if place.platform == "iosxe"), None)
    return text + _XE_GROUP.format(interface=xe.outer) if xe else text


def _hosts(places: Sequence[Place], without_acl: frozenset[str]) -> str:
    text = _PUBLISHED
    for place in places:
        text += _HOST.format(
            name=place.name,
            inside=place.inside,
            port=place.sockets[22],
            group="branch-xe" if place.platform == "iosxe" else "branch",
            ports=list(knock_ports(place.name)),
        )
        text += _NEW_ACL if place.name in without_acl else ""
    return text


def _ssh_config(folder: Path, places: Sequence[Place], profile: SshProfile) -> str:
    config = shlex.quote(f"{folder.absolute().name}/ssh_config")
    text = f"# ssh -F {config} {places[0].name}    the password: {PASSWORD}\n"
    text += "# The routers speak what classic IOS speaks; OpenSSH must be asked for it.\n\n"
    for place in places:
        text += _SSH_HOST.format(name=place.name, inside=place.inside, port=place.sockets[22])
    modern = [place for place in places if spoken(place, profile) is not profile]
    others = [place for place in places if place not in modern]
    if modern and others:
        names = [each for place in modern for each in (place.name, *place.interfaces)]
        text += _ssh_all(folder, names, MODERN) + "\n"
    names = [*(place.name for place in others or modern), "127.*"]  # `knock` tells addresses
    return text + _ssh_all(folder, names, profile if others else MODERN)


def _ssh_all(folder: Path, names: Iterable[str], profile: SshProfile) -> str:
    return _SSH_ALL.format(
        names=" ".join(names),
        user=USERNAME,
        kex=",".join(profile.kex),
        key=profile.key,
        ciphers=",".join(profile.ciphers),
        macs=",".join(profile.macs),
        known_hosts=str(folder.absolute() / "known_hosts").translate(_IN_QUOTES),
    )
