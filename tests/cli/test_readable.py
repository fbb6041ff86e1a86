"""What many routers share, on the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from knockdeploy.cli.change_run import agreed
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet_text import show_diffs, show_findings, show_warnings
from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import UnreachableError
from knockdeploy.report.change import DeployOutcome, PlanOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import Failure, Outcome
from knockdeploy.rollout.stages import Stage
from knockdeploy.state import State

SCATTERED = [f"site-{k * 7}" for k in range(30)]
FINDING = Finding("access-list", "error", "is missing", "deny any", ())


def test_names_that_do_not_count_up_are_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = CheckOutcome("drifted", (FINDING, replace(FINDING, line="permit any")))
    show_findings(Console("check"), dict.fromkeys(SCATTERED, outcome))
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{', '.join(SCATTERED[:10])} and 20 more (30 hosts):",
        "  error: access-list: deny any: is missing",
        "  error: access-list: permit any: is missing",
    ]


FARED: dict[str, Outcome] = {
    **{
        f"r{k}": CheckOutcome(
            "failed", error=Failure.of(UnreachableError(f"no answer from 192.0.2.{k}"))
        )
        for k in range(1, 21)
    },
    "r21": CheckOutcome("compliant"),
}


def test_errors_of_many_are_said_once_with_each_address(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    Console("check").table(FARED)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert lines[-2] == "    and 10 more"
    assert lines[0].startswith("r1..20 (20 hosts)  failed [unreachable] no answer from 192.0.2.1")
    assert lines[1:3] == ["    r1   192.0.2.1  <- as shown", "    r2   192.0.2.2"]
    assert lines[-1] == "r21  compliant"


def test_whoever_filters_the_recap_has_a_line_a_host(capsys: pytest.CaptureFixture[str]) -> None:
    Console("check").table(FARED)
    out, err = capsys.readouterr()
    assert err == "21 hosts: 20 failed, 1 compliant\n"
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == list(FARED)
    assert lines[6].startswith("r7   failed [unreachable] no answer from 192.0.2.7 ")


def test_what_was_said_before_the_change_is_not_said_after_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    planned = {"r1": PlanOutcome("changed", warnings=("22/tcp is shut", "no CEF"))}
    done = {
        "r1": DeployOutcome("deployed", warnings=("22/tcp is shut", "no CEF", "not saved")),
        "r2": DeployOutcome("deployed", warnings=("no CEF",)),
    }
    show_warnings(Console("deploy"), done, planned)
    assert capsys.readouterr().out == "r1: warning: not saved\nr2: warning: no CEF\n"


SHUT = "no longer reachable without a knock; until now open to anyone"


def test_services_of_which_the_same_is_said_share_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    warnings = (f"22/tcp is {SHUT}", "no CEF", f"443/udp is {SHUT}", f"80/tcp is {SHUT}, but for x")
    show_warnings(Console("plan"), {"r1": PlanOutcome("changed", warnings=warnings)})
    assert capsys.readouterr().out.splitlines() == [
        "r1: warning: no CEF",
        f"r1: warning: 22/tcp, 443/udp are {SHUT}",
        f"r1: warning: 80/tcp is {SHUT}, but for x",
    ]


def test_nothing_is_shut_on_a_router_that_is_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    warnings = (f"22/tcp is {SHUT}", "something may be left on the router")
    outcome = DeployOutcome("rolled-back", warnings=warnings, state=State.BEFORE)
    show_warnings(Console("deploy"), {"r1": outcome})
    assert capsys.readouterr().out == "r1: warning: something may be left on the router\n"


@pytest.mark.parametrize(
    ("sizes", "asked"),
    [
        ((1,), "Deploy to 1 router? [y/N]"),
        ((12,), "Deploy to 12 routers? [y/N]"),
        ((1, 3, 6, 2), "Deploy to 12 routers, in stages of 1, 3, 6 and 2? [y/N]"),
    ],
)
def test_the_question_has_the_size_of_each_stage(
    sizes: tuple[int, ...],
    asked: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    stages = [Stage(str(size), tuple(f"r{k}" for k in range(size))) for size in sizes]
    assert agreed(Console("deploy"), stages)
    assert capsys.readouterr().err == f"{asked} \n"  # a pipe shows no end of a line


def test_colour_is_for_terminals_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = {"r1": PlanOutcome("changed", "  a\n+  b\n~  c\n", warnings=("d",))}
    show_diffs(Console("plan"), outcomes)
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    show_diffs(Console("plan"), outcomes)
    shown = capsys.readouterr().out
    assert "\x1b[32m+  b\x1b[0m" in shown
    assert "\x1b[33m~  c\x1b[0m" in shown
    monkeypatch.setenv("NO_COLOR", "1")
    show_diffs(Console("plan"), outcomes)
    assert "\x1b[3" not in capsys.readouterr().out
