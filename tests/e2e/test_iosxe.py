"""A fleet of both kinds of IOS, with real packets: deployed, knocked, saved by others, removed."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest

from knockdeploy.knock.client import send_knock
from knockdeploy.lab.fabric import Fabric, fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.sequence import Knock, KnockSequence

from .support import edit, intend, knockdeploy, roll

pytestmark = pytest.mark.lab

STRANGER = "127.66.0.9"


@pytest.fixture(scope="module")
def running() -> Iterator[Fabric]:
    """Return two routers, the second IOS-XE, with three knocks each: they are a second apart."""
    with fabric(2, base_port=0, n_iosxe=1) as made:
        roll(made, canary=0, batch="100%", max_failures="100%", retries=0)

        def three(hosts: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
            for name in made.routers:
                knock = {"weak": True, "window_seconds": 3, "ports": list(knock_ports(name)[:3])}
                hosts[name]["data"]["knock"].update(knock)

        edit(made.folder / "inventory/hosts.yaml", three)
        yield made


def _doors(running: Fabric) -> list[str]:
    lines = (line.strip() for line in running.routers["r2"].router.running_text().splitlines())
    return [line for line in lines if re.match(r"\d+ permit .* gt 0 ", line)]


def test_one_run_serves_both_and_one_command_each(running: Fabric) -> None:
    router = running.routers["r2"].router
    before = router.running_text()
    ran = knockdeploy(running, "deploy", "--yes", "--json")
    assert [ran.host(name)["proof"]["level"] for name in ("r1", "r2")] == ["door", "door"]
    assert [ran.host(name)["saved"] for name in ("r1", "r2")] == [True, True]
    assert _doors(running) == []
    assert " gt 0 " in router.startup, "the entries that hear"
    assert knockdeploy(running, "check").status == 0

    assert knockdeploy(running, "knock", "r2").status == 0
    assert _doors(running)
    unsaved = knockdeploy(running, "plan", "--json")
    assert [unsaved.host(name)["status"] for name in ("r1", "r2")] == ["unchanged", "unchanged"]
    assert knockdeploy(running, "check").status == 0, "an open door is nobody's drift"

    router.save()  # somebody's `write memory` while it stands
    checked = knockdeploy(running, "check", "--json", "-l", "r2")
    assert {f["rule"] for f in checked.host("r2")["findings"]} == {"saved-entry"}
    mended = knockdeploy(running, "deploy", "--yes", "--json", "-l", "r2")
    assert any("the door was open for 127.0.0.1" in w for w in mended.host("r2")["warnings"])
    assert _doors(running) == []
    assert knockdeploy(running, "check", "-l", "r2").status == 0

    assert knockdeploy(running, "knock", "r2").status == 0
    assert _doors(running)
    assert knockdeploy(running, "remove", "--open", "--yes").status == 0
    assert router.running_text() == before, "nothing would ever shut what is left open"


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
    assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r2").status == 0
    place = running.routers["r2"].place
    ports = knock_ports("r2")[:3]
    wrong = KnockSequence(tuple(Knock(port) for port in reversed(ports)))
    send_knock(place.outside, wrong, pause_ms=1100, source=STRANGER)
    words = [f"{port}:udp" for port in ports]
    is_open = threading.Event()
    router = running.routers["r2"].router
    running.call(
        lambda: router.on_log(lambda line: is_open.set() if "opened for" in line else None)
    )
    program = str(shutil.which("knock"))
    subprocess.run([program, "-d", "1000", place.outside, *words], check=True, timeout=10)  # noqa: S603
    assert is_open.wait(10)
    assert {door.split()[4] for door in _doors(running)} == {"127.0.0.1"}


def test_a_probe_opens_by_its_own_knock_and_leaves_nothing_behind(running: Fabric) -> None:
    intend(running, probe_ports=[29011, 41877, 33540], probe_sources=["127.0.0.1"])
    assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r2").status == 0
    heard: list[str] = []
    running.call(lambda: running.routers["r2"].router.on_log(heard.append))
    checked = knockdeploy(running, "check", "--probe", "--json", "-l", "r2").host("r2")
    assert (checked["status"], checked["proof"]["level"]) == ("compliant", "door")
    assert _doors(running) == []
    knocked = re.findall(r"denied udp [0-9.]+\(\d+\) -> [0-9.]+\((\d+)\)", " ".join(heard))
    assert knocked == ["33540", "41877", "29011", "29011", "41877", "33540"]
    assert knockdeploy(running, "remove", "--open", "--yes", "-l", "r2").status == 0
