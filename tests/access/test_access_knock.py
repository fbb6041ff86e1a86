"""`access: knock`: the door is shut, the outside is the only way, and every command gets in."""

from __future__ import annotations

import pytest
from commandline import Document
from e2e.support import (
    NEW,
    STRICT,
    Snapshot,
    by_the_outside,
    edit_host,
    intend,
    lab,
    snapshot,
    typed,
)
from together import Results, together

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.tasks.check import check
from knockdeploy.tasks.deploy import deploy
from knockdeploy.tasks.plan import plan
from knockdeploy.tasks.preflight import preflight

from .support import hurried, run

pytestmark = pytest.mark.lab
US = "127.0.0.1"
OTHER_PORTS = [31001, 30007, 31415, 30303, 31999]


def shut_behind_us(running: Fabric, **knock: object) -> None:
    """Deploy from inside; from then on the outside is the only way, and it is shut."""
    intend(running, access="knock", knock_only=True, **knock)
    assert run(running, deploy, proves=False)["status"] == "deployed"
    by_the_outside(running)
    edit_host(running, port=10022)  # where the NAT in front has the router's port 22


def end_entries(running: Fabric) -> None:
    """Let the time of all temporary entries be over."""
    running.call(lambda: running.routers["r1"].router.lock_and_key.clear(()))


def entries(running: Fabric) -> str:
    return "".join(running.call(running.routers["r1"].router.access_lists))


def knocked(document: Document) -> list[str]:
    return [text for text in document["said"] if "knocking" in text]


def change_ports(running: Fabric) -> None:
    edit_host(running, data={"knock": {"ports": OTHER_PORTS}})


def every_command() -> list[Document]:
    """Read and check a router, and change it."""
    seen = []
    with lab(kind=STRICT) as running:
        shut_behind_us(running)
        for task in (plan, check, preflight):
            seen.append(run(running, task))
            end_entries(running)
        intend(running, timeout_minutes=5)
        seen.append(run(running, deploy))
        assert "time left" not in entries(running)  # what the proof opened is cleared
    return seen


def another_sequence() -> list[Document]:
    """Change the sequence itself, and come again by the new one."""
    with lab(kind=STRICT) as running:
        shut_behind_us(running)
        change_ports(running)
        changed = run(running, deploy)
        assert "time left" not in entries(running)
        return [changed, run(running, deploy)]


def first_deployment() -> Document:
    """Deploy to a router without an ACL, by its outside, from an address that keeps no access."""
    with lab(kind=NEW, knock={"access": "knock", "knock_only": True}) as running:
        by_the_outside(running)
        return run(running, deploy)


def without_a_proof() -> Document:
    """Nothing is knocked for a proof: the new session knocks, since the old entry has ended."""
    with lab(kind=NEW, knock={"access": "knock", "knock_only": True}) as running:
        by_the_outside(running)
        edit_host(running, port=10022)
        return run(running, deploy, proves=False)


def sequence_of_somebody_else() -> Document:
    """The ports were changed, and here nobody knows to which."""
    with lab(kind=STRICT) as running:
        shut_behind_us(running)
        (running.folder / ".knockdeploy" / "outside" / "r1.knock").unlink()
        change_ports(running)
        running.routers["r1"].box.typed.clear()
        document = run(running, plan)
        assert typed(running.routers["r1"]) == []
        return document


def session_on_an_entry() -> tuple[list[Document], Snapshot, Snapshot]:
    """Sessions end with their entry: it may not be cleared, and must stand long enough."""
    seen = []
    with lab(kind=STRICT) as running:
        shut_behind_us(running, keep_established=False, timeout_minutes=3)
        before = snapshot(running)
        intend(running, timeout_minutes=4)
        seen.append(run(running, plan))
        seen.append(run(running, deploy))
        seen.append(run(running, deploy, proves=False, confirm_minutes=5))
        after = snapshot(running)
        seen.append(run(running, deploy, proves=False, confirm_minutes=1))
        intend(running, keep_established=True)
        seen.append(run(running, plan))
    return seen, before, after


