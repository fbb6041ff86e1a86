"""A lab, the command line against it, and what its routers are like."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import commandline
import yaml
from commandline import Document, Ran

from benchmarks.lab_time import PatientClock, passing
from knockdeploy.ios.tree import Node
from knockdeploy.lab import configs
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.configs import PASSWORD
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.faults import Fate
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.router.clock import Clock
from knockdeploy.lab.wire.ssh import MODERN, SshProfile

NEW, OPEN, STRICT = 0, 1, 2
"""The kinds of routers: no ACL yet; one open to most; one that shuts out what nobody asked for."""


@dataclass(frozen=True)
class Snapshot:
    """What a router must be like again after a change that was taken back."""

    running: Node
    startup: str
    is_pending: bool
    files: frozenset[str]


@contextlib.contextmanager
def lab(  # noqa: PLR0913  # as fabric
    n_routers: int = 1,
    *,
    kind: int | Sequence[int] = (NEW, OPEN, STRICT),
    behaviour: Behaviour | None = None,
    profile: SshProfile = MODERN,
    clock: Clock | None = None,
    knock: Mapping[str, object] | None = None,
) -> Iterator[Fabric]:
    """Run routers, of one kind or of these in turn; a window is 1 s unless ``knock`` says so.

    Their time passes while a proof in this process waits, or as ``clock`` does, for all of them.
    """
    kinds = [kind] if isinstance(kind, int) else kind

    def start(index: int, name: str, inside: str, outside: str) -> str:
        return configs.starting(kinds[index % len(kinds)], name, inside, outside)

    clock_of = (lambda: clock) if clock else PatientClock
    options = LabOptions(behaviour or Behaviour(), profile, clock_of, start)
    with fabric(n_routers, options, base_port=0) as running, passing(running):
        intend(running, **{"window_seconds": 1, **(knock or {})})
        roll(running, canary=0, batch="100%", max_failures="100%", retries=0)
        yield running


def roll(lab: Fabric, **rollout: object) -> None:
    """Change how the fleet is walked through."""

    def change(config: Document) -> None:
        config["user_defined"]["knockdeploy"].setdefault("rollout", {}).update(rollout)

    edit(lab.config_file, change)


def at_once(lab: Fabric, number: int) -> None:
    """Have at most so many routers in flight."""
    edit(lab.config_file, lambda config: config["runner"]["options"].update(num_workers=number))


def intend(lab: Fabric, **knock: object) -> None:
    """Change the intent of all routers."""

    def change(groups: Document) -> None:
        groups["branch"]["data"]["knock"].update(knock)

    edit(lab.folder / "inventory/groups.yaml", change)


def edit(path: Path, change: Callable[[Document], None]) -> None:
    """Change a YAML file."""
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    change(data)
    path.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper), encoding="utf-8")


def settings(lab: Fabric, **keys: object) -> None:
    """Change our settings."""

    def change(config: Document) -> None:
        config.setdefault("user_defined", {}).setdefault("knockdeploy", {}).update(keys)

    edit(lab.folder / "config.yaml", change)


def edit_host(lab: Fabric, name: str = "r1", **keys: object) -> None:
    """Change one host of the inventory."""
    edit(lab.folder / "inventory/hosts.yaml", lambda hosts: hosts[name].update(keys))


def by_the_outside(lab: Fabric, name: str = "r1") -> None:
    """Have the operator come in where the Internet does."""
    edit_host(lab, name, hostname=lab.routers[name].place.outside)


def knockdeploy(lab: Fabric, *arguments: str, typed: str | None = None) -> Ran:
    """Run a command in this process; ``typed`` is the answer to its question."""
    return commandline.knockdeploy(*_with_config(lab, arguments), typed=typed)


def asked(lab: Fabric, *arguments: str) -> AbstractContextManager[Callable[[str], Ran]]:
    """Run a command on a terminal up to its question; what is yielded answers it."""
    return commandline.asked(*_with_config(lab, arguments))


def process(lab: Fabric, *arguments: str, within_s: float = 120, **more: Any) -> Ran:
    """Run a command as a process of its own."""
    return commandline.process(*_with_config(lab, arguments), within_s=within_s, **more)


def command_line(lab: Fabric, *arguments: str) -> list[str]:
    return commandline.command_line(*_with_config(lab, arguments))


def _with_config(lab: Fabric, arguments: tuple[str, ...]) -> list[str]:
    command, *rest = arguments
    return [command, "-c", str(lab.config_file), *rest]


def snapshot(lab: Fabric, name: str = "r1") -> Snapshot:
    """Look at a router behind its back."""
    machine = lab.routers[name]

    def look() -> Snapshot:
        router = machine.router
        return Snapshot(
            running=_settled(router.running),
            startup=router.startup,
            is_pending=router.revert.pending is not None,
            # What IOS's own archive keeps of each change is IOS's.
            files=frozenset(file for file in router.flash if not file.startswith("archive-")),
        )

    return lab.call(look)


def _settled(running: Node) -> Node:
    """Leave out headers of empty sections, which are nothing.

    A refused first line of `control-plane host` leaves one, and an archive without a path.
    """
    empty = (Node("control-plane host"), Node("archive"))
    return running.with_children(tuple(node for node in running.children if node not in empty))


def typed(machine: Machine) -> list[str]:
    """Return what was typed so far that is more than looking."""
    looks = ("show ", "terminal ", "enable", "exit")
    return [line for line in machine.box.typed if line and not line.startswith(looks)]


def change(lab: Fabric, *lines: str, name: str = "r1", saved: bool = False) -> None:
    """Change a router behind its back, as somebody else does."""
    lab.call(lambda: changed(lab.routers[name], *lines, saved=saved))


def changed(machine: Machine, *lines: str, saved: bool = False) -> None:
    """Change a router as ``change`` does, on the lab's thread."""
    router = machine.router
    line = router.lines.open_line("jane", "172.16.1.5", "172.16.1.1", "GigabitEthernet0/1")
    assert line is not None
    mode: tuple[str, ...] | None = ()
    for text in lines:
        mode, answer = router.configure(mode or (), text)
        assert not answer, answer
    router.left_configuration(line, mode or ())
    router.lines.close_line(line)
    if saved:
        router.save()
    machine.settle()


