"""Virtual routers to be struck: of one kind, armed in one way, about to be changed in one way."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import yaml

from benchmarks.lab_time import PatientClock, passing
from benchmarks.truth import Ends, Portrait, Seen, Witness, portrait
from knockdeploy.change import undo
from knockdeploy.cli.main import run
from knockdeploy.device.terminal import Terminal
from knockdeploy.lab import configs
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.faults import Fate, Faults
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.wire.ssh import MODERN

DEPLOY, REMOVE, ROLLBACK = "deploy", "remove", "rollback"
VERBS: Final = (DEPLOY, REMOVE, ROLLBACK)
RUNGS: Final = {
    "timer": "archive\n path flash:archive\n maximum 10\n write-memory\n!\n",
    "archive": "",
    "copy": "archive\n path tftp://10.9.9.9/kept\n!\n",
}
"""What archive a router has by which it is armed on each rung of the ladder."""
# Every list numbered as somebody typed it, with a deny at its end; and no list at all.
_STRICT, _NEW = 2, 0
_OUTER, _INNER = (f"interface GigabitEthernet0/{number}\n" for number in range(2))
_POLICY = """\
class-map type inspect match-any VPN
 match access-group name VPN
!
policy-map type inspect IN
 class type inspect VPN
  pass
 class class-default
  drop
!
zone security INTERNET
zone security LAN
zone-pair security in source INTERNET destination self
 service-policy type inspect IN
!
"""
_ZONES: Final = {
    _OUTER: f"{_POLICY}{_OUTER} zone-member security INTERNET\n",
    _INNER: f"{_INNER} zone-member security LAN\n",
    "control-plane\n": "ip access-list extended VPN\n permit udp any any eq isakmp\n!\n"
    "control-plane\n",
}
"""What makes a router one with zones, whose policy has to take our classes."""
_TAKES: Final = ("ip access-list extended VPN\n", " permit tcp any any eq 22\n")
"""What has a class of that policy take what is for our services: a copy is swapped in then."""
_COPIED: Final = "zone copy"
ENFORCEMENTS: Final = ("zone", _COPIED, "copp")
_INTENTS: Final[dict[str, dict[str, object]]] = {
    "copp": {"management_sources": ["127.0.0.1/32"]},  # which shuts on the operator's way, too
    _COPIED: {"enforcement": "zone"},
}
_ALL_AT_ONCE: Final = {"canary": 0, "batch": "100%", "max_failures": "100%", "retries": 0}
"""One that fails must not spare the others what is to go wrong with them."""
_APPLET, _BY_LIST = "applet", "interface-acl"  # by default
_SILENCE_S = 4.0  # a router that says nothing for so long has hung
_LONGEST_S = 7300.0  # longer than any timer
_PUMP_S = 0.02
_MOVES: Final = frozenset({"", "end", "exit"})
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is done to the routers of an arena, ``proves`` with a knock, and how they are armed."""

    verb: str = DEPLOY
    rung: str = "timer"
    proves: bool = False
    is_new: bool = False
    engine: str = _APPLET
    enforcement: str = _BY_LIST

    def __str__(self) -> str:
        how = [self.rung, *(["no ACL yet"] if self.is_new else ())]
        how += [] if self.engine == _APPLET else [f"engine {self.engine}"]
        how += [] if self.enforcement == _BY_LIST else [f"enforcement {self.enforcement}"]
        return f"{self.verb} ({', '.join(how)})"


