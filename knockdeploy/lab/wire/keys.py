"""Host keys of the virtual routers: kept in the lab's folder, as routers keep theirs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final

import asyncssh

from knockdeploy.lab.project import make_folder, write_private
from knockdeploy.lab.wire.ssh import SshProfile, new_key

DIFFERENT: Final = 50
"""Keys made for a large lab, whose routers share them: else a thousand would take a minute."""


def host_keys(
    folder: Path, profiles: Mapping[str, SshProfile], n_different: int = DIFFERENT
) -> list[asyncssh.SSHKey]:
    """Return the key of each router, from ``folder``/host_keys where an earlier lab left it.

    ``profiles`` is what each speaks, by name; those that speak alike share ``n_different``.
    """
    kept = folder / "host_keys"
    make_folder(kept)
    keys: dict[str, asyncssh.SSHKey] = {}
    with ThreadPoolExecutor() as pool:  # making an RSA key takes 0.1 s of one core
        for profile in dict.fromkeys(profiles.values()):
            names = [name for name, each in profiles.items() if each is profile]
            made = pool.map(partial(_key, kept, profile), names[:n_different])
            keys |= dict(zip(names, cycle(made), strict=False))
    return [keys[name] for name in profiles]


def _key(folder: Path, profile: SshProfile, name: str) -> asyncssh.SSHKey:
    path = folder / f"{name}-{profile.key}"
    if path.exists():
        return asyncssh.read_private_key(path)
    key = new_key(profile)
    write_private(path, key.export_private_key("openssh").decode("ascii"))
    return key
