"""Deployments armed by each rung: kept, taken back, reverted alone; and what stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from commandline import Document, Ran
from e2e.support import STRICT, at_line, change, knockdeploy, lab, settings, snapshot, typed

from knockdeploy.change.job import Job
from knockdeploy.device.async_messages import Incoming
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import DeviceTimeoutError, NoEntryError
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.flash import Flash
from knockdeploy.tasks.deploy import _other_way

pytestmark = pytest.mark.lab
SERVER = ("archive", "path tftp://10.9.9.9/r1")
RUNGS = pytest.mark.parametrize("archive", [("no archive",), SERVER], ids=["archive", "copy"])
ARMED = ("knockdeploy_revert_", "path flash:knockdeploy-")


@contextmanager
def router(*archive: str, clock: ManualClock | None = None) -> Iterator[Fabric]:
    """Run a router whose archive is as these lines make it."""
    with lab(kind=STRICT, clock=clock) as running:
        change(running, *archive, saved=True)
        yield running


def deploy(running: Fabric, *options: str) -> Ran:
    return knockdeploy(running, "deploy", "--yes", "--no-proof", "--json", *options)


def arms(running: Fabric) -> bool:
    text = running.routers["r1"].router.running_text()
    return any(line in text for line in ARMED)


def jane_types(running: Fabric) -> None:
    """Change the router as somebody else does, on the lab's thread."""
    router = running.routers["r1"].router
    line = router.lines.open_line("jane", "172.16.1.5", "172.16.1.1", "GigabitEthernet0/1")
    assert line is not None
    router.configure((), "ip domain name somebody.example")
    router.lines.close_line(line)


def cut_at(running: Fabric, number: int) -> None:
    """Let nobody in any more from this line on, the first time it comes."""
    machine = running.routers["r1"]
    times = iter((True,))

    def cut() -> None:
        if next(times, False):
            machine.faults = Faults(vtys_busy=True)
            machine.drop_sessions()

    at_line(machine, number, cut)


@RUNGS
def test_plan_shows_what_stands_for_the_time_of_the_change(archive: tuple[str, ...]) -> None:
    with router(*archive) as running:
        host = knockdeploy(running, "plan", "--json").host()
        lines = [each["line"] for each in host["commands"] if each["phase"] == "arm"]
        assert lines
        phases = [each["phase"] for each in host["commands"]]
        assert phases == sorted(phases, key=["arm", "open", "close"].index), "as they are typed"
        shown = [line for line in host["diff"].splitlines() if line.startswith("* ")]
        assert [line[2:].strip() for line in shown] == lines
        assert any("for the time of the change" in said or "on a server" in said
                   for said in host["warnings"])  # fmt: skip
        assert not typed(running.routers["r1"])


