"""What programs read: one JSON document, its shape, and exit statuses."""

from __future__ import annotations

import re

import pytest
from commandline import Document

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults

from .support import STRICT, edit_host, intend, knockdeploy, lab, process

pytestmark = pytest.mark.lab
CHANGING = {"diff", "warnings", "proof", "saved", "state", "seconds"}
BESIDE = {
    "plan": {"diff", "commands", "undo", "warnings"},
    "check": {"findings", "diff", "proof"},
    "preflight": {"findings"},
    "deploy": CHANGING,
    "remove": CHANGING,
    "rollback": CHANGING,
}
RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


def document(running: Fabric, status: int, command: str, *options: str) -> Document:
    """Run a command, and see that what it prints is a document of this shape."""
    ran = knockdeploy(running, command, *options, "--json")
    assert ran.status == status, (ran.out, ran.err)
    data = ran.document
    assert data["schema"] == f"knockdeploy/{command}/1"
    assert RUN.fullmatch(data["run"])
    assert set(data) == {"schema", "run", "summary", "hosts", "errors"}
    counts = dict.fromkeys((host["status"] for host in data["hosts"].values()), 0)
    for host in data["hosts"].values():
        counts[host["status"]] += 1
        if host["status"] != "unmanaged":
            assert set(host) == {"status", "error"} | BESIDE[command]
        error = host["error"]
        assert error is None or set(error) == {"kind", "message", "hint"}
    assert data["summary"] == counts
    return data


def test_documents_of_a_fleet_with_one_of_everything() -> None:
    with lab(4, kind=STRICT) as running:
        edit_host(running, "r2", password="wrong")
        edit_host(running, "r3", data={"knock": {"enabled": False}})
        running.routers["r4"].faults = Faults(refuse="service sequence-numbers")
        planned = document(running, 1, "plan")
        assert planned["summary"] == {"changed": 2, "failed": 1, "unmanaged": 1}
        command = planned["hosts"]["r1"]["commands"][0]
        assert set(command) == {"line", "parents", "phase"}
        assert {c["phase"] for c in planned["hosts"]["r1"]["commands"]} == {"open", "close"}
        assert planned["hosts"]["r1"]["undo"]

        done = document(running, 1, "deploy", "--yes", "--no-proof")
        assert done["summary"] == {"deployed": 1, "failed": 1, "unmanaged": 1, "rolled-back": 1}
        assert done["hosts"]["r1"]["proof"] is None
        assert done["hosts"]["r2"]["state"] == "before"

        taken_back = document(running, 0, "rollback", "--run", done["run"], "--open")
        assert taken_back["hosts"]["r1"]["status"] == "restored"
        assert taken_back["hosts"]["r2"]["status"] == "unchanged", "nothing was sent to it"
        removed = document(running, 1, "remove", "--open")
        assert removed["summary"] == {"unchanged": 2, "failed": 1, "unmanaged": 1}
        document(running, 1, "deploy", "--yes", "--no-proof")

        checked = document(running, 1, "check")
        assert checked["summary"] == {"compliant": 1, "failed": 1, "unmanaged": 1, "drifted": 1}
        finding = checked["hosts"]["r4"]["findings"][0]
        assert set(finding) == {"rule", "severity", "message", "line", "parents"}
        assert {f["severity"] for f in checked["hosts"]["r4"]["findings"]} <= {
            "error",
            "warning",
            "info",
        }
        assert document(running, 2, "check", "-l", "r1,r3,r4")["errors"] == []
        assert document(running, 0, "check", "-l", "r1,r3")["errors"] == []
        assert document(running, 0, "plan", "-f", "name=r3")["summary"] == {"unmanaged": 1}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["plan", "-l", "r9"], id="no-such-host"),
        pytest.param(["plan", "--no-such-option"], id="no-such-option"),
        pytest.param(["deploy", "--confirm-minutes", "0", "--yes"], id="out-of-range"),
        pytest.param(["deploy"], id="no-terminal-and-no-yes"),
        pytest.param(["plan", "-f", "nonsense"], id="no-filter"),
        pytest.param(["check", "-c", "/nowhere/config.yaml"], id="no-file"),
    ],
)
def test_wrong_words_are_64_with_a_document_and_a_sentence(arguments: list[str]) -> None:
    with lab() as running:
        ran = knockdeploy(running, *arguments, "--json")
        data = ran.document
        assert ran.status == 64
        assert data["schema"] == f"knockdeploy/{arguments[0]}/1"
        assert (data["hosts"], data["summary"]) == ({}, {})
        for error in data["errors"]:
            assert set(error) == {"file", "host", "key", "message", "hint"}
        assert data["errors"][0]["message"]
        assert ran.err.startswith("error: ")
        assert "Traceback" not in ran.err
        assert not running.routers["r1"].box.typed


def test_wrong_intent_is_64_with_every_mistake_and_nothing_sent() -> None:
    with lab(2) as running:
        intend(running, ports=[1], window_seconds=0, nonsense=True)
        edit_host(running, "r1", data={})
        edit_host(running, "r2", data={})
        ran = knockdeploy(running, "deploy", "--yes", "--json")
        assert ran.status == 64
        errors = ran.document["errors"]
        keys = {(error["host"], error["key"]) for error in errors}
        assert {host for host, _ in keys} == {"r1", "r2"}
        assert {key for _, key in keys} >= {"knock.ports", "knock.window_seconds", "knock.nonsense"}
        assert all(error["file"] for error in errors)
        assert not any(machine.box.typed for machine in running.routers.values())


def test_platform_that_cannot_knock_is_unsupported() -> None:
    with lab() as running:
        edit_host(running, platform="cisco_xe")
        error = document(running, 1, "deploy", "--yes")["hosts"]["r1"]["error"]
        assert error["kind"] == "unsupported"
        assert not running.routers["r1"].box.typed


def test_interface_that_is_not_there_is_that_routers_input() -> None:
    with lab(2) as running:
        edit_host(
            running,
            "r2",
            data={"knock": {"ports": [28122, 29125, 23103, 26233, 22850], "interface": "Gi9/9"}},
        )
        data = document(running, 1, "plan")
        assert data["hosts"]["r1"]["status"] == "changed"
        assert data["hosts"]["r2"]["error"]["kind"] == "input"
        assert "GigabitEthernet9/9" in data["hosts"]["r2"]["error"]["message"]


def test_colour_and_progress_stay_out_of_files() -> None:
    with lab() as running:
        ran = process(running, "deploy", "--yes", "--no-proof")
        assert ran.status == 0
        assert "\x1b" not in ran.out + ran.err
        assert "r1  deployed" in ran.out
        assert "arming" in ran.err
        assert "arming" not in ran.out
