"""A saved plan: carried out on the configuration it was made from, and on no other."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commandline import Ran

from knockdeploy.lab.fabric import Fabric

from .support import STRICT, asked, change, edit, intend, knockdeploy, knocks, lab, snapshot, typed

pytestmark = pytest.mark.lab


@dataclass(frozen=True)
class Bench:
    """Three routers, and where their plan is kept."""

    lab: Fabric
    file: Path

    def plan(self, *options: str) -> Ran:
        return knockdeploy(self.lab, "plan", "-o", str(self.file), "--json", *options)

    def deploy(self, *options: str) -> Ran:
        plan = ("--plan", str(self.file), "--yes", "--no-proof", "--json")
        return knockdeploy(self.lab, "deploy", *plan, *options)

    @property
    def data(self) -> dict[str, Any]:
        data = json.loads(self.file.read_text())
        assert isinstance(data, dict)
        return data

    def n_typed(self) -> int:
        return sum(len(typed(machine)) for machine in self.lab.routers.values())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with lab(3, kind=STRICT) as running:
        yield Bench(running, tmp_path / "plan.json")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Routers that are never changed, with the plan of r1 and r2."""
    with lab(3, kind=STRICT) as running:
        bench = Bench(running, tmp_path_factory.mktemp("plan") / "plan.json")
        assert bench.plan("-l", "r1,r2").status == 2
        yield bench


def test_plan_is_carried_out_where_nothing_changed(bench: Bench) -> None:
    assert bench.plan().status == 2
    assert stat.S_IMODE(bench.file.stat().st_mode) == 0o600
    # r2: a line that changes by itself. r3: one of somebody's. r1 stays.
    change(bench.lab, "ntp clock-period 17179738", name="r2")
    change(bench.lab, "ip domain name example.net", name="r3", saved=True)
    before = snapshot(bench.lab, "r3")

    ran = bench.deploy()
    assert ran.status == 1
    assert [ran.host(name)["status"] for name in ("r1", "r2", "r3")] == [
        "deployed",
        "deployed",
        "failed",
    ]
    host = ran.host("r3")
    assert (host["error"]["kind"], host["state"]) == ("changed-since-plan", "before")
    assert "running configuration" in host["error"]["message"]
    (kept,) = bench.lab.folder.glob(".knockdeploy/runs/*/terms.json")
    secrets = knocks(bench.lab)
    assert secrets.search(bench.file.read_text())
    assert not secrets.search(kept.read_text())
    assert snapshot(bench.lab, "r3") == before
    assert typed(bench.lab.routers["r3"]) == []

    again = bench.deploy()  # for those that failed: the others are as planned
    assert again.document["summary"] == {"unchanged": 2, "failed": 1}


def test_line_of_ours_that_somebody_typed_meanwhile_counts(bench: Bench) -> None:
    assert bench.plan("-l", "r1").status == 2
    change(bench.lab, "service sequence-numbers", saved=True)
    ran = bench.deploy()
    assert ran.host()["error"]["kind"] == "changed-since-plan"
    assert typed(bench.lab.routers["r1"]) == []
    assert list(ran.document["hosts"]) == ["r1"]  # those of the plan, and no others


def test_numbers_of_entries_count_although_no_configuration_has_them(bench: Bench) -> None:
    assert bench.plan("-l", "r1").status == 2
    change(bench.lab, "ip access-list resequence Internet-In 500 7")
    host = bench.deploy().host()
    assert host["error"]["kind"] == "changed-since-plan"
    assert "numbers of the entries" in host["error"]["message"]
    assert bench.n_typed() == 0


def test_commands_of_the_file_are_what_is_sent_or_nothing(bench: Bench) -> None:
    assert bench.plan("-l", "r1").status == 2
    data = bench.data
    data["hosts"]["r1"]["commands"][3]["line"] = "udp eq 4711"
    bench.file.write_text(json.dumps(data))
    host = bench.deploy().host()
    assert (host["error"]["kind"], bench.n_typed()) == ("changed-since-plan", 0)