def at_line(machine: Machine, number: int, action: Callable[[], None]) -> None:
    """Do something, on the lab's thread, as configuration line ``number`` arrives."""
    fate = machine.box.config_fate

    def config_fate(line: str) -> Fate:
        before = machine.box.n_lines
        decided = fate(line)
        if before < number == machine.box.n_lines:
            action()
        return decided

    machine.box.config_fate = config_fate  # type: ignore[method-assign]


def as_typed(machine: Machine, start: str, action: Callable[[], None]) -> None:
    """Do something, once, on the lab's thread, as a line that starts like this arrives."""
    fate = machine.box.exec_fate  # it hears lines of configuration, too
    times = iter((True,))

    def exec_fate(line: str) -> Fate:
        if line.startswith(start) and next(times, False):
            action()
        return fate(line)

    machine.box.exec_fate = exec_fate  # type: ignore[method-assign]


def knocks(lab: Fabric) -> re.Pattern[str]:
    """Return what finds a secret of this lab, but in the file where it belongs."""
    ports = "|".join(str(port) for name in lab.routers for port in knock_ports(name))
    return re.compile(rf"(?<![\d.])(?:{ports})(?![\d])|{PASSWORD}")


def environment() -> dict[str, str]:
    """Return an environment without terminals' and our own settings.

    Workers of xdist are told a size by readline, whatever terminal there is.
    """
    dropped = {"KNOCKDEPLOY_CONFIG", "COLUMNS", "LINES"}
    return {name: value for name, value in os.environ.items() if name not in dropped}
