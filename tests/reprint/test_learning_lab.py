"""Images that print or take a line otherwise: taken back, told, remembered, and the second time it
works."""

from __future__ import annotations

import pytest
import yaml
from e2e.support import (
    NEW,
    OPEN,
    STRICT,
    intend,
    knockdeploy,
    knocks,
    lab,
    snapshot,
    typed,
)

from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.knocks import knock_ports

pytestmark = pytest.mark.lab
PERIOD = {r"trigger occurs (\d) period (\d+)": r"trigger occurs \2 period \3.000"}
OMITTED = {r"action \d+ exit": ""}
PORT = {r"(event tag \S+ syslog) (pattern .*)": r"\2 occurs 1 \3"}


def reprint(running: Fabric, lines: dict[str, str]) -> None:
    for machine in running.routers.values():
        machine.faults = Faults(reprints=lines)


def deploy(running: Fabric, *options: str) -> tuple[int, dict[str, object]]:
    ran = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json", *options)
    return ran.status, ran.host()


def is_quiet(running: Fabric) -> None:
    """See that nothing is left to do, and nothing sent when asked to do it."""
    assert knockdeploy(running, "plan").status == 0
    assert knockdeploy(running, "check").status == 0
    before = {name: len(typed(machine)) for name, machine in running.routers.items()}
    assert knockdeploy(running, "deploy", "--yes").status == 0
    assert before == {name: len(typed(machine)) for name, machine in running.routers.items()}


@pytest.mark.parametrize(
    ("lines", "sent", "shown"),
    [
        (PERIOD, "'trigger occurs 1 period 1'", "'trigger occurs 1 period 1.000'"),
        (OMITTED, "'action 0560 exit'", "nothing, a default perhaps"),
        (PORT, "(<knock 1>\\)", "occurs 1 pattern"),
    ],
    ids=["other-words", "default-left-out", "line-with-a-secret"],
)
def test_reprinted_is_taken_back_and_kept_once_accepted(
    lines: dict[str, str], sent: str, shown: str
) -> None:
    with lab(kind=OPEN) as running:
        reprint(running, lines)
        before = snapshot(running)
        status, host = deploy(running)
        error = host["error"]
        assert isinstance(error, dict)
        assert (status, host["status"], host["state"]) == (1, "rolled-back", "before")
        assert error["kind"] == "reprinted"
        assert "--accept-reprint" in error["hint"]
        assert sent.replace("\\)", "") in error["message"].replace("\\", "")
        assert shown in error["message"]
        assert snapshot(running) == before
        assert not (running.folder / ".knockdeploy/reprints.yaml").exists()

        status, host = deploy(running, "--accept-reprint")
        assert (status, host["status"], host["saved"]) == (0, "deployed", True)
        is_quiet(running)
        kept = (running.folder / ".knockdeploy/reprints.yaml").read_text()
        assert not knocks(running).search(kept)


def test_accepted_pairs_count_for_the_next_router_and_after_a_change() -> None:
    with lab(2, kind=NEW) as running:
        reprint(running, {**PERIOD, **PORT})
        for status in (1, 0):  # told, then accepted
            first = knockdeploy(
                running, "deploy", "--yes", "--no-proof", "--accept-reprint", "-l", "r1"
            )
            assert first.status == status, first.out
        line = "trigger occurs 1 period 1"
        assert line in running.routers["r1"].box.typed
        assert knock_ports("r1") != knock_ports("r2")
        assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r2").status == 0
        assert line in running.routers["r2"].box.typed
        is_quiet(running)
        intend(running, timeout_minutes=30)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        is_quiet(running)