def test_router_that_needed_nothing_is_left_alone_if_it_still_needs_nothing(bench: Bench) -> None:
    deployed = ("deploy", "--yes", "--no-proof", "-l", "r1,r2")
    assert knockdeploy(bench.lab, *deployed).status == 0
    bench.plan()
    change(bench.lab, "ip domain name example.net", name="r1", saved=True)
    change(bench.lab, "no service sequence-numbers", name="r2", saved=True)
    ran = bench.deploy("--canary", "1", "--max-failures", "1")
    statuses = [ran.host(name)["status"] for name in ("r1", "r2", "r3")]
    assert statuses == ["unchanged", "failed", "deployed"]
    assert "canary   r3\n" in ran.err  # one that stays as it is would try nothing
    assert ran.host("r2")["error"]["kind"] == "changed-since-plan"


def test_plan_that_was_agreed_to_is_summed_up_and_asked_for(planned: Bench) -> None:
    with asked(
        planned.lab, "deploy", "--no-proof", "--json", "--plan", str(planned.file)
    ) as answer:
        ran = answer("n")
    assert ran.status == 1
    assert ran.document["summary"] == {"skipped": 2}
    assert "r1, r2 (2 hosts): " in ran.err
    assert "lines to add" in ran.err
    assert "+ service sequence-numbers" not in ran.err  # it was reviewed
    assert planned.n_typed() == 0


def test_a_saved_plan_is_shown_without_its_secrets(planned: Bench) -> None:
    anew = knockdeploy(planned.lab, "plan", "-l", "r1,r2", "--full").out
    shown = knockdeploy(planned.lab, "show", str(planned.file), "--full")
    assert (shown.status, shown.err) == (0, "")
    head, _, rest = shown.out.partition("\n")
    assert head.startswith(f"{planned.file}: made ")
    assert rest == anew
    assert not knocks(planned.lab).search(shown.out)
    document = knockdeploy(planned.lab, "show", str(planned.file), "--json").document
    assert document["about"]["command"] == "plan"
    assert document["hosts"]["r1"]["diff"] == planned.data["hosts"]["r1"]["diff"]
    refused = knockdeploy(planned.lab, "show", str(planned.file), "--backup", "r1")
    assert (refused.status, "do not go together" in refused.err) == (64, True)


def test_secrets_are_in_the_file_alone_and_it_says_so(planned: Bench) -> None:
    ran = planned.plan("-l", "r1,r2")
    assert not knocks(planned.lab).search(ran.out + ran.err)
    assert knocks(planned.lab).search(planned.file.read_text())
    assert "knock ports" in ran.err
    assert "knock ports" in planned.data["note"]


def test_hosts_that_could_not_be_planned_are_not_in_it(planned: Bench, tmp_path: Path) -> None:
    bench = Bench(planned.lab, tmp_path / "plan.json")
    hosts = planned.lab.folder / "inventory/hosts.yaml"
    kept = hosts.read_text()
    edit(hosts, lambda data: data["r2"].update(platform="cisco_xe"))
    try:
        ran = bench.plan()
    finally:
        hosts.write_text(kept)
    assert ran.status == 1
    assert "1 failed" in ran.err
    assert sorted(bench.data["hosts"]) == ["r1", "r3"]


def remove_host(data: dict[str, Any]) -> None:
    data["hosts"]["r9"] = data["hosts"].pop("r1")


def other_version(data: dict[str, Any]) -> None:
    data["schema"] = "knockdeploy/planfile/2"


def other_document(data: dict[str, Any]) -> None:
    data["schema"] = "knockdeploy/plan/1"


def no_hosts(data: dict[str, Any]) -> None:
    data["hosts"] = {}


def no_commands(data: dict[str, Any]) -> None:
    del data["hosts"]["r2"]["commands"]


def odd_phase(data: dict[str, Any]) -> None:
    data["hosts"]["r2"]["commands"][0]["phase"] = "ajar"


