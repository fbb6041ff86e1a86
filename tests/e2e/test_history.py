"""Backups before each change, and what is known of a run afterwards, even of a killed one."""

from __future__ import annotations

import json
import shutil
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from commandline import Ran

from knockdeploy.cli.past import outcomes_then
from knockdeploy.device.answers import configuration
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.shell.show_config import printed
from knockdeploy.report.past_runs import Unfinished
from knockdeploy.store.folder import Folder
from knockdeploy.store.journal import Event
from knockdeploy.store.runs import Run, Runs
from knockdeploy.store.state import StateDir

from .support import (
    OPEN,
    STRICT,
    at_once,
    change,
    intend,
    knockdeploy,
    knocks,
    lab,
    snapshot,
    typed,
)
from .watched import kill_once

pytestmark = pytest.mark.lab
DEPLOY = ("deploy", "--yes", "--no-proof", "--json")


def runs(running: Fabric) -> Runs:
    return Runs(StateDir(running.folder / ".knockdeploy"))


def only_run(running: Fabric) -> Run:
    (run,) = runs(running).all()
    return run


def running_text(running: Fabric, name: str = "r1") -> str:
    return configuration(running.call(lambda: printed(running.routers[name].router.running)))


@dataclass(frozen=True)
class Deployed:
    """Two routers deployed to, one of them in vain, and what they were before."""

    lab: Fabric
    ran: Ran
    before: dict[str, str]


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    with lab(2, kind=OPEN) as running:
        change(running, "enable secret 5 $1$abcd$0123456789012345678901", saved=True)
        before = {name: running_text(running, name) for name in running.routers}
        running.routers["r2"].faults = Faults(refuse_line=60)
        yield Deployed(running, knockdeploy(running, *DEPLOY), before)


def test_configuration_of_before_is_kept_as_it_was(deployed: Deployed) -> None:
    run = only_run(deployed.lab)
    assert run.name == deployed.ran.document["run"]
    assert run.hosts == ("r1", "r2")
    for name, text in deployed.before.items():
        before = run.before(name)
        assert bare(before.running) == bare(text)
        assert bare(before.startup) == bare(text)
        (numbers,) = before.positions.values()
        assert numbers == tuple(range(10, 10 * len(numbers) + 1, 10))  # as they were typed
    shown = knockdeploy(deployed.lab, "show", run.name, "--backup", "r1", "--reveal")
    assert bare(shown.out) == bare(deployed.before["r1"])


def bare(text: str) -> str:
    """Leave out what frames a configuration."""
    return text.strip("!\n")


def test_nothing_that_is_kept_is_for_others(deployed: Deployed) -> None:
    folder = deployed.lab.folder / ".knockdeploy" / "runs"
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        if path.is_file() and path.suffix != ".before":
            assert not knocks(deployed.lab).search(path.read_text())


def test_history_has_the_runs_the_newest_first(deployed: Deployed) -> None:
    listed = knockdeploy(deployed.lab, "history", "--json")
    assert listed.status == 0
    (row,) = listed.document["runs"]
    assert row["run"] == deployed.ran.document["run"]
    assert (row["command"], row["summary"]) == ("deploy", {"deployed": 1, "rolled-back": 1})
    told = knockdeploy(deployed.lab, "history").out
    for word in (row["run"], row["who"], "deploy", "1 deployed, 1 rolled-back"):
        assert word in told


def test_show_tells_what_became_of_each(deployed: Deployed) -> None:
    run = deployed.ran.document["run"]
    shown = knockdeploy(deployed.lab, "show", run[:8], "--json")
    assert (shown.status, shown.document["run"]) == (0, run)
    for name, host in deployed.ran.document["hosts"].items():
        recorded = shown.host(name)
        events = [each["event"] for each in recorded.pop("events")]
        assert recorded == host
        ends = ["confirmed", "saved"] if name == "r1" else ["undone"]
        assert events[:4] == ["begun", "read", "arming", "armed"]
        assert events[-len(ends) :] == ends
    told = knockdeploy(deployed.lab, "show", "latest", "--full").out
    assert "+ service sequence-numbers" in told
    assert "<knock 1>" in told
    assert "[refused-line]" in told


