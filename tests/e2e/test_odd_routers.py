"""Routers as people report them: odd prompts, low privileges, events and log messages."""

from __future__ import annotations

import dataclasses

import pytest

from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock

from .support import STRICT, at_line, change, edit_host, knockdeploy, lab

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
        machine.login = dataclasses.replace(machine.login, privilege=7)
        ran = knockdeploy(running, *command)
        host = ran.host()
        assert (host["status"], ran.status) == (status, exit_status)
        said = host["error"] or host["findings"][0]
        assert "the login has privilege level 7, not 15" in said["message"]


def test_a_secret_raises_a_low_privilege_level() -> None:
    with lab(kind=STRICT) as running:
        machine = running.routers["r1"]
        machine.login = dataclasses.replace(machine.login, privilege=7, enable="raise-me")
        options = {"netmiko": {"extras": {"secret": "raise-me"}}}
        edit_host(running, connection_options=options)
        assert knockdeploy(running, "plan", "--json").host()["status"] == "changed"
