"""Deployed and taken back again, over real sockets: the text of before."""

from __future__ import annotations

import re
import shutil

import pytest
from commandline import Ran

from knockdeploy.ios.tree import to_text
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock

from .support import (
    NEW,
    OPEN,
    STRICT,
    asked,
    change,
    edit,
    intend,
    knockdeploy,
    lab,
    snapshot,
    typed,
)
from .test_killed import CONFIRM_S
from .watched import kill_once

pytestmark = pytest.mark.lab

# A router with a control-plane policy, an applet and message numbers of its own.
OWN = (
    "service sequence-numbers",
    "ip access-list extended ACL_SSH",
    "permit tcp any any eq 22",
    "exit",
    "class-map match-any CM_SSH",
    "match access-group name ACL_SSH",
    "exit",
    "policy-map COPP",
    "class CM_SSH",
    "police 64000",
    "exit",
    "exit",
    "control-plane host",
    "service-policy input COPP",
    "exit",
    "event manager environment _email_to noc@example.com",
    "event manager applet NIGHTLY",
    "event timer cron cron-entry 0_3_*_*_*",
    "action 1.0 syslog msg hello",
)
# What somebody typed from the article, and did not finish.
BY_HAND = (
    "object-group service OG_Knock",
    "udp eq 46543",
    "exit",
    "object-group service OG_Knock_Services",
    "tcp eq 22",
    "exit",
    "ip access-list extended ACL_WAN",
    "1 permit object-group OG_Knock any any",
    "2 dynamic DACL_WAN permit object-group OG_Knock_Services any any",
    "exit",
    "event manager environment _knock_Services ACL_WAN",
    "ip access-list extended ACL_CoPP_Knock",
    "7 permit udp any any eq 46543",
    "9 permit udp any any eq 28654",
)

SERVICES = ("22/tcp", "80/tcp", "443/tcp-udp")  # the lab's


def deployed(running: Fabric) -> str:
    """Deploy, and return the run."""
    done = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
    assert done.status == 0, done.out
    return str(done.document["run"])


def back(running: Fabric, *command: str, status: int = 0) -> Ran:
    done = knockdeploy(running, *command, "--json")
    assert done.status == status, done.out
    return done


def test_a_removal_gives_back_what_was_there_whoever_deployed() -> None:
    with lab(3, kind=(NEW, OPEN, STRICT)) as running:
        change(running, *OWN, name="r2", saved=True)
        before = {name: snapshot(running, name) for name in running.routers}
        deployed(running)
        shutil.rmtree(running.folder / ".knockdeploy")
        done = back(running, "remove", "--open", "--canary", "r2")
        assert "canary   r2\nbatch 1  r1, r3 (2 hosts)\n" in done.err
        for name in running.routers:
            assert done.host(name)["status"] == "removed"
            assert done.host(name)["saved"] is True
            assert snapshot(running, name) == before[name]
        assert "22/tcp becomes reachable without a knock, open to anyone" in done.host()["warnings"]

        n_typed = len(typed(running.routers["r1"]))
        again = back(running, "remove")
        assert again.document["summary"] == {"unchanged": 3}
        assert len(typed(running.routers["r1"])) == n_typed
        deployed(running)


@pytest.mark.parametrize("verb", ["remove", "rollback"])
def test_what_could_not_be_saved_is_saved_by_the_next_one(verb: str) -> None:
    with lab(kind=STRICT) as running:
        before = snapshot(running)
        run = deployed(running)
        command = (verb, *(("--run", run) if verb == "rollback" else ()), "--open")
        running.routers["r1"].faults = Faults(deny="write memory")
        host = back(running, *command, status=1).host()
        assert (host["state"], host["saved"]) == ("after", False)
        assert "EEM_Knock" in snapshot(running).startup
        running.routers["r1"].faults = Faults()
        host = back(running, *command).host()
        assert (host["state"], host["saved"]) == ("after", True)
        assert snapshot(running) == before


def test_without_open_nothing_is_sent() -> None:
    with lab(2, kind=(NEW, STRICT)) as running:
        deployed(running)
        after = {name: snapshot(running, name) for name in running.routers}
        n_typed = {name: len(typed(machine)) for name, machine in running.routers.items()}
        refused = back(running, "remove", status=64)
        assert refused.document["hosts"] == {}
        errors = refused.document["errors"]
        said = [(error["host"], error["message"]) for error in errors]
        every = "22/tcp, 80/tcp, 443/tcp, 443/udp"
        assert ("r1", f"{every} become reachable without a knock, open to anyone") in said
        of_r2 = [message for host, message in said if host == "r2"]
        assert len(of_r2) == 2, "what its own list lets in by the source port: DNS and NTP"
        assert "443/udp" in of_r2[0]
        assert "'permit udp any eq domain any'" in of_r2[0]
        assert all("--open" in error["hint"] for error in errors)
        for name, machine in running.routers.items():
            assert snapshot(running, name) == after[name]
            assert len(typed(machine)) == n_typed[name]
        intend(running, services=["22/tcp"], outside_ports={})
        fewer = back(running, "deploy", "--yes", "--no-proof", "--open", "-l", "r2")
        assert fewer.host("r2")["warnings"] == of_r2, "a deployment lists what it opens, too"
        removed = back(running, "remove", "-l", "r2")
        assert removed.host("r2")["status"] == "removed", "there nothing opens"