def test_secrets_are_shown_if_a_flag_names_them(deployed: Deployed) -> None:
    # What is kept of a second change has knock ports; its intent, other ones by then.
    with lab(kind=OPEN) as running:
        secrets = knocks(running)
        assert knockdeploy(running, *DEPLOY).status == 0
        intend(running, timeout_minutes=7)
        change(running, "enable secret 5 $1$abcd$0123456789012345678901", saved=True)
        assert knockdeploy(running, *DEPLOY).status == 0
        run = runs(running).names()[0]
        config = running.config_file.read_text()
        for more in ((), ("--json",)):
            shown = knockdeploy(running, "show", run, "--backup", "r1", *more)
            assert shown.status == 0
            assert "object-group service OG_Knock" in shown.out
            assert not secrets.search(shown.out), secrets.search(shown.out)
            assert "0123456789012345678901" not in shown.out
            revealed = knockdeploy(running, "show", run, "--backup", "r1", "--reveal", *more)
            assert secrets.search(revealed.out)
            assert "0123456789012345678901" in revealed.out
        hosts = running.folder / "inventory/hosts.yaml"
        hosts.write_text("r7: {hostname: 127.0.0.1, platform: ios}\n")
        assert running.config_file.read_text() == config
        shown = knockdeploy(running, "show", run, "--backup", "r1")
        assert shown.status == 0
        assert not secrets.search(shown.out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2031",), ("there is no run '2031'", "known are")),
        (("20", "--reveal"), ("nothing to reveal", "--backup HOST")),
        (("20", "--backup", "r7"), ("no configuration of 'r7'", "r2")),
    ],
)
def test_mistakes_are_sentences(
    deployed: Deployed, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    ran = knockdeploy(deployed.lab, "show", *arguments)
    assert ran.status == 64
    for word in words:
        assert word in ran.err


def test_no_run_is_no_mistake() -> None:
    with lab() as running:
        assert knockdeploy(running, "history").err == "no runs from this project yet\n"
        assert knockdeploy(running, "history", "--json").document["runs"] == []
        assert not (running.folder / ".knockdeploy").exists()


def test_router_whose_backup_cannot_be_kept_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with lab(2, kind=STRICT) as running:
        before = snapshot(running, "r1")
        write = Folder.write

        def fills(self: Folder, name: str, content: bytes, **how: bool) -> None:
            if name.endswith("r1.before"):
                full(self)
            write(self, name, content, **how)

        monkeypatch.setattr(Folder, "write", fills)
        ran = knockdeploy(running, *DEPLOY)
        host = ran.host("r1")
        assert (host["status"], host["state"], host["error"]["kind"]) == (
            "failed",
            "before",
            "input",
        )
        assert "No space left on device" in host["error"]["message"]
        assert ran.host("r2")["status"] == "deployed"
        assert typed(running.routers["r1"]) == []
        assert snapshot(running, "r1") == before


def test_nothing_is_sent_where_no_run_can_be_kept() -> None:
    with lab(kind=STRICT) as running:
        state = running.folder / ".knockdeploy"
        state.mkdir(mode=0o700)
        (state / "runs").write_text("")
        ran = knockdeploy(running, *DEPLOY)
        assert ran.status == 64
        assert ran.document["errors"][0]["key"] == "state_dir"
        assert typed(running.routers["r1"]) == []


def full(self: Folder, *_: object) -> None:
    with self._usable():
        raise OSError(28, "No space left on device")


def test_router_in_the_middle_is_finished_though_the_record_of_it_cannot_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append = Folder.append

    def fills(self: Folder, name: str, text: bytes) -> None:
        if json.loads(text).get("event") in {"begun", "read", "arming"}:
            append(self, name, text)
        else:
            full(self)

    monkeypatch.setattr(Folder, "append", fills)
    monkeypatch.setattr(Run, "finish", lambda self, _: full(Folder(Path()), self))
    with lab(2, kind=STRICT) as running:
        at_once(running, 1)
        ran = knockdeploy(running, *DEPLOY)
        assert (ran.status, ran.host("r1")["status"]) == (1, "deployed")
        assert "confirmed, but the journal cannot be written" in ran.err
        assert "the record of this run is incomplete" in ran.err
        assert "the journal of the run cannot be written" in ran.err
        assert ran.host("r2")["status"] == "skipped"
        assert typed(running.routers["r2"]) == []


def test_no_router_is_begun_whose_beginning_cannot_be_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Folder, "append", full)
    with lab(kind=STRICT) as running:
        ran = knockdeploy(running, *DEPLOY)
        assert (ran.status, ran.host()["status"]) == (1, "skipped")
        assert running.routers["r1"].box.typed == deque()


