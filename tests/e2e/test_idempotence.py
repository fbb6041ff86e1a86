"""Deploy twice: the second time nothing is changed and nothing sent."""

from __future__ import annotations

import pytest

from knockdeploy.lab.server import CLASSIC

from .support import Document, knockdeploy, lab, snapshot, typed

pytestmark = pytest.mark.lab


def test_second_deploy_changes_and_sends_nothing() -> None:
    with lab(3, profile=CLASSIC) as running:  # one of each kind
        assert knockdeploy(running, "plan").status == 2
        assert knockdeploy(running, "check").status == 2
        assert not any(typed(machine) for machine in running.routers.values())

        first = knockdeploy(running, "deploy", "--yes", "--json")
        assert first.status == 0, first.err
        after = {}
        for name, machine in running.routers.items():
            host = first.host(name)
            assert host["status"] == "deployed"
            assert (host["saved"], host["state"], host["error"]) == (True, "after", None)
            # r2 and r3 let nobody in to their port 22 from outside, before and after.
            saw_door(host["proof"], "http 401" if name == "r2" else "ssh banner")
            after[name] = snapshot(running, name)
            assert not after[name].is_pending
            assert after[name].startup == running.call(machine.router.running_text)
            assert "Dynamic" in "".join(running.call(machine.router.access_lists))
            assert "time left" not in "".join(running.call(machine.router.access_lists))
            machine.box.typed.clear()

        second = knockdeploy(running, "deploy", "--yes", "--json")
        assert second.status == 0
        assert second.document["summary"] == {"unchanged": 3}
        assert second.host()["diff"] == ""
        assert knockdeploy(running, "plan").status == 0
        assert knockdeploy(running, "check").status == 0
        for name, machine in running.routers.items():
            assert typed(machine) == []
            assert snapshot(running, name) == after[name]


def saw_door(proof: Document, answer: str) -> None:
    """See that the proof tells of every knock and every look at the door."""
    assert (proof["level"], proof["source"]) == ("door", "127.0.0.1")
    seen = [(s["phase"], s["knock"], s["entry"], s["answer"]) for s in proof["seen"]]
    assert seen == [
        ("open", "wrong", None, None),
        ("open", "right", "127.0.0.1", None),
        ("close", "none", None, "reset"),
        ("close", "wrong", None, None),
        ("close", "wrong", None, "reset"),
        ("close", "right", "127.0.0.1", None),
        ("close", "right", None, answer),
    ]
    assert len({s["service"] for s in proof["seen"]} - {None}) == 1
