"""A fleet of both kinds of IOS, with real packets: deployed, knocked, saved by others, removed.

Of the two with IOS-XE the first has the applet, the second the policy in Tcl.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from benchmarks.lab_time import PatientClock, let_pass, passing
from knockdeploy.knock.client import send_knock
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.recipe.engine.tcl_policy import policy_name
from knockdeploy.sequence import Knock, KnockSequence

from .support import edit, intend, knockdeploy, roll, snapshot

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("tclsh")]

XE = ("r2", "r3")
WINDOW_S = 3
STRANGER = "127.66.0.9"
POLICY = policy_name("log_knock.tcl")


@pytest.fixture(scope="module")
def running() -> Iterator[Fabric]:
    """Return three routers, two of them IOS-XE, with three knocks each: a second apart."""
    with fabric(3, LabOptions(clock=PatientClock, n_iosxe=2), base_port=0) as made, passing(made):
        roll(made, canary=0, batch="100%", max_failures="100%", retries=0)

        def three(hosts: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
            for name in made.routers:
                knock = {
                    "weak": True,
                    "window_seconds": WINDOW_S,
                    "ports": list(knock_ports(name)[:3]),
                }
                hosts[name]["data"]["knock"].update(knock)
            hosts["r3"]["data"]["knock"]["engine"] = "tcl"

        edit(made.folder / "inventory/hosts.yaml", three)
        yield made


def _doors(running: Fabric, name: str) -> list[str]:
    lines = (line.strip() for line in running.routers[name].router.running_text().splitlines())
    return [line for line in lines if re.match(r"\d+ permit .* gt 0 ", line)]


def _unnumbered(text: str) -> str:
    return re.sub(r"^ \d+ ", " ", text, flags=re.MULTILINE)


def _knock(running: Fabric, name: str) -> None:
    let_pass(running, running.routers[name], 2 * WINDOW_S)  # what it heard before is over
    assert knockdeploy(running, "knock", name).status == 0
    assert _doors(running, name)


def test_one_run_serves_all_and_one_command_each(running: Fabric) -> None:
    routers = {name: running.routers[name].router for name in XE}
    before = {name: snapshot(running, name) for name in XE}
    printed = {name: router.running_text() for name, router in routers.items()}
    ran = knockdeploy(running, "deploy", "--yes", "--json")
    assert [ran.host(name)["proof"]["level"] for name in running.routers] == ["door"] * 3
    assert all(ran.host(name)["saved"] for name in running.routers)
    assert not any(_doors(running, name) for name in XE)
    assert all(" gt 0 " in router.startup for router in routers.values()), "the entries that hear"
    assert POLICY in snapshot(running, "r3").files
    assert knockdeploy(running, "check").status == 0

    for name in XE:
        _knock(running, name)
    unsaved = knockdeploy(running, "plan", "--json")
    assert [unsaved.host(name)["status"] for name in running.routers] == ["unchanged"] * 3
    assert knockdeploy(running, "check").status == 0, "an open door is nobody's drift"

    routers["r2"].save()  # somebody's `write memory` while it stands
    checked = knockdeploy(running, "check", "--json", "-l", "r2")
    assert {f["rule"] for f in checked.host("r2")["findings"]} == {"saved-entry"}
    mended = knockdeploy(running, "deploy", "--yes", "--json", "-l", "r2")
    assert any("the door was open for 127.0.0.1" in w for w in mended.host("r2")["warnings"])
    assert _doors(running, "r2") == []
    assert knockdeploy(running, "check", "-l", "r2").status == 0

    _knock(running, "r2")
    assert all(_doors(running, name) for name in XE)
    assert knockdeploy(running, "remove", "--open", "--yes").status == 0
    assert routers["r2"].running_text() == printed["r2"], "nothing would shut what is left open"
    # numbers that had more than one step are not given back
    assert _unnumbered(routers["r3"].running_text()) == _unnumbered(printed["r3"])
    assert [snapshot(running, name).files for name in XE] == [before[name].files for name in XE]


@pytest.mark.parametrize("holder", ["ops", "NETCONF"])
def test_a_lock_is_told_as_one(running: Fabric, holder: str) -> None:
    machine = running.routers["r2"]
    before = machine.router.running_text()
    machine.faults = Faults(locked_by=holder)
    try:
        host = knockdeploy(running, "deploy", "--yes", "--json", "-l", "r2").host("r2")
    finally:
        machine.faults = Faults()
    assert (host["status"], host["error"]["kind"]) == ("skipped", "locked")
    assert machine.router.running_text() == before


def test_controller_mode_is_refused_with_its_reason(running: Fabric) -> None:
    machine = running.routers["r2"]
    machine.faults = Faults(is_controlled=True)
    try:
        ran = knockdeploy(running, "preflight", "--json", "-l", "r2")
    finally:
        machine.faults = Faults()
    assert "controller mode, which has no `configure terminal`" in ran.findings("r2")["unsupported"]


@pytest.mark.skipif(shutil.which("knock") is None, reason="Debian's knock is not here")
def test_debians_knock_opens_and_no_stranger_gets_in(running: Fabric) -> None:
    assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r2,r3").status == 0
    with ThreadPoolExecutor() as pool:
        assert set(pool.map(partial(_knocked_by_debian, running), XE)) == {("127.0.0.1",)}


def _knocked_by_debian(running: Fabric, name: str) -> tuple[str, ...]:
    """Return for whom it opens, once a stranger has knocked in another order."""
    machine = running.routers[name]
    ports = knock_ports(name)[:3]
    wrong = KnockSequence(tuple(Knock(port) for port in reversed(ports)))
    wait = partial(let_pass, running, machine)
    send_knock(machine.place.outside, wrong, pause_ms=1100, source=STRANGER, sleep=wait)
    for port in ports:
        knock = [str(shutil.which("knock")), machine.place.outside, f"{port}:udp"]
        subprocess.run(knock, check=True, timeout=60)  # noqa: S603
        wait(1)
    return tuple({door.split()[4] for door in _doors(running, name)})


def test_a_probe_opens_by_its_own_knock_and_leaves_nothing_behind(running: Fabric) -> None:
    intend(running, probe_ports=[29011, 41877, 33540], probe_sources=["127.0.0.1"])
    assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r2,r3").status == 0
    heard: dict[str, list[str]] = {name: [] for name in XE}
    for name in XE:
        router = running.routers[name].router
        running.call(partial(router.log_buffer.subscribe, heard[name].append))
    checked = knockdeploy(running, "check", "--probe", "--json", "-l", "r2,r3")
    for name in XE:
        host = checked.host(name)
        assert (host["status"], host["proof"]["level"]) == ("compliant", "door")
        assert _doors(running, name) == []
        said = " ".join(heard[name])
        knocked = re.findall(r"denied udp [0-9.]+\(\d+\) -> [0-9.]+\((\d+)\)", said)
        assert knocked == ["33540", "41877", "29011", "29011", "41877", "33540"]
    assert knockdeploy(running, "remove", "--open", "--yes", "-l", "r2,r3").status == 0
