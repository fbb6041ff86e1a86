"""Routers as people report them: odd prompts, low privileges, events and log messages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock

from .support import STRICT, at_line, change, edit_host, knockdeploy, lab, settings

pytestmark = pytest.mark.lab
DEPLOY = ("deploy", "--yes", "--no-proof", "--json")


@pytest.mark.parametrize("prompt", ["%h-STP-1234%p", "%h (site 12) %p", "branch%p"])
def test_a_prompt_that_is_not_the_hostname_is_learned(prompt: str) -> None:
    with lab(kind=STRICT) as running:
        change(running, f"prompt {prompt}", saved=True)
        assert knockdeploy(running, *DEPLOY).host()["status"] == "deployed"


@pytest.mark.parametrize("line", [1, 30, 92])
def test_the_last_minute_of_the_timer_is_told_into_the_session_and_is_no_answer(line: int) -> None:
    clock = ManualClock()
    with lab(kind=STRICT, clock=clock) as running:
        machine = running.routers["r1"]
        at_line(machine, line, lambda: clock.advance(245))  # of five minutes
        assert knockdeploy(running, *DEPLOY).host()["status"] == "deployed"
        assert any("Rollback" not in text for text in machine.box.typed)


@pytest.mark.parametrize(
    "stamps",
    [
        ("service timestamps log datetime msec show-timezone", "clock timezone NewYork -5 0"),
        ("service timestamps log datetime msec localtime show-timezone year",),
        ("service timestamps log uptime",),
        ("no service timestamps log datetime msec",),
    ],
)
def test_log_messages_in_the_session_are_no_answers(stamps: tuple[str, ...]) -> None:
    with lab(kind=STRICT) as running:
        change(running, *stamps, saved=True)
        machine = running.routers["r1"]
        machine.faults = Faults(monitors=True)
        at_line(machine, 30, lambda: machine.router.log("%LINK-3-UPDOWN: Interface Gi0/2 is up"))
        assert knockdeploy(running, *DEPLOY).host()["status"] == "deployed"


@pytest.mark.parametrize(
    ("command", "status", "exit_status"),
    [
        (("preflight", "--json"), "refused", 2),
        (("plan", "--json"), "failed", 1),
        (("check", "--json"), "failed", 1),
        (DEPLOY, "failed", 1),
    ],
)
def test_nothing_is_concluded_from_what_a_low_privilege_level_shows(
    command: tuple[str, ...], status: str, exit_status: int
) -> None:
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        machine.ssh.account = dataclasses.replace(machine.ssh.account, privilege=7)
        ran = knockdeploy(running, *command)
        host = ran.host()
        assert (host["status"], ran.status) == (status, exit_status)
        said = host["error"] or host["findings"][0]
        assert "the login has privilege level 7, not 15" in said["message"]


def test_a_secret_raises_a_low_privilege_level() -> None:
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        machine.ssh.account = dataclasses.replace(
            machine.ssh.account, privilege=7, enable="raise-me"
        )
        options = {"netmiko": {"extras": {"secret": "raise-me"}}}
        edit_host(running, connection_options=options)
        assert knockdeploy(running, "plan", "--json").host()["status"] == "changed"


def test_a_banner_with_an_end_and_the_prompt_cuts_nothing_off() -> None:
    with lab(kind=STRICT) as running:
        change(running, "banner motd ^C", "keep out", "end", "r1#", "^C", saved=True)
        running.routers["r1"].faults = Faults(halts_after="keep out\nend\nr1#")
        ran = knockdeploy(running, *DEPLOY)
        assert ran.host()["status"] == "deployed"
        run = str(ran.document["run"])
        backup = knockdeploy(running, "show", run, "--backup", "r1", "--reveal").out
        assert "keep out\nend\nr1#\n^C" in backup
        assert backup.index("line vty 0 4") > backup.index("keep out")


def test_a_banner_line_that_looks_like_a_prompt_is_waited_past() -> None:
    with lab(kind=STRICT) as running:
        running.routers["r1"].faults = Faults(greeting=("\nword#", "\nkeep out\n\nr9>\n"))
        assert knockdeploy(running, "plan", "--json").host()["status"] == "changed"


def test_a_router_that_prints_without_an_end_holds_nobody() -> None:
    with lab(2, kind=STRICT) as running:
        running.routers["r1"].faults = Faults(floods="show running-config", flood=" " * 1000)
        ran = knockdeploy(running, "plan", "--json")
        assert ran.host("r1")["error"]["kind"] == "timeout"
        assert "a line of more than" in ran.host("r1")["error"]["message"]
        assert ran.host("r2")["status"] == "changed"


def test_a_silent_router_has_the_time_that_the_settings_give_it() -> None:
    with lab(kind=STRICT) as running:
        running.routers["r1"].faults = Faults(hang="show users wide")
        settings(running, device={"read_timeout_s": 1})
        error = knockdeploy(running, "plan", "--json").host()["error"]
        assert (error["kind"], "for 1 s" in error["message"]) == ("timeout", True)
        assert "device.read_timeout_s" in error["hint"]


def test_a_capture_steers_no_terminal(tmp_path: Path) -> None:
    with lab(kind=STRICT) as running:
        change(running, "interface GigabitEthernet0/2", "description a\x1b[2Jb", saved=True)
        assert knockdeploy(running, "preflight", "--capture", str(tmp_path)).status == 0
        text = (tmp_path / "r1.txt").read_text(encoding="utf-8")
        assert "\ninterface GigabitEthernet0/2\n" in text
        assert text.replace("\n", "").isprintable()


def test_a_router_that_says_ok_and_saves_nothing_is_not_saved() -> None:
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        before = machine.router.startup
        machine.faults = Faults(save_fails=True)
        host = knockdeploy(running, *DEPLOY).host()
        assert (host["status"], host["saved"], host["state"]) == ("deployed", False, "after")
        assert "not saved" in host["error"]["message"]
        assert "startup-config lacks what running-config has" in host["error"]["message"]
        assert machine.router.startup == before
        again = knockdeploy(running, *DEPLOY).host()
        assert (again["status"], again["error"]["kind"]) == ("failed", "refused-line")
        machine.faults = Faults()
        assert knockdeploy(running, *DEPLOY).host()["saved"]


def exec_timeout(running: Fabric, minutes: int, seconds: int) -> None:
    for header in ("line vty 0 4", "line vty 5 15"):
        change(running, header, f"exec-timeout {minutes} {seconds}", "exit", saved=True)


def test_a_short_exec_timeout_is_told_before_and_waits_are_bridged() -> None:
    with lab(kind=STRICT, knock={"window_seconds": 4}) as running:
        exec_timeout(running, 0, 6)  # less than a knock and the wait behind it
        told = knockdeploy(running, "preflight", "--json").host()["findings"]
        assert any(each["rule"] == "exec-timeout" and "for 6 s" in each["message"] for each in told)
        warned = knockdeploy(running, "plan", "--json").host()["warnings"]
        assert any("ends a session that is idle for 6 s" in each for each in warned)
        host = knockdeploy(running, "deploy", "--yes", "--json").host()
        assert (host["status"], host["proof"]["level"]) == ("deployed", "door")


def test_a_usual_exec_timeout_is_no_warning() -> None:
    with lab(kind=STRICT) as running:
        exec_timeout(running, 5, 0)
        assert "exec-timeout" not in knockdeploy(running, "plan", "--json").out
