"""Every engine with every enforcement and protocol: one lab, a router for each.

Deployed and proved, knocked at by us and by Debian's knock, drifted, checked, fixed and removed:
all of them at a time.
"""

from __future__ import annotations

import itertools
import shlex
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest
from commandline import Document

from benchmarks.lab_time import let_pass
from knockdeploy.knock.client import send_knock
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.machine import Machine
from knockdeploy.recipe.engine.tcl_policy import policy_name
from knockdeploy.sequence import KnockSequence

from .support import NEW, OPEN, STRICT, by_the_outside, change, edit, knockdeploy, lab, snapshot
from .test_clients import needs
from .test_real_knocks import NEIGHBOUR, PROTOCOLS, STRANGER, knocks_of, sources
from .zoned import ANSWERS_DROPPED, BARE, SHARED, TAKES_SSH, THEIRS, ZONES

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("tclsh")]


WINDOW_S = 2


@dataclass(frozen=True)
class Cell:
    """What one router of the lab is to have."""

    router: str
    engine: str
    enforcement: str
    protocols: str


CELLS = tuple(
    Cell(f"r{number}", *each)
    for number, each in enumerate(
        itertools.product(("applet", "tcl"), ("interface-acl", "zone", "copp"), PROTOCOLS.values()),
        1,
    )
)
ZONED = (BARE, (), THEIRS, (*THEIRS, *ANSWERS_DROPPED), (*TAKES_SSH, *SHARED), TAKES_SSH)
"""What the routers with zones have beside those: each gets the next."""

ACLS = {NEW: "ACL_Internet_In", OPEN: "ACL_WAN", STRICT: "Internet-In"}
KINDS = tuple(
    kind if cell.enforcement == "interface-acl" else NEW
    for cell, kind in zip(CELLS, itertools.cycle(ACLS), strict=False)
)
"""Zones and the control plane stand behind no list: one that shuts SSH is said to keep it shut."""


def drifts(cell: Cell, kind: int, outside: str) -> Mapping[str, tuple[str, ...]]:
    """Return what somebody types, by what a check calls it."""
    engine = {
        "applet": ("applet", "no event manager applet EEM_Knock"),
        "tcl": ("policy", f"no event manager policy {policy_name()}"),
    }
    opens = f"no deny object-group OG_Knock_Services any host {outside}"
    enforcement = {
        "interface-acl": ("access-list", f"ip access-list extended {ACLS[kind]}", opens),
        "zone": ("access-list", "ip access-list extended ACL_Zone_Knock_Shut", "no 20"),
        "copp": ("control-plane-policing", "policy-map PM_CoPP", "class CM_CoPP_Shut", "no drop"),
    }
    rows = (engine[cell.engine], enforcement[cell.enforcement])
    return {
        "object-group": ("object-group service OG_Knock", "tcp eq 29999"),
        **{rule: tuple(lines) for rule, *lines in rows},
    }


def drift(running: Fabric, cell: Cell, kind: int) -> set[str]:
    """Change a router in three ways behind everybody's back; return what they are called."""
    found = drifts(cell, kind, running.routers[cell.router].place.outside)
    for lines in found.values():
        change(running, *lines, name=cell.router)
    if cell.engine == "applet":
        return set(found)
    router = running.routers[cell.router].router
    running.call(lambda: router.flash.update({policy_name(): "# nothing\n"}))
    group = router.running.child("object-group service OG_Knock")
    assert group
    first = group.children[0].text  # behind the others it is another knock for a Tcl policy
    change(running, group.text, f"no {first}", first, name=cell.router)
    return {*found, "policy-file"}


def intend_one(name: str, knock: Document, hosts: Document) -> None:
    hosts[name]["data"]["knock"].update(knock)


def prepare(running: Fabric) -> None:
    """Give each router its intent, and what was there before."""
    theirs = iter(ZONED)
    for index, cell in enumerate(CELLS):
        machine = running.routers[cell.router]
        ports = [f"{knock.port}/{knock.protocol}" for knock in knocks_of(machine, cell.protocols)]
        knock: Document = {"ports": ports, "engine": cell.engine, "enforcement": cell.enforcement}
        if cell.enforcement == "zone":
            change(running, *ZONES, *next(theirs), name=cell.router, saved=True)
            knock["destination"] = ("outside", "any")[index % 2]
        if cell.enforcement == "copp":  # which shuts on every way in, ours too
            knock |= {"access": "knock", "knock_only": True, "destination": "any"}
        edit(running.folder / "inventory/hosts.yaml", partial(intend_one, cell.router, knock))
        if cell.enforcement == "copp" and index % 2:
            by_the_outside(running, cell.router)


