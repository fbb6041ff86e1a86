"""What a command over a fleet holds of a router, from its outcome to what is printed of it."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import status
from nornir.core.task import Result, Task

from knockdeploy import cores
from knockdeploy.change.job import Job
from knockdeploy.cli import checking, planning, rendering
from knockdeploy.command import Command
from knockdeploy.compliance.findings import Finding
from knockdeploy.report.change import Line, PlanOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.offline_outcomes import RenderOutcome
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.planfile import Planned, SavedPlan, load_plan, save_plan

N_LINES = 100
HELD = 8_000
"""Bytes of a router, from its turn on. Every outcome here takes 15,000, or more."""

IN_FILES = ("--format", "sarif=a.json", "--format", "junit=a.xml", "--format", "json=b.json")

Make = Callable[[str], Outcome]


class Printed(io.StringIO):
    """What is printed, and read by nobody."""

    n_characters = 0

    def write(self, text: str) -> int:
        self.n_characters += len(text)
        return len(text)


def planned(host: str) -> PlanOutcome:
    sent = tuple(Command(f"permit tcp any any eq {n}", (host,)) for n in range(N_LINES))
    diff = "+ of 192.0.2.1\n" * N_LINES
    kept = Planned(host, host, host, sent, "100 lines to add", diff)
    lines = tuple(Line(each.line, each.parents, each.phase) for each in sent)
    return PlanOutcome("changed", diff, lines, warnings=(f"of {host}",), planned=kept)


def checked(host: str) -> Outcome:
    found = (Finding("applet", "error", f"{n} of {host}", f"{n}", ()) for n in range(N_LINES))
    return CheckOutcome("drifted", tuple(found), "- of 192.0.2.1\n" * N_LINES)


def rendered(host: str) -> Outcome:
    return RenderOutcome("rendered", f"! {host}\n" * 200 * N_LINES)


@pytest.mark.parametrize(
    ("module", "verb", "make", "words"),
    [
        (planning, "plan", planned, ("--from", "saved")),
        (planning, "plan", planned, ("--from", "saved", "--json")),
        (planning, "plan", planned, ("--from", "saved", "-o", "plan.json")),
        (checking, "check", checked, ("--from", "saved")),
        (checking, "check", checked, ("--from", "saved", "--json")),
        (checking, "check", checked, ("--from", "saved", "--format", "sarif")),
        (checking, "check", checked, ("--from", "saved", *IN_FILES)),
        (rendering, "render", rendered, ("-o", "saved")),
    ],
)
def test_no_command_holds_all_outcomes_as_they_are(  # noqa: PLR0913, PLR0917
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    verb: str,
    make: Make,
    words: tuple[str, ...],
) -> None:
    here = os.getpid()

    def take(task: Task, job: Job) -> Result:
        assert job
        if os.getpid() != here:
            tracemalloc.stop()
        elif not tracemalloc.is_tracing():
            tracemalloc.start()
        return Result(task.host, result=make(task.host.name))

    monkeypatch.setattr(cores, "FEWEST", 2)
    monkeypatch.setattr(module, f"{verb}_task", take)
    monkeypatch.chdir(tmp_path)
    Path("saved").mkdir()
    _, few, many = (peak(number, verb, words) for number in (2, 4, 8))  # the first also loads
    assert (many - few) / 4 < HELD


def peak(number: int, verb: str, words: tuple[str, ...]) -> int:
    """Return the most bytes that were held from the first turn on."""
    knock = {"services": ["22/tcp"], "interface": "GigabitEthernet0/0"}
    knock["ports"] = ["46543", "28654", "40204", "57566", "34515"]
    host = {"platform": "ios", "hostname": "192.0.2.1", "data": {"knock": knock}}
    Path("hosts.yaml").write_text(json.dumps({f"r{n}": host for n in range(number)}))
    Path("config.yaml").write_text("inventory: {options: {host_file: hosts.yaml}}\n")
    printed = Printed()
    try:
        ended = status(verb, "-c", "config.yaml", *words, out=printed, err=Printed())
        assert tracemalloc.is_tracing()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (ended, printed.n_characters > number) == (0 if verb == "render" else 2, True)
    return most


def test_a_saved_plan_is_not_held_as_it_is(tmp_path: Path) -> None:
    few, many = (peak_of_plan(tmp_path / "plan.json", number) for number in (10, 30))
    assert (many - few) / 20 < HELD


def peak_of_plan(file: Path, number: int) -> int:
    """Return the most bytes that are held while a plan of so many routers is read."""
    outcomes = {f"r{n}": planned(f"r{n}") for n in range(number)}
    hosts = {name: each.planned for name, each in outcomes.items() if each.planned}
    save_plan(file, SavedPlan("", "", "", hosts))
    tracemalloc.start()
    try:
        assert len(load_plan(file).hosts) == number
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
