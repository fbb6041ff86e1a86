"""Preflight against the lab: what is in order is ready, what is not is refused and told."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from e2e.support import (
    OPEN,
    STRICT,
    change,
    edit_host,
    intend,
    knockdeploy,
    knocks,
    lab,
    typed,
)

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults

pytestmark = pytest.mark.lab
XE = (
    "Cisco IOS XE Software, Version 16.09.04\nCisco IOS Software [Fuji], ISR Software "
    "(X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 16.9.4, RELEASE SOFTWARE (fc2)\n"
)


def changed(running: Fabric) -> list[str]:
    """Return what was typed on the routers that is more than looking."""
    lines = (line for machine in running.routers.values() for line in typed(machine))
    return [line for line in lines if not line.startswith("dir ")]


def rules(running: Fabric, status: int, name: str = "r1") -> dict[str, str]:
    """Run preflight; return what it found by rule."""
    ran = knockdeploy(running, "preflight", "--json")
    assert ran.status == status, (ran.out, ran.err)
    host = ran.host(name)
    assert set(host) == {"status", "findings", "error"}
    assert host["error"] is None
    for finding in host["findings"]:
        assert set(finding) == {"rule", "severity", "message", "line", "parents"}
    errors = any(finding["severity"] == "error" for finding in host["findings"])
    assert host["status"] == ("refused" if errors else "ready")
    assert not changed(running)
    return {finding["rule"]: finding["message"] for finding in host["findings"]}


def test_routers_in_order_are_ready_before_and_after() -> None:
    with lab(3) as running:
        ran = knockdeploy(running, "preflight", "--json")
        assert ran.status == 0, ran.err
        assert ran.document["summary"] == {"ready": 3}
        for host in ran.document["hosts"].values():
            found = {finding["rule"] for finding in host["findings"]}
            assert found == {"arming", "clock", "unreachables"}
        assert not changed(running)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        said = knockdeploy(running, "preflight")
        assert said.status == 0
        assert "r1  ready" in said.out


def test_everything_wrong_is_told_at_once() -> None:
    with lab(kind=OPEN) as running:
        change(
            running,
            "no ip cef",
            "logging console informational",
            "aaa authorization commands 15 default group tacacs+ local",
            "logging rate-limit 20",
            "no archive",
            "interface GigabitEthernet0/2",
            "no shutdown",
            "ip address 203.0.113.1 255.255.255.0",
            "ip nat outside",
            saved=True,
        )
        running.routers["r1"].faults = Faults(
            flash_bytes=1000,
            answers={"show event manager version": "Embedded Event Manager Version 2.40\n"},
        )
        found = rules(running, 2)
        assert set(found) == {
            "cef",
            "console",
            "authorization",
            "rate-limit",
            "arming",
            "uplink",
            "unreachables",
            "flash",
            "event-manager",
            "clock",
            "lockout",  # without CEF nobody says by which interface we come
        }
        told = knockdeploy(running, "preflight")
        assert told.status == 2
        assert "r1: error: cef: no ip cef: CEF is off" in told.out
        assert told.out.rstrip().endswith("r1  refused")


def test_an_image_that_contradicts_the_inventory_is_refused_with_its_reason() -> None:
    says = {"r1": "control-plane logging", "r2": "runs classic IOS"}
    with lab(2, knock={"window_seconds": 9}) as running:
        running.routers["r1"].faults = Faults(answers={"show version": XE})
        edit_host(running, "r2", platform="cisco_xe")
        ran = knockdeploy(running, "preflight", "--json")
        assert ran.status == 2
        for name in ("r1", "r2"):
            host = ran.host(name)
            assert (host["status"], host["error"]) == ("refused", None)
            (finding,) = host["findings"]
            assert finding["rule"] == "unsupported"
            assert says[name] in finding["message"]
            assert "platform: cisco_" in finding["message"]


def test_what_plan_refuses_is_a_finding_beside_the_others() -> None:
    with lab(kind=STRICT) as running:
        intend(running, interface="GigabitEthernet7/7")
        change(running, "no ip cef", saved=True)
        found = rules(running, 2)
        assert "GigabitEthernet7/7" in found["input"]
        assert "cef" in found


def test_shut_out_operator_is_a_finding() -> None:
    with lab(kind=STRICT) as running:
        edit_host(running, hostname=running.routers["r1"].place.outside)
        change(
            running,
            "ip access-list extended Internet-In",
            "5 permit tcp host 127.0.0.1 any eq 22",
            saved=True,
        )
        assert "management_sources" in rules(running, 2)["lockout"]


def test_unsaved_changes_are_a_warning() -> None:
    with lab() as running:
        change(running, "ip domain name elsewhere.example")
        assert "running and startup" in rules(running, 0)["unsaved-changes"]


def test_unreachable_router_failed() -> None:
    with lab(2) as running:
        running.routers["r1"].faults = Faults(vtys_busy=True)
        ran = knockdeploy(running, "preflight", "--json")
        assert ran.status == 1
        assert ran.host()["status"] == "failed"
        assert ran.host()["error"]["kind"] == "unreachable"
        assert ran.host("r2")["status"] == "ready"


def test_capture_keeps_every_show_and_no_secret(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    with lab(3) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        change(
            running,
            "enable secret 5 $1$kd0c$HIDDENHIDDENHIDDENHIDD",
            "snmp-server community HIDDEN RO",
            "tacacs-server key HIDDEN",
            saved=True,
        )
        assert knockdeploy(running, "preflight", "--capture", str(folder)).status == 0
        secret = knocks(running)
        files = sorted(folder.iterdir())
        assert [file.name for file in files] == ["r1.txt", "r2.txt", "r3.txt"]
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for file in files:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            text = file.read_text()
            found = secret.search(text)
            assert not found, text[max(0, found.start() - 200) : found.end() + 50]
            assert "HIDDEN" not in text
            assert "nuyxVPPNHUj3HK7kKFZ" not in text  # the hash of the lab's password
            for command in (
                "show version",
                "show running-config",
                "show startup-config",
                "show ip access-lists ",
                "show event manager version",
                "show clock",
                "dir flash:",
            ):
                assert f"{file.stem}#{command}" in text
            assert "udp eq <knock 1>" in text
            assert "ip access-list extended" in text


def test_capture_is_kept_of_a_router_that_is_refused(tmp_path: Path) -> None:
    with lab() as running:
        running.routers["r1"].faults = Faults(answers={"show version": XE})
        assert knockdeploy(running, "preflight", "--capture", str(tmp_path)).status == 2
        assert "IOS XE Software" in (tmp_path / "r1.txt").read_text()


def test_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with lab() as running:
        ran = knockdeploy(running, "preflight", "--capture", str(tmp_path / "file"), "--json")
        assert ran.status == 64
        assert "cannot be written" in ran.document["errors"][0]["message"]
        assert not running.routers["r1"].box.typed  # nobody was asked in vain