@dataclass(frozen=True, slots=True)
class Arena:
    """Running routers; ``command`` is what changes them."""

    lab: Fabric
    command: tuple[str, ...]
    witnesses: dict[str, Witness]

    def portraits(self) -> dict[str, Portrait]:
        """Look at all routers."""
        return {
            name: self.lab.call(functools.partial(portrait, machine))
            for name, machine in self.lab.routers.items()
        }

    def run(self, *options: str) -> Document:
        """Make the change, in this process; return its document. Nobody waits for a timer."""
        with (
            mock.patch.object(undo, "PATIENCE_S", 0.0),
            mock.patch.object(Terminal, "wait", _impatient(Terminal.wait)),
            passing(self.lab),
        ):
            return knockdeploy(self.lab, *self.command, *options)

    def process(
        self,
        *options: str,
        folder: Path | None = None,
        before_exec: Callable[[], object] | None = None,
    ) -> subprocess.Popen[str]:
        """Make the change in a process of its own; its standard output is the document."""
        config = (folder or self.lab.folder) / self.lab.config_file.name
        words = [*self.command[:1], "-c", str(config), *self.command[1:], *options]
        return subprocess.Popen(
            [sys.executable, "-m", "knockdeploy", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before_exec,  # noqa: PLW1509  # before a thread of its own is there
        )

    def seen(self) -> dict[str, Seen]:
        """Look at all routers now, and when all their timers have run out."""
        now = self.portraits()
        self.lab.call(self._run_out)
        later = self.portraits()
        saves = {name: tuple(witness.saves) for name, witness in self.witnesses.items()}
        return {name: Seen(now[name], later[name], saves[name]) for name in now}

    def _run_out(self) -> None:
        for machine in self.lab.routers.values():
            assert isinstance(machine.clock, PatientClock)  # noqa: S101
            machine.clock.advance(_LONGEST_S)

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        for machine in self.lab.routers.values():
            vars(machine.box).pop("exec_fate", None)
            machine.faults = Faults()

    def wait_for_silence(self) -> None:
        """Wait until no session is open: what was typed ahead has been run."""
        while any(machine.n_sessions for machine in self.lab.routers.values()):
            time.sleep(_PUMP_S)


@contextlib.contextmanager
def arena(n_routers: int, trial: Trial) -> Iterator[Arena]:
    """Run routers that are ready for a trial."""
    routers = LabOptions(profile=MODERN, clock=PatientClock, start=functools.partial(_start, trial))
    with fabric(n_routers, routers, base_port=0) as lab:
        _intend(lab, n_routers, trial)
        witnesses = {name: Witness(machine) for name, machine in lab.routers.items()}
        proof = () if trial.proves else ("--no-proof",)
        command: tuple[str, ...] = (DEPLOY, "--yes", "--json", *proof)
        if trial.verb != DEPLOY:
            done = knockdeploy(lab, DEPLOY, "--yes", "--json", "--no-proof")
            options = ("--run", done["run"]) if trial.verb == ROLLBACK else ()
            command = (trial.verb, *options, "--open", "--json")
        for witness in witnesses.values():
            witness.saves.clear()
        yield Arena(lab, command, witnesses)


def _impatient(wait: Callable[..., Any]) -> Callable[..., Any]:
    def impatient(self: Terminal, complete: object, within_s: float) -> Any:  # noqa: ANN401
        return wait(self, complete, min(within_s, _SILENCE_S))

    return impatient


def _start(trial: Trial, _index: int, name: str, inside: str, outside: str) -> str:
    kind = _NEW if trial.is_new else _STRICT
    text = configs.starting(kind, name, inside, outside)
    text = text.replace(RUNGS["timer"], RUNGS[trial.rung])
    for line, more in _ZONES.items() if trial.enforcement in {"zone", _COPIED} else ():
        text = text.replace(line, more)
    if trial.enforcement == _COPIED:
        text = text.replace(_TAKES[0], "".join(_TAKES))
    return text


def _intend(lab: Fabric, n_routers: int, trial: Trial) -> None:
    """Shorten the window of a knock, and have all routers struck at once."""
    groups = lab.folder / "inventory/groups.yaml"
    intents = yaml.safe_load(groups.read_text())
    kinds: Document = {"engine": trial.engine, "enforcement": trial.enforcement}
    kinds |= _INTENTS.get(trial.enforcement, {})
    intents["branch"]["data"]["knock"].update(window_seconds=1, **kinds)
    groups.write_text(yaml.safe_dump(intents))
    settings = yaml.safe_load(lab.config_file.read_text())
    settings["runner"]["options"]["num_workers"] = n_routers
    settings["user_defined"]["knockdeploy"]["rollout"] = _ALL_AT_ONCE
    lab.config_file.write_text(yaml.safe_dump(settings))


def knockdeploy(lab: Fabric, *words: str) -> Document:
    """Run the command line in this process; return its document."""
    command, *rest = words
    argv = ["knockdeploy", command, "-c", str(lab.config_file), *rest]
    out = io.StringIO()
    with (
        mock.patch.object(sys, "argv", argv),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.suppress(SystemExit),
    ):
        run()
    document: Document = json.loads(out.getvalue())
    return document


@dataclass(frozen=True, slots=True)
class Clean:
    """A trial where nothing goes wrong: both ends, every line typed, how many of configuration."""

    ends: Ends
    lines: tuple[str, ...]
    n_config: int


@functools.cache
def clean(trial: Trial) -> Clean:
    """Make a change undisturbed, and learn what may be disturbed.

    Raises:
        RuntimeError: it does not end as it should even so.
    """
    with arena(1, trial) as ready:
        (machine,) = ready.lab.routers.values()
        (before,) = ready.portraits().values()
        machine.box.typed.clear()
        machine.faults = Faults()
        host = ready.run()["hosts"][machine.place.name]
        (after,) = ready.portraits().values()
        if not host.get("saved") or after.is_armed or before == after:
            message = f"{trial}: {host}"
            raise RuntimeError(message)
        lines = tuple(line for line in machine.box.typed if line not in _MOVES)
        return Clean(Ends(before, after), lines, machine.box.n_lines)


def strike(machine: Machine, due: Callable[[str], bool], effect: Callable[[], Fate]) -> None:
    """Decide the fate of the lines that are ``due``; lines that merely move are none."""
    fate = machine.box.exec_fate  # it hears lines of configuration, too

    def decide(line: str) -> Fate:
        return effect() if line not in _MOVES and due(line) else fate(line)

    machine.box.exec_fate = decide  # type: ignore[method-assign]


def parts(things: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield parts of at most so many."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
