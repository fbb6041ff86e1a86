"""The proof: what works is kept, what does not is seen and taken back, whatever the image does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from commandline import Document
from together import Results, together

from benchmarks.lab_time import let_pass
from knockdeploy.change.job import Tell
from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import opened, outcomes_of
from knockdeploy.cli.plans import expected
from knockdeploy.knock.client import send_knock
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab.wire.ssh import CLASSIC
from knockdeploy.sequence import Knock, KnockSequence
from knockdeploy.tasks.deploy import deploy
from knockdeploy.tasks.plan import plan

from .support import (
    NEW,
    OPEN,
    STRICT,
    Snapshot,
    by_the_outside,
    edit_host,
    intend,
    knockdeploy,
    lab,
    snapshot,
    typed,
)

pytestmark = pytest.mark.lab
WORKS = {
    "no-newline": Behaviour(message_newline=False),
    "one-blank": Behaviour(drop_blanks=1),
    "lt-by-string": Behaviour(lt="string"),
    "log-not-cleared": Behaviour(cleared_after_match=False),
    "second-template-ignored": Behaviour(second_template="ignored"),
    "group-sorted": Behaviour(group_order="sorted"),
    "confirm-by-its-own-session": Behaviour(confirm_elsewhere=False),
    "entry-without-permit": Behaviour(entry_shows_action=False, entry_shows_time_left=False),
    "entry-by-ports": Behaviour(entry_shows="ports"),
    "no-counts": Behaviour(group_counts=False),
    "group-without-the-word": Behaviour(group_word=False),
}
BREAKS = {
    "reqinfo-last": (Behaviour(reqinfo="last"), "unproved"),
    "reqinfo-refused": (Behaviour(reqinfo="refused"), "refused-line"),
    "dynamic-takes-no-number": (Behaviour(numbered_dynamic=False), "unsupported"),
    "no-group-in-dynamic": (Behaviour(group_in_dynamic=False), "unsupported"),
    "groups-ignored-for-own-packets": (Behaviour(group_matches_own=False), "unproved"),
    "knocks-swallowed": (Behaviour(log_interval_ms=1000), "unproved"),
}
US, INSIDE, STRANGER = "127.0.0.1", "127.66.0.4", "127.66.0.3"
# An ACL of our own is not bound yet when the knock is proved first.
UNBOUND = "unbound-takes-no-entries"


Result = tuple[Document, Snapshot, Snapshot]
"""What was reported of a deployment, and the router before and after."""


def deployed(running: Fabric, tell: Tell | None = None, **options: Any) -> Document:
    """Deploy as the command does: that one cannot run several times in one process at once."""
    selection = Selection(running.config_file)
    project, job = opened(selection, Console("deploy", json=True), ChangeOptions(**options))
    return outcomes_of(project, deploy, replace(job, tell=tell or job.tell))["r1"].to_json()


def on_an_image(behaviour: Behaviour, kind: int) -> Result:
    with lab(kind=kind, behaviour=behaviour) as running:
        before = snapshot(running)
        return deployed(running), before, snapshot(running)


def where_an_unbound_list_takes_no_entries() -> tuple[Document, Snapshot, list[str], Document]:
    """Deploy to one router, and to a second that has not been seen before."""
    with lab(2, kind=NEW, behaviour=Behaviour(unbound_takes_entries=False)) as running:
        project, job = opened(Selection(running.config_file, ["r1"]), Console("deploy", json=True))
        agreed = expected(outcomes_of(project, plan, job))  # to its lines in their usual order
        first = outcomes_of(project, deploy, replace(job, expected=agreed))["r1"].to_json()
        sent = typed(running.routers["r1"])
        project, job = opened(Selection(running.config_file, ["r2"]), Console("deploy", json=True))
        second = outcomes_of(project, deploy, job)["r2"].to_json()
        sent_later = typed(running.routers["r2"])
        assert sum(line.startswith("no ip access-list") for line in sent_later) == 0
        return first, snapshot(running), sent, second


def where_a_copy_takes_no_entries() -> list[Document]:
    """An image that takes no numbered dynamic entry either: its list is a copy, swapped in."""
    behaviour = Behaviour(numbered_dynamic=False, unbound_takes_entries=False)
    with lab(kind=OPEN, behaviour=behaviour) as running:
        return [deployed(running), deployed(running)]


def by_a_management_source() -> Result:
    with lab(kind=NEW, knock={"management_sources": ["127.0.0.0/24"]}) as running:
        by_the_outside(running)
        before = snapshot(running)
        return deployed(running), before, snapshot(running)


def from_where_no_knock_arrives(policy: str) -> Result:
    knock = {"proof": policy, "outside_address": "127.66.9.9"}  # nobody's
    with lab(kind=OPEN, knock=knock) as running:
        before = snapshot(running)
        return deployed(running), before, snapshot(running)


def of_a_change_that_shows_nothing() -> tuple[Document, Snapshot, Snapshot, str, list[str]]:
    """Change a door that works so that nothing answers behind it; a client is inside."""
    with lab(kind=STRICT) as running:
        router = running.routers["r1"].router
        assert deployed(running, proves=False)["status"] == "deployed"
        before = snapshot(running)
        intend(running, timeout_minutes=5, outside_ports={22: 10023, 80: 10081, 443: 10444})
        running.routers["r1"].box.typed.clear()
        host = deployed(running)
        entries = "".join(running.call(router.access_lists))
        return host, before, snapshot(running), entries, typed(running.routers["r1"])


def of_the_same_twice() -> None:
    """Deploy twice to one router of each kind, over the algorithms of classic IOS.

    The only story that runs the command line: it prints to the process's own streams.
    """
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


def knock_right(running: Fabric, source: str) -> None:
    knocks = KnockSequence(tuple(Knock(port) for port in knock_ports("r1")))
    send_knock(running.routers["r1"].place.outside, knocks, pause_ms=0, source=source)


def let_in(running: Fabric) -> set[str]:
    """Return whose temporary entries stand."""
    lines = running.call(running.routers["r1"].router.access_lists)
    entries = (line.split("(")[0] for line in lines if "OG_Knock_Services" in line)
    return {
        line.split(" host ")[1].split()[0]
        for line in entries
        if not line.split()[0].isdigit() and " host " in line
    }


def come_in(running: Fabric, *sources: str) -> None:
    """Let these in, one after the other."""
    for source in sources:
        knock_right(running, source)
        # The window must pass: EEM remembers each tag (ios-facts §13).
        let_pass(running, running.routers["r1"], 2)
    assert let_in(running) == set(sources)


def while_others_knock() -> tuple[Document, set[str]]:
    """Change a door; one is inside already, another comes in during each of our wrong knocks.

    Without decoys: ours would spoil that one's attempt.
    """
    with lab(kind=STRICT, knock={"decoys": 0}) as running:
        assert deployed(running, proves=False)["status"] == "deployed"
        come_in(running, INSIDE, US)
        intend(running, timeout_minutes=5)
        n_told = 0

        def tell(_host: str, what: str) -> None:
            nonlocal n_told
            if what.startswith("wrong knock"):  # who is inside by now has been looked up
                n_told += 1
                knock_right(running, STRANGER)

        host = deployed(running, tell=tell)
        assert n_told == 2
        return host, let_in(running)


def by_our_own_entry() -> tuple[Document, list[str], Document]:
    """Come in by the entry of an earlier knock, to prove what clears it; then without a proof."""
    with lab(kind=STRICT) as running:
        assert deployed(running, proves=False)["status"] == "deployed"
        come_in(running, US)
        intend(running, timeout_minutes=5)
        by_the_outside(running)
        edit_host(running, port=10022)  # where the NAT in front has the router's port 22
        running.routers["r1"].box.typed.clear()
        host = deployed(running)
        sent = typed(running.routers["r1"])
        return host, sent, deployed(running, proves=False)


@pytest.fixture(scope="module")
def results() -> Results:
    """Deploy to many of them at once: a proof is mostly waiting."""
    cases = {**WORKS, **{name: behaviour for name, (behaviour, _) in BREAKS.items()}}
    stories: dict[str, Callable[[], object]] = {
        name: partial(on_an_image, each, OPEN) for name, each in cases.items()
    }
    stories[UNBOUND] = where_an_unbound_list_takes_no_entries
    stories["copy"] = where_a_copy_takes_no_entries
    stories["required"] = partial(from_where_no_knock_arrives, "required")
    stories["when-reachable"] = partial(from_where_no_knock_arrives, "when-reachable")
    stories["others"] = while_others_knock
    stories["own-entry"] = by_our_own_entry
    stories["twice"] = of_the_same_twice
    stories["management"] = by_a_management_source
    stories["nothing-answers"] = of_a_change_that_shows_nothing
    return together(stories)


@pytest.mark.parametrize("name", WORKS)
def test_recipe_is_proved_where_it_works(name: str, results: Results) -> None:
    host, _, after = results[name].result()
    assert (host["status"], host["error"], host["saved"]) == ("deployed", None, True)
    assert host["proof"]["level"] == "door"
    assert not after.is_pending


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, (_, kind) in BREAKS.items()])
def test_recipe_is_taken_back_where_it_does_not_work(
    name: str, kind: str, results: Results
) -> None:
    host, before, after = results[name].result()
    assert (host["status"], host["state"], host["error"]["kind"]) == ("rolled-back", "before", kind)
    assert after == before
    assert not host["saved"]
    if kind == "unproved":
        assert host["proof"]["level"] in {"failed", "unreached"}
        assert host["proof"]["seen"]
    if kind == "unsupported":
        assert host["error"]["hint"]


def test_list_is_bound_first_where_an_unbound_one_takes_no_entries(results: Results) -> None:
    first, after, sent, second = results[UNBOUND].result()
    for each in (first, second):
        assert (each["status"], each["error"], each["saved"]) == ("deployed", None, True)
        assert each["proof"]["level"] == "door"
    assert not after.is_pending
    acl = after.running.child("ip access-list extended ACL_Internet_In")
    assert acl is not None
    assert [node.text.split()[0] for node in acl.children][-3:] == ["deny", "deny", "permit"]
    assert "no ip access-list extended ACL_Internet_In" in sent  # the first try, taken back
    # In CLOSE the denies are what is typed; the list is bound by then.
    denies = [i for i, line in enumerate(sent) if " deny object-group" in line]
    assert max(i for i, line in enumerate(sent) if line.startswith("ip access-group")) < min(
        i for i in denies if not sent[i].startswith("deny")
    )


def test_copy_of_a_strict_list_is_proved_before_it_denies_anything(results: Results) -> None:
    first, second = results["copy"].result()
    assert (first["status"], first["error"]["kind"]) == ("rolled-back", "unsupported")
    assert (second["status"], second["error"]) == ("deployed", None)
    assert second["proof"]["level"] == "door"
    assert {seen["phase"] for seen in second["proof"]["seen"]} == {"open", "close"}


def test_management_source_is_carried_through(results: Results) -> None:
    host, _, after = results["management"].result()
    assert (host["status"], host["error"], host["saved"]) == ("deployed", None, True)
    assert host["proof"]["level"] == "entry"  # the door is open to whoever proves it
    assert not after.is_pending


def test_change_of_a_door_that_fails_leaves_the_door_as_it_was(results: Results) -> None:
    host, before, after, entries, sent = results["nothing-answers"].result()
    assert (host["status"], host["error"]["kind"]) == ("rolled-back", "unproved")
    assert after == before
    last = host["proof"]["seen"][-1]
    assert (last["knock"], last["answer"]) == ("right", "refused")
    assert "time left" not in entries  # what the proof opened is cleared
    assert sum(line.startswith("clear access-template") for line in sent) == 2
    assert ": 22/tcp at 127." in host["error"]["message"]
    assert host["error"]["message"].endswith(" port 10023: refused")
    assert "knock.outside_ports" in host["error"]["hint"]


def test_other_people_who_knock_decide_nothing_and_stay_inside(results: Results) -> None:
    host, inside = results["others"].result()
    assert (host["status"], host["error"]) == ("deployed", None)
    assert (host["proof"]["level"], host["proof"]["source"]) == ("door", US)
    assert {seen["entry"] for seen in host["proof"]["seen"]} == {None, US}
    assert inside == {INSIDE, STRANGER}  # what we opened, now and earlier, is cleared


def test_entry_by_which_we_are_in_is_not_cleared(results: Results) -> None:
    host, sent, unproved = results["own-entry"].result()
    assert (host["status"], host["state"], host["error"]["kind"]) == ("failed", "before", "lockout")
    assert f"knock of {US}" in host["error"]["message"]
    assert "--no-proof" in host["error"]["hint"]
    assert sent == []
    assert (unproved["status"], unproved["error"]) == ("deployed", None)


def test_proof_that_reaches_nothing_counts_as_the_intent_says(results: Results) -> None:
    host, before, after = results["required"].result()
    assert (host["status"], host["error"]["kind"]) == ("rolled-back", "unproved")
    assert host["proof"]["level"] == "unreached"
    assert after == before
    host, _, after = results["when-reachable"].result()
    assert (host["status"], host["error"], host["proof"]["level"]) == (
        "deployed",
        None,
        "unreached",
    )
    assert "_knock_Owned" in after.startup


def test_second_deploy_changes_and_sends_nothing(results: Results) -> None:
    results["twice"].result()
