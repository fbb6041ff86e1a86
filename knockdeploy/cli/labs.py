"""The commands that run virtual routers."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knockdeploy.cli import children
from knockdeploy.cli.arguments.trying import Size
from knockdeploy.cli.console import Console
from knockdeploy.errors import InputError, Mistake
from knockdeploy.lab.configs import PASSWORD
from knockdeploy.lab.edition import EDITIONS, IOS_XE
from knockdeploy.lab.fabric import LabOptions, folder_for, laid_out
from knockdeploy.lab.processes import Spread, open_files, processes_for, spread
from knockdeploy.lab.wire.ssh import CLASSIC, MODERN, SshProfile
from knockdeploy.report.offline_outcomes import LabOutcome
from knockdeploy.stop_flag import StopFlag

_LOOK_S = 1.0
"""How soon it is told that routers are gone."""
_PROFILES = {"classic": CLASSIC, "modern": MODERN}


def up(console: Console, folder: Path, size: Size) -> int:
    """Run routers until SIGTERM or Ctrl-C."""
    stop = StopFlag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _lab(size, folder) as lab:
        _announce(console, lab)
        while not stop.wait(_LOOK_S):
            lab.check()
    return 0


def _announce(console: Console, lab: Spread) -> None:
    console.whole(f"ready {lab.config_file}")
    if sys.stdout.isatty():
        first, folder = lab.places[0].name, lab.config_file.parent
        config = shlex.quote(str(folder / "ssh_config"))
        console.say(
            f"in another terminal: cd {shlex.quote(str(folder))}; knockdeploy plan -l {first}"
        )
        console.say(f"to log in: ssh -F {config} {first} (password {PASSWORD})")
    console.finish({p.name: LabOutcome("up", p.inside, p.sockets[22]) for p in lab.places})


def run(console: Console, command: list[str], size: Size) -> int:
    """Run ``command`` with routers beside it; return its status."""
    if not command:
        raise InputError(Mistake("no command", "knockdeploy lab run -- COMMAND"))
    with _lab(size, None) as lab:
        console.say(f"ready {lab.config_file}")
        environment = {**os.environ, "KNOCKDEPLOY_CONFIG": str(lab.config_file)}
        try:
            return children.run(command, environment)
        except OSError as error:
            raise InputError(Mistake(f"cannot run '{command[0]}': {error.strerror}")) from None


@contextmanager
def _lab(size: Size, folder: Path | None) -> Iterator[Spread]:
    profile = _profile(size.profile)
    n_processes = processes_for(size.routers, open_files())
    with folder_for(folder) as home:
        options = LabOptions(profile=profile, n_iosxe=n_iosxe(size))
        parts, config_file = laid_out(home, size.routers, size.base_port, options)
        with spread(parts, config_file, options, n_processes) as lab:
            yield lab


def _profile(name: str) -> SshProfile:
    if name not in _PROFILES:
        raise InputError(Mistake(f"no profile '{name}'", "classic or modern", key="--profile"))
    return _PROFILES[name]


def n_iosxe(size: Size) -> int:
    """Return how many routers run IOS-XE."""
    if size.platform not in {None, *EDITIONS}:
        message = f"no platform '{size.platform}'"
        raise InputError(Mistake(message, "ios or iosxe", key="--platform"))
    if size.platform and size.iosxe is not None:
        message = "--platform already sets all routers"
        raise InputError(Mistake(message, "one of the two", key="--iosxe"))
    return size.routers if size.platform == IOS_XE.platform else size.iosxe or 0