@pytest.mark.parametrize(
    ("damage", "place", "words"),
    [
        (remove_host, (None, "hosts"), "r9"),
        (other_version, (None, "schema"), "another version"),
        (other_document, (None, "schema"), "not a plan file"),
        (no_hosts, (None, "hosts"), "no host"),
        (no_commands, ("r2", "hosts.r2"), "damaged"),
        (odd_phase, ("r2", "hosts.r2"), "damaged"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_file_that_is_wrong_is_a_mistake(
    planned: Bench,
    tmp_path: Path,
    damage: Callable[[dict[str, Any]], None],
    place: tuple[str | None, str],
    words: str,
) -> None:
    data = planned.data
    damage(data)
    bench = Bench(planned.lab, tmp_path / "plan.json")
    bench.file.write_text(json.dumps(data))
    ran = bench.deploy()
    assert ran.status == 64
    (mistake,) = ran.document["errors"]
    assert (mistake["file"], mistake["host"], mistake["key"]) == (str(bench.file), *place)
    assert words in mistake["message"]
    assert mistake["hint"]
    assert ran.document["hosts"] == {}


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def garbage(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\0")


def nested(file: Path) -> None:
    file.write_text("[" * 100_000)


def gone(file: Path) -> None:
    file.unlink()


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("damage", [cut_short, garbage, nested, gone, folder, pipe])
def test_what_is_no_file_of_ours_is_a_mistake(
    planned: Bench, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    bench = Bench(planned.lab, tmp_path / "plan.json")
    bench.file.write_bytes(planned.file.read_bytes())
    damage(bench.file)
    ran = bench.deploy()
    assert ran.status == 64
    (mistake,) = ran.document["errors"]
    assert mistake["file"] == str(bench.file)
    assert mistake["hint"]


def test_hosts_of_another_selection_are_a_mistake(planned: Bench) -> None:
    ran = planned.deploy("-l", "r2,r3")
    assert ran.status == 64
    (mistake,) = ran.document["errors"]
    assert (mistake["host"], mistake["file"]) == ("r3", str(planned.file))
    assert planned.n_typed() == 0


def test_intent_that_changed_since_is_a_mistake(bench: Bench) -> None:
    assert bench.plan("-l", "r1").status == 2
    intend(bench.lab, timeout_minutes=7)
    ran = bench.deploy()
    assert ran.status == 64
    (mistake,) = ran.document["errors"]
    assert (mistake["host"], mistake["key"]) == ("r1", "knock")
    intend(bench.lab, enabled=False)
    (mistake,) = bench.deploy().document["errors"]
    assert "unmanaged" in mistake["message"]
    assert bench.n_typed() == 0


@pytest.mark.parametrize("kind", ["notes", "folder", "pipe", "no-folder"])
def test_plan_is_written_over_nothing_else(planned: Bench, tmp_path: Path, kind: str) -> None:
    file = tmp_path / kind / "x" if kind == "no-folder" else tmp_path / kind
    if kind == "notes":
        file.write_text("what I have to do today\n")
    elif kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    before = [len(machine.box.typed) for machine in planned.lab.routers.values()]
    ran = Bench(planned.lab, file).plan()
    assert ran.status == 64
    assert ran.document["errors"][0]["file"] == str(file)
    assert [len(machine.box.typed) for machine in planned.lab.routers.values()] == before
    if kind == "notes":
        assert file.read_text() == "what I have to do today\n"


def test_plan_takes_the_place_of_an_older_one_even_a_damaged_one(
    planned: Bench, tmp_path: Path
) -> None:
    bench = Bench(planned.lab, tmp_path / "plan.json")
    bench.file.write_bytes(planned.file.read_bytes()[:300])
    bench.file.chmod(0o644)
    assert bench.plan("-l", "r3").status == 2
    assert list(bench.data["hosts"]) == ["r3"]
    assert stat.S_IMODE(bench.file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