def test_pair_that_no_run_told_is_not_accepted_and_all_are_told() -> None:
    with lab(kind=OPEN) as running:
        reprint(running, PERIOD)
        assert deploy(running)[0] == 1
        reprint(running, {**PERIOD, **PORT, **OMITTED})  # another answer in the accepting run
        status, host = deploy(running, "--accept-reprint")
        error = host["error"]
        assert isinstance(error, dict)
        assert (status, error["kind"]) == (1, "reprinted")
        assert error["message"].count("' as ") == 8
        assert "more" not in error["message"]
        assert not (running.folder / ".knockdeploy/reprints.yaml").exists()
        assert deploy(running, "--accept-reprint")[0] == 0


def test_router_types_nothing_on_another() -> None:
    """It shows a harmless line first, and a command of its own in the accepting run."""
    evil = 'action 0000 cli command "username eve privilege 15 secret eve"'
    with lab(2, kind=NEW) as running:
        reprint(running, PERIOD)
        assert deploy(running, "-l", "r1")[0] == 1
        reprint(running, {**PERIOD, "action 0000 .*": evil})
        status, host = deploy(running, "--accept-reprint", "-l", "r1")
        assert isinstance(host["error"], dict)
        assert (status, host["error"]["kind"]) == (1, "different")
        kept = running.folder / ".knockdeploy/reprints.yaml"
        pair = {
            "train": "15.2M",
            "parents": ["event manager applet EEM_Knock"],
            "sent": 'action 0000 set _knock_RegEx_Result "0"',
            "shown": evil,
        }  # what an earlier version kept
        kept.write_text(yaml.safe_dump([pair]))
        reprint(running, {})
        assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r2").status == 0
        assert not any("username" in line for line in running.routers["r2"].box.typed)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param({"drop": "police 8000"}, id="another-word"),
        # one `end` twice and another not at all: no plan would ever be empty
        pytest.param({"action 0440 end": "action 0430 end"}, id="never-settled"),
    ],
)
def test_different_is_no_reprint_whatever_is_accepted(lines: dict[str, str]) -> None:
    with lab(kind=NEW) as running:
        reprint(running, lines)
        before = snapshot(running)
        status, host = deploy(running, "--accept-reprint")
        assert (status, host["status"]) == (1, "rolled-back")
        assert isinstance(host["error"], dict)
        assert host["error"]["kind"] == "different"
        assert snapshot(running) == before


def test_other_port_is_different_and_not_kept() -> None:
    with lab(kind=NEW) as running:
        reprint(running, {r"udp eq \d+": "udp eq 7"})
        status, host = deploy(running, "--accept-reprint")
        assert status == 1
        assert isinstance(host["error"], dict)
        assert host["error"]["kind"] == "different"
        assert not (running.folder / ".knockdeploy/reprints.yaml").exists()


@pytest.mark.parametrize("kind", [OPEN, STRICT], ids=["open-list", "strict-list"])
def test_image_that_takes_no_numbered_dynamic_entry_gets_a_copy(kind: int) -> None:
    with lab(2, kind=kind, behaviour=Behaviour(numbered_dynamic=False)) as running:
        before = snapshot(running)
        first = knockdeploy(running, "deploy", "--yes", "--json", "-l", "r1")
        host = first.host()
        assert (first.status, host["status"], host["state"]) == (1, "rolled-back", "before")
        assert host["error"]["kind"] == "unsupported"
        assert "copy" in host["error"]["hint"]
        assert snapshot(running) == before

        # The same image on another router: nobody has to fail there first.
        second = knockdeploy(running, "deploy", "--yes", "--json")
        assert second.status == 0, second.err
        for name in running.routers:
            proof = second.host(name)["proof"]
            assert proof["level"] == "door"
            assert {each["phase"] for each in proof["seen"]} == {"open", "close"}
        is_quiet(running)
        acl = "ACL_WAN" if kind == OPEN else "Internet-In"
        now = snapshot(running)
        for config in (before.running, now.running):
            assert config.child(f"ip access-list extended {acl}") is not None
        assert now.running.child(f"ip access-list extended {acl}") == before.running.child(
            f"ip access-list extended {acl}"
        )