@pytest.mark.parametrize(
    ("archive", "most"),
    [((), 2), (("no archive",), 1), (SERVER, 1)],
    ids=["timer", "archive", "copy"],
)
def test_copies_of_the_configuration_that_are_in_flash_at_one_time(
    archive: tuple[str, ...], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`preflight` wants room for them: the timer's, and the archive's own when it is saved."""
    counts: list[int] = []
    write = Flash.write

    def counted(flash: Flash, name: str, text: str) -> str:
        why = write(flash, name, text)
        counts.append(len(flash))
        return why

    with router(*archive) as running:
        there = len(running.routers["r1"].router.flash)
        monkeypatch.setattr(Flash, "write", counted)
        assert deploy(running).status == 0
    assert max(counts) - there == most


def test_a_knock_that_makes_no_entry_is_tried_four_ways() -> None:
    """Each is armed anew, and leaves a copy in the router's own archive."""
    job, tried = Job({}, cast("Any", None), cast("Any", None), cast("Any", None)), 0
    found: Job | None = job
    while found:
        tried, job = tried + 1, replace(found, tell=lambda *_: None)
        decoys = () if job.without_decoys else ("one",)
        change = SimpleNamespace(
            intent=SimpleNamespace(decoy_knocks=decoys),
            terms=SimpleNamespace(
                recipe=SimpleNamespace(engine=SimpleNamespace(trusts_andnot=True))
            ),
            is_typed_unbound=True,
        )
        found = _other_way(cast("Any", change), job, "r1", NoEntryError("no entry"))
    assert tried == 4


@RUNGS
def test_deployed_router_has_nothing_of_what_armed_it(archive: tuple[str, ...]) -> None:
    with router(*archive) as running:
        files = snapshot(running).files
        ran = deploy(running)
        assert (ran.status, ran.host()["status"], ran.host()["saved"]) == (0, "deployed", True)
        assert not arms(running)
        now = snapshot(running)
        assert now.files == files
        assert not any(line in now.startup for line in ARMED)
        assert knockdeploy(running, "plan").status == 0


@RUNGS
def test_refused_line_leaves_the_router_as_it_was(archive: tuple[str, ...]) -> None:
    with router(*archive) as running:
        before = snapshot(running)
        running.routers["r1"].faults = Faults(refuse="policy-map PM_CoPP")
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert snapshot(running) == before
        assert not arms(running)


@RUNGS
def test_saved_plan_holds_after_a_change_that_was_taken_back(
    archive: tuple[str, ...], tmp_path: Path
) -> None:
    with router(*archive) as running:
        file = str(tmp_path / "plan.json")
        assert knockdeploy(running, "plan", "-o", file).status == 2
        running.routers["r1"].faults = Faults(refuse="policy-map PM_CoPP")
        assert deploy(running, "--plan", file).host()["status"] == "rolled-back"
        running.routers["r1"].faults = Faults()
        assert deploy(running, "--plan", file).host()["status"] == "deployed"


@RUNGS
@pytest.mark.parametrize("line", [60])
def test_dropped_session_is_taken_back_from_a_new_one(archive: tuple[str, ...], line: int) -> None:
    with router(*archive) as running:
        before = snapshot(running)
        running.routers["r1"].faults = Faults(drop_line=line)
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == "unreachable"
        assert snapshot(running) == before


@RUNGS
def test_router_nobody_gets_in_to_goes_back_by_itself(archive: tuple[str, ...]) -> None:
    clock = ManualClock()
    with router(*archive, clock=clock) as running:
        before = snapshot(running)
        machine = running.routers["r1"]
        cut_at(running, 60)
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("failed", "reverting")
        assert snapshot(running).running != before.running
        machine.faults = Faults()
        running.call(lambda: clock.advance(301))
        now = snapshot(running)
        assert now.startup == before.startup
        # As it was, but for what armed it: the next command that may write there takes that away.
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("deployed", "after")
        assert not arms(running)
        assert snapshot(running).files == before.files


@RUNGS
def test_own_undo_is_asked_for_where_ours_is_refused(archive: tuple[str, ...]) -> None:
    with router(*archive) as running:
        before = snapshot(running)
        machine = running.routers["r1"]
        at_line(machine, 20, lambda: jane_types(running))
        machine.faults = Faults(deny="no policy-map .*|service sequence-numbers")
        host = deploy(running).host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert snapshot(running) == before
        # Nobody's fault, and somebody's loss: it is said, and where.
        assert any("others changed meanwhile, too: at 'ip ...'" in said
                   for said in host["warnings"])  # fmt: skip


@RUNGS
def test_killed_run_is_locked_until_the_router_is_back(archive: tuple[str, ...]) -> None:
    clock = ManualClock()
    with router(*archive, clock=clock) as running:
        cut_at(running, 60)
        deploy(running)
        running.routers["r1"].faults = Faults()
        said = skipped(running)
        assert said["kind"] == "locked"
        assert said["hint"]
        running.call(lambda: clock.advance(301))
        assert deploy(running).status == 0


def skipped(running: Fabric) -> Document:
    running.routers["r1"].box.typed.clear()
    ran = deploy(running)
    host = ran.host()
    assert (ran.status, host["status"], host["state"]) == (1, "skipped", "before")
    assert not typed(running.routers["r1"])
    error: Document = host["error"]
    return error


@pytest.mark.parametrize(
    ("archive", "fault"),
    [
        (("no archive",), Faults(flash_bytes=100)),
        (SERVER, Faults(flash_bytes=100)),
        (("archive",), Faults(flash_bytes=100)),
        (SERVER, Faults(flash_read_only=True)),
        (("no archive",), Faults(flash_read_only=True)),
        (SERVER, Faults(deny="copy .*")),
        (("no archive",), Faults(deny="configure terminal revert .*")),
    ],
)
def test_router_that_cannot_be_armed_is_left_as_it_was(
    archive: tuple[str, ...], fault: Faults
) -> None:
    with router(*archive) as running:
        before = snapshot(running)
        running.routers["r1"].faults = fault
        ran = deploy(running)
        host = ran.host()
        assert (ran.status, host["status"], host["state"]) == (1, "failed", "before")
        if not fault.deny:
            assert host["error"]["kind"] == "refused-line"
        if fault.flash_bytes == 100:
            assert "make room in flash" in host["error"]["hint"]
        assert snapshot(running) == before
        # Whoever wants to goes without.
        host = deploy(running, "--no-revert").host()
        assert host["status"] == "deployed"
        assert any(
            said.startswith("NOT armed: the router cannot revert") for said in host["warnings"]
        )


def test_unarmed_change_is_taken_back_by_us_alone() -> None:
    with router() as running:
        before = snapshot(running)
        running.routers["r1"].faults = Faults(drop_line=60)
        host = deploy(running, "--no-revert").host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert snapshot(running) == before
        running.routers["r1"].faults = Faults()
        cut_at(running, 60)
        host = deploy(running, "--no-revert").host()
        assert (host["status"], host["state"]) == ("failed", "unknown")
        assert "configure terminal revert timer 5" not in running.routers["r1"].box.typed


def test_file_of_an_earlier_run_is_written_over() -> None:
    with router(*SERVER) as running:
        files = snapshot(running).files
        running.routers["r1"].router.flash["knockdeploy-revert.cfg"] = "hostname old\n"
        running.routers["r1"].faults = Faults(refuse="policy-map PM_CoPP", deny="no .*group .*")
        host = deploy(running).host()  # the scoped undo is denied: the copy is put back
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert snapshot(running).files == files


def test_hung_session_costs_one_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    silences_s: list[float] = []
    wait = Terminal.wait

    def noted(terminal: Terminal, complete: Callable[[Incoming], Any], within_s: float) -> Any:
        try:
            return wait(terminal, complete, within_s)
        except DeviceTimeoutError:
            silences_s.append(within_s)
            raise

    monkeypatch.setattr(Terminal, "wait", noted)
    with router() as running:
        settings(running, device={"read_timeout_s": 5})
        running.routers["r1"].faults = Faults(hang_line=60)
        host = deploy(running).host()
        assert (host["status"], host["error"]["kind"]) == ("rolled-back", "timeout")
    assert len(silences_s) == 1