@pytest.mark.parametrize(
    ("armed", "says"),
    [(Event.ARMED, "reverts by itself"), (Event.UNARMED, "until they are taken back")],
)
def test_killed_run_promises_a_revert_only_where_one_was_armed(
    tmp_path: Path, armed: Event, says: str
) -> None:
    run = Run(StateDir(tmp_path), "20260101T000000Z-0000")
    run.begin("deploy", ["r1"])
    for event in (Event.READ, armed, Event.OPENED):
        run.note("r1", event)
        outcome = outcomes_then(run)["r1"]
    assert isinstance(outcome, Unfinished)
    assert says in outcome.seen


def test_killed_run_tells_what_stood_where() -> None:
    with lab(3, kind=STRICT) as running:
        running.routers["r1"].faults = Faults(hang_line=45)
        running.routers["r2"].faults = Faults(hang="write memory")
        running.routers["r3"].faults = Faults(hang="show startup-config")
        kill_once(
            lambda: (
                running.routers["r1"].box.n_lines == 45
                and "write memory" in running.routers["r2"].box.typed
                and "show startup-config" in running.routers["r3"].box.typed
            ),
            running,
            "deploy",
            "--yes",
            "--no-proof",
        )
        run = only_run(running)
        assert run.hosts == ("r1", "r2")  # no line was sent to r3
        shown = knockdeploy(running, "show", run.name, "--json")
        assert shown.document["summary"] == {"unfinished": 3}
        events = {
            name: [each["event"] for each in host["events"]]
            for name, host in shown.document["hosts"].items()
        }
        assert events == {
            "r1": ["begun", "read", "arming", "armed"],
            "r2": ["begun", "read", "arming", "armed", "closed", "confirming", "confirmed"],
            "r3": ["begun"],
        }
        told = knockdeploy(running, "show", run.name).out
        for line in (
            "r1: ended without a result: the run was killed; its timer was armed: it reverts by",
            "r2: ended without a result: the run was killed; the change was confirmed",
            "r3: ended without a result: the run was killed; no line of the change was sent",
        ):
            assert line in told
        assert knockdeploy(running, "history").out.rstrip().endswith("3 unfinished")


def test_damaged_run_hides_no_other(deployed: Deployed) -> None:
    folder = deployed.lab.folder / ".knockdeploy" / "runs"
    damaged = folder / "20200101T000000Z-0000"
    damaged.mkdir()
    (damaged / "about.json").write_text("{")
    try:
        rows = knockdeploy(deployed.lab, "history", "--json").document["runs"]
        assert [row["summary"] for row in rows][1:] == [{"damaged": 1}]
        ran = knockdeploy(deployed.lab, "show", "2020")
        assert ran.status == 64
        assert "about.json" in ran.err
    finally:
        shutil.rmtree(damaged)


def test_record_is_that_of_the_document(deployed: Deployed) -> None:
    folder = deployed.lab.folder / ".knockdeploy" / "runs" / only_run(deployed.lab).name
    assert json.loads((folder / "result.json").read_text()) == deployed.ran.document