def is_shut(machine: Machine, source: str) -> bool:
    """Tell whether nobody from ``source`` gets a banner."""
    try:
        with socket.create_connection((machine.place.outside, 10022), 60, (source, 0)) as there:
            return there.recv(4) == b""
    except OSError:
        return True


def everywhere(running: Fabric, act: Callable[[Cell, Machine], object]) -> Mapping[str, object]:
    """Do the same at all routers at a time."""
    with ThreadPoolExecutor(len(CELLS)) as pool:
        found = pool.map(lambda cell: act(cell, running.routers[cell.router]), CELLS)
        return {cell.router: each for cell, each in zip(CELLS, found, strict=True)}


def of_each(value: object) -> Mapping[str, object]:
    return {cell.router: value for cell in CELLS}


def ours(running: Fabric, cells: Iterable[Cell]) -> None:
    """Knock as a stranger does."""
    for cell in cells:
        machine = running.routers[cell.router]
        sequence = KnockSequence(knocks_of(machine, cell.protocols))
        send_knock(machine.place.outside, sequence, pause_ms=10, source=STRANGER)


def debian(running: Fabric, cells: Iterable[Cell]) -> None:
    """Knock with Debian's program, by the lines that we print for it."""
    lines = [knockdeploy(running, "client", c.router, "--format", "knock").out for c in cells]
    for process in [subprocess.Popen(shlex.split(line)) for line in lines]:  # noqa: S603  # as printed
        assert process.wait(60) == 0


def later(running: Fabric) -> None:
    """Let the window pass, and what Tcl policies have waiting: half a second for each packet."""
    for machine in running.routers.values():
        let_pass(running, machine, 30)


def open_by(running: Fabric, source: str, knock: Callable[[Fabric, Iterable[Cell]], None]) -> None:
    """Knock at every door, and see it open for ``source``."""
    later(running)  # than the knocks by which we came in
    knock(running, CELLS)
    later(running)
    assert [c for c in CELLS if source not in sources(running, running.routers[c.router])] == []


def test_each_is_proved_knocked_at_checked_fixed_and_as_before() -> None:
    needs("knock")
    with lab(len(CELLS), kind=KINDS, knock={"window_seconds": WINDOW_S}) as running:
        prepare(running)
        walk_through(running)


def walk_through(running: Fabric) -> None:
    def look() -> Mapping[str, object]:
        return {cell.router: snapshot(running, cell.router) for cell in CELLS}

    def statuses(*command: str) -> Mapping[str, object]:
        ran = knockdeploy(running, *command, "--json")
        return {name: host["status"] for name, host in ran.document["hosts"].items()}

    before = look()
    deployed = knockdeploy(running, "deploy", "--yes", "--json").document["hosts"]
    levels = {name: (host["proof"] or host["error"]) for name, host in deployed.items()}
    assert {name: each.get("level", each) for name, each in levels.items()} == of_each("door")
    later(running)
    assert statuses("plan") == of_each("unchanged")

    assert everywhere(running, lambda _, machine: is_shut(machine, STRANGER)) == of_each(True)
    open_by(running, "127.0.0.1", debian)
    open_by(running, STRANGER, ours)
    assert everywhere(running, lambda _, machine: is_shut(machine, STRANGER)) == of_each(False)
    assert everywhere(running, lambda _, machine: is_shut(machine, NEIGHBOUR)) == of_each(True)

    expected = {
        cell.router: drift(running, cell, kind) for cell, kind in zip(CELLS, KINDS, strict=True)
    }
    found = knockdeploy(running, "check", "--json").document["hosts"]
    missed = {
        name: rules - {each["rule"] for each in found[name]["findings"]}
        for name, rules in expected.items()
    }
    assert missed == of_each(set())
    assert statuses("deploy", "--yes", "--no-proof") == of_each("deployed")
    assert statuses("check") == of_each("compliant")
    assert statuses("remove", "--yes", "--open") == of_each("removed")
    assert look() == before