def test_a_set_up_typed_by_hand_loses_what_names_tell_and_comes_back_by_rollback() -> None:
    with lab(1, kind=OPEN) as running:
        without = snapshot(running)
        change(running, *BY_HAND, saved=True)
        by_hand = snapshot(running)
        run = deployed(running)
        undone = back(running, "rollback", "--run", "latest", "--open")
        assert re.search(f"to undo: deploy {run}, begun .* UTC by .*: r1\n", undone.err)
        assert snapshot(running) == by_hand
        deployed(running)
        intend(running, destination="any")  # entries of theirs had numbers of their own
        deployed(running)
        back(running, "remove", "--open")
        assert to_text(snapshot(running).running) == to_text(without.running)


def test_a_rollback_undoes_one_run_and_what_came_after_first() -> None:
    with lab(2, kind=(OPEN, NEW)) as running:
        before = {name: snapshot(running, name) for name in running.routers}
        first = deployed(running)
        between = {name: snapshot(running, name) for name in running.routers}
        intend(running, services=[*SERVICES, "8443/tcp"], management_sources=["192.0.2.0/24"])
        second = back(running, "deploy", "--yes", "--no-proof", "--open").document["run"]
        change(running, "ip route 10.9.9.0 255.255.255.0 10.1.1.9", saved=True)

        about = running.folder / ".knockdeploy/runs" / second / "about.json"
        about.write_text("{")  # what it found on the routers is whole
        early = back(running, "rollback", "--run", first, "--open", status=1)
        assert second in early.host()["error"]["message"]
        assert early.host()["state"] == "before"

        undone = back(running, "rollback", "--run", second, "--open")
        assert f"to undo: {second}\n" in undone.err
        assert undone.document["summary"] == {"restored": 2}
        assert undone.host()["saved"] is True
        assert snapshot(running, "r2") == between["r2"]
        assert "ip route 10.9.9.0" in to_text(snapshot(running).running), "somebody else's stays"
        assert back(running, "rollback", "--run", second).document["summary"] == {"unchanged": 2}

        back(running, "rollback", "--run", first, "--open")
        assert snapshot(running, "r2") == before["r2"]
        edit(running.folder / "inventory/hosts.yaml", lambda hosts: hosts.pop("r2"))
        assert "r2: changed by" in back(running, "rollback", "--run", first).err


def test_a_host_that_the_run_did_not_change_is_left_alone() -> None:
    with lab(2) as running:
        run = str(back(running, "deploy", "--yes", "--no-proof", "-l", "r1").document["run"])
        after = snapshot(running, "r2")
        command = ("rollback", "--run", run, "--open", "--json")
        declined = knockdeploy(running, *command, typed="n\n")
        shown = [declined.host(name)["status"] for name in ("r1", "r2")]
        assert shown == ["skipped", "unchanged"]
        assert declined.host()["saved"] is False
        assert "Roll back 1 router? [y/N]" in declined.err
        done = back(running, *command[:-1])
        assert [done.host(name)["status"] for name in ("r1", "r2")] == ["restored", "unchanged"]
        assert "stage" not in done.err, "its canary is the one router of the run"
        assert snapshot(running, "r2") == after
        assert back(running, "rollback", "--run", "1999", status=64).document["errors"]


def test_a_refused_line_leaves_the_deployment_as_it_was() -> None:
    with lab(1, kind=OPEN) as running:
        deployed(running)
        after = snapshot(running)
        running.routers["r1"].faults = Faults(refuse_line=8)
        done = back(running, "remove", "--open", status=1)
        assert done.host()["status"] == "rolled-back"
        assert done.host()["error"]["kind"] == "refused-line"
        assert snapshot(running) == after


def test_a_killed_removal_is_undone_by_the_routers_themselves() -> None:
    clock = ManualClock()
    with lab(2, kind=STRICT, clock=clock) as running:
        deployed(running)
        after = {name: snapshot(running, name) for name in running.routers}
        at = {"r1": 4, "r2": 14}
        for name, k in at.items():
            running.routers[name].faults = Faults(hang_line=k)
        kill_once(
            lambda: all(running.routers[n].box.n_lines == k for n, k in at.items()),
            running,
            "remove",
            "--open",
        )
        for name in at:
            assert snapshot(running, name).running != after[name].running
            assert snapshot(running, name).is_pending
        running.call(lambda: clock.advance(CONFIRM_S + 1))
        for name in at:
            assert snapshot(running, name) == after[name]


@pytest.mark.parametrize(("word", "status", "ends"), [("y", 0, "removed"), ("", 1, "skipped")])
def test_who_removes_at_a_terminal_is_shown_it_and_asked(word: str, status: int, ends: str) -> None:
    with lab(kind=STRICT) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        before = snapshot(running)
        with asked(running, "remove", "--open", "--json") as answer:
            ran = answer(word)
        assert "Remove the knock from 1 router? [y/N]" in ran.err
        assert "- event manager applet EEM_Knock" in ran.err
        assert (ran.status, ran.host()["status"]) == (status, ends)
        assert (snapshot(running) == before) is (ends == "skipped")


def test_a_rollback_at_a_terminal_is_that_which_was_agreed_to() -> None:
    with lab(kind=STRICT) as running:
        run = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").document["run"]
        with asked(running, "rollback", "--run", run, "--open", "--json") as answer:
            change(running, "ip access-list extended Internet-In", "5 permit icmp any any", "exit")
            ran = answer("y")
        host = ran.host()
        assert (ran.status, host["error"]["kind"]) == (1, "changed-since-plan")