def session_that_is_about_to_need_its_entry() -> Document:
    """So far it is established; the change takes that from it."""
    with lab(kind=STRICT) as running:
        shut_behind_us(running)
        intend(running, keep_established=False)
        return run(running, plan)


@pytest.fixture(scope="module")
def results() -> Results:
    """Play all of them at once: a knock is mostly waiting."""
    stories = (
        every_command,
        another_sequence,
        first_deployment,
        without_a_proof,
        sequence_of_somebody_else,
        session_on_an_entry,
        session_that_is_about_to_need_its_entry,
    )
    with hurried():
        return together({story.__name__: story for story in stories})


def test_every_command_knocks_where_nothing_answers(results: Results) -> None:
    planned, checked, ready, deployed = results["every_command"].result()
    statuses = [each["status"] for each in (planned, checked, ready, deployed)]
    assert statuses == ["unchanged", "compliant", "ready", "deployed"]
    for each in (planned, checked, ready, deployed):
        assert knocked(each) == ["nothing answers: knocking, the intent's sequence"]
    assert (deployed["error"], deployed["saved"]) == (None, True)
    assert (deployed["proof"]["level"], deployed["proof"]["source"]) == ("door", US)


def test_changed_sequence_is_deployed_through_the_door_of_the_old_one(results: Results) -> None:
    changed, again = results["another_sequence"].result()
    assert (changed["status"], changed["error"], changed["saved"]) == ("deployed", None, True)
    assert (changed["proof"]["level"], changed["proof"]["source"]) == ("door", US)
    assert knocked(changed) == [
        "nothing answers: knocking, the intent's sequence",
        "nothing answers: knocking, the sequence deployed before",
    ]
    assert again["status"] == "unchanged"
    assert knocked(again) == ["nothing answers: knocking, the intent's sequence"]


def test_first_deployment_by_the_outside_is_carried_through(
    results: Results,
) -> None:
    document = results["first_deployment"].result()
    assert (document["status"], document["error"], document["saved"]) == ("deployed", None, True)
    assert document["proof"]["level"] == "door"


def test_new_session_knocks_where_no_proof_did(results: Results) -> None:
    document = results["without_a_proof"].result()
    assert (document["status"], document["error"], document["saved"]) == ("deployed", None, True)
    assert "nothing answers: knocking, the intent's sequence" in document["said"]


def test_router_that_listens_to_another_sequence_is_unreachable(
    results: Results,
) -> None:
    document = results["sequence_of_somebody_else"].result()
    assert (document["status"], document["error"]["kind"]) == ("failed", "unreachable")
    assert "not even after the knock" in document["error"]["message"]
    assert "knock.ports" in document["error"]["hint"]
    assert not [port for port in (*OTHER_PORTS, *knock_ports("r1")) if str(port) in str(document)]


def test_session_that_ends_with_its_entry_is_not_risked(
    results: Results,
) -> None:
    (planned, proved, too_long, short, kept), before, after = results[
        "session_on_an_entry"
    ].result()
    for each in (planned, proved):
        assert (each["status"], each["error"]["kind"]) == ("failed", "lockout")
        assert "the proof would clear it" in each["error"]["message"]
        assert "knock.keep_established" in each["error"]["hint"]
    assert (too_long["status"], too_long["error"]["kind"]) == ("failed", "lockout")
    assert "5 minutes" in too_long["error"]["message"]
    assert "--confirm-minutes" in too_long["error"]["hint"]
    assert "the proof would clear it" in kept["error"]["message"]
    assert "set knock" not in kept["error"]["hint"]  # it is set, and not on the router yet
    assert after == before
    assert (short["status"], short["error"]) == ("deployed", None)


def test_session_that_the_change_leaves_to_its_entry_is_not_risked(results: Results) -> None:
    document = results["session_that_is_about_to_need_its_entry"].result()
    assert (document["status"], document["error"]["kind"]) == ("failed", "lockout")
    assert "the proof would clear it" in document["error"]["message"]
    assert "set knock.keep_established: true" in document["error"]["hint"]
