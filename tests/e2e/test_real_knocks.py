"""The deployed recipe over real sockets: only the whole knock, in order and time, opens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from commandline import Document

from benchmarks.lab_time import let_pass
from knockdeploy.knock.client import send_knock
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab.machine import Machine
from knockdeploy.sequence import Knock, KnockSequence, Protocol

from .support import edit, knockdeploy, lab

pytestmark = pytest.mark.lab

WINDOW_S = 1
_QUICK_MS = 40
# Which knocks, counted from 0, are sent, and the pause between them: none of them opens. The
# last but one is the right order too slowly, the last one a knock too many within the window.
WRONG = {
    "reversed": ((4, 3, 2, 1, 0), _QUICK_MS),
    "first-two-swapped": ((1, 0, 2, 3, 4), _QUICK_MS),
    "last-two-swapped": ((0, 1, 2, 4, 3), _QUICK_MS),
    "middle-swapped": ((0, 2, 1, 3, 4), _QUICK_MS),
    "rotated": ((1, 2, 3, 4, 0), _QUICK_MS),
    "rotated-back": ((4, 0, 1, 2, 3), _QUICK_MS),
    "odd-then-even": ((0, 2, 4, 1, 3), _QUICK_MS),
    "without-the-first": ((1, 2, 3, 4), _QUICK_MS),
    "without-the-middle": ((0, 1, 3, 4), _QUICK_MS),
    "without-the-last": ((0, 1, 2, 3), _QUICK_MS),
    "one-alone": ((0,), _QUICK_MS),
    "spread-beyond-the-window": ((0, 1, 2, 3, 4), 1000 * WINDOW_S),
}
STRANGER, NEIGHBOUR = "127.66.0.1", "127.66.0.2"


PROTOCOLS = {"udp": "uuuuu", "tcp": "ttttt", "mixed": "utuut"}
_OF = {"u": Protocol.UDP, "t": Protocol.TCP}


def knocks_of(machine: Machine, protocols: str) -> tuple[Knock, ...]:
    ports = knock_ports(machine.place.name)
    return tuple(Knock(port, _OF[each]) for port, each in zip(ports, protocols, strict=True))


def intend_protocols(fabric: Fabric, protocols: str) -> None:
    """Have the inventory say over what each port of each router is knocked."""

    def change(hosts: Document) -> None:
        for name, machine in fabric.routers.items():
            said = [f"{knock.port}/{knock.protocol}" for knock in knocks_of(machine, protocols)]
            hosts[name]["data"]["knock"]["ports"] = said

    edit(fabric.folder / "inventory/hosts.yaml", change)


def sources(fabric: Fabric, machine: Machine) -> list[str]:
    """Return whom the router's temporary entries let in: the lines without a number."""
    lines = fabric.call(machine.router.access_lists)
    entries = [line for line in lines if "object-group" in line and not line.split()[0].isdigit()]
    return [line.split(" host ")[1].split()[0] for line in entries]


@pytest.mark.parametrize("protocols", PROTOCOLS.values(), ids=PROTOCOLS)
def test_a_dozen_wrong_knocks_open_nothing_and_the_right_one_opens_for_its_source_alone(
    protocols: str,
) -> None:
    def knock(
        machine: Machine, order: tuple[int, ...], pause_ms: int = _QUICK_MS, source: str = STRANGER
    ) -> None:
        knocks = knocks_of(machine, protocols)
        sequence = KnockSequence(tuple(knocks[at] for at in order))
        sleep = partial(let_pass, fabric, machine)
        send_knock(machine.place.outside, sequence, pause_ms=pause_ms, source=source, sleep=sleep)

    with lab(len(WRONG) + 1, knock={"window_seconds": WINDOW_S}) as fabric:
        intend_protocols(fabric, protocols)
        done = knockdeploy(fabric, "deploy", "--yes", "--no-proof")
        assert done.status == 0, done.err
        machines = list(fabric.routers.values())
        *each, turns = machines
        with ThreadPoolExecutor(len(machines)) as pool:
            wrong = [pool.submit(knock, m, *w) for m, w in zip(each, WRONG.values(), strict=True)]
            # Two sources take turns: together they knock every port in order.
            for index in range(5):
                knock(turns, (index,), source=(STRANGER, NEIGHBOUR)[index % 2])
            for future in wrong:
                future.result()
        for machine in machines:  # EEM remembers each tag (ios-facts §13)
            let_pass(fabric, machine, WINDOW_S + 1)
        names = [*WRONG, "two-sources"]
        opened = {n: sources(fabric, m) for n, m in zip(names, machines, strict=True)}
        assert opened == {name: [] for name in names}

        for machine in machines:
            knock(machine, (0, 1, 2, 3, 4), pause_ms=0)
            let_pass(fabric, machine, 0)
        assert [sources(fabric, machine) for machine in machines] == [[STRANGER]] * len(machines)
