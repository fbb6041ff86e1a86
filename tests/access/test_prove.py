"""`prove`: a door as it stands, tried for real; nothing is changed, and what it opened is shut."""

from __future__ import annotations

import pytest
from commandline import Document
from e2e.support import NEW, OPEN, STRICT, change, intend, knockdeploy, lab, snapshot, typed
from together import Results, together
from validating import validated

from knockdeploy.lab.fabric import Fabric
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.deploy import deploy
from knockdeploy.tasks.prove import prove as prove_task

from .support import hurried, run

pytestmark = pytest.mark.lab


def tried(running: Fabric) -> Document:
    """Prove, and see that the router is as it was."""
    before = snapshot(running)
    document = run(running, prove_task)
    checked = run(running, check_task, probes=True)
    document["checked"] = [(f["rule"], f["severity"], f["message"]) for f in checked["findings"]]
    assert snapshot(running) == before
    assert "time left" not in "".join(running.call(running.routers["r1"].router.access_lists))
    return document


def door() -> Document:
    with lab(kind=STRICT) as running:
        assert run(running, deploy, proves=False)["status"] == "deployed"
        running.routers["r1"].box.typed.clear()
        document = tried(running)
        sent = typed(running.routers["r1"])
        assert all(line.startswith("clear access-template ") for line in sent)
        return document


def deaf_applet() -> Document:
    """No entry is made, whatever is knocked: the environment names another list."""
    with lab(kind=OPEN) as running:
        assert run(running, deploy, proves=False)["status"] == "deployed"
        router = running.routers["r1"].router
        running.call(lambda: setattr(router, "run_exec", lambda *_, **__: "% no"))
        return tried(running)


def unreached() -> Document:
    with lab(kind=OPEN) as running:
        assert run(running, deploy, proves=False)["status"] == "deployed"
        intend(running, outside_address="127.66.9.9")  # nobody's
        return tried(running)


def drifted() -> Document:
    with lab(kind=NEW) as running:
        assert run(running, deploy, proves=False)["status"] == "deployed"
        change(running, "no event manager environment _knock_Timeout", saved=True)
        return tried(running)


@pytest.fixture(scope="module")
def results() -> Results:
    stories = (door, deaf_applet, unreached, drifted)
    with hurried():
        return together({story.__name__: story for story in stories})


def test_door_is_proved_scenario_by_scenario(results: Results) -> None:
    document = results["door"].result()
    assert (document["status"], document["error"], document["warnings"]) == ("proved", None, [])
    assert (document["proof"]["level"], document["proof"]["source"]) == ("door", "127.0.0.1")
    assert document["scenarios"] == [
        {"name": "no knock", "expected": "shut", "seen": "reset"},
        {"name": "wrong knock", "expected": "no entry, shut", "seen": "no entry, reset"},
        {
            "name": "right knock",
            "expected": "one entry, open",
            "seen": "127.0.0.1, ssh banner",
        },
    ]


def test_door_that_does_not_open_misbehaves(results: Results) -> None:
    document = results["deaf_applet"].result()
    assert (document["status"], document["error"]) == ("misbehaved", None)
    assert document["proof"]["level"] == "failed"
    assert "the right knock made no entry" in document["warnings"][0]


def test_knock_that_does_not_arrive_is_unreached(results: Results) -> None:
    document = results["unreached"].result()
    assert (document["status"], document["proof"]["level"]) == ("unreached", "unreached")


def test_command_tells_each_scenario_and_exits_1_where_nothing_could_be_proved() -> None:
    with lab(kind=NEW) as running:
        ran = knockdeploy(running, "prove", "--json")
        assert ran.status == 1
        validated(ran.document)
        assert ran.document["schema"] == "knockdeploy/prove/1"
        assert ran.host()["error"]["kind"] == "different"
        assert knockdeploy(running, "prove", "--proof-from", "-x").status == 64


def test_router_that_is_not_as_its_intent_says_is_not_tried(results: Results) -> None:
    document = results["drifted"].result()
    assert (document["status"], document["error"]["kind"]) == ("failed", "different")
    assert "deploy" in document["error"]["hint"]


def test_check_probes_as_well(results: Results) -> None:
    told = {name: each.result()["checked"] for name, each in results.items()}
    assert [each for each in told["door"] if each[1] != "info"] == []
    assert ("probe", "error") in {each[:2] for each in told["deaf_applet"]}
    assert [each[0] for each in told["unreached"]] == ["not-judged"]
    assert "unreached" in told["unreached"][0][2]
    assert {each[0] for each in told["drifted"]} & {"probe", "not-judged"} == set()
