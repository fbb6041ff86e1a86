"""The knock command at a door that is really shut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knockdeploy.lab.fabric import Fabric

from .support import STRICT, change, edit_host, intend, knockdeploy, knocks, lab, process

pytestmark = pytest.mark.lab
STRANGER = "127.66.1.2"


@pytest.fixture(scope="module")
def deployed() -> Iterator[Fabric]:
    with lab(2, kind=STRICT) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        yield running


def end_entries(running: Fabric) -> None:
    running.call(lambda: running.routers["r1"].router.lock_and_key.clear(()))


def entries(running: Fabric) -> str:
    return "".join(running.call(running.routers["r1"].router.access_lists))


def test_right_knock_opens_for_who_knocked_and_hands_over(deployed: Fabric) -> None:
    place = deployed.routers["r1"].place
    command = 'echo "to $KNOCK_ADDRESS:$KNOCK_PORT"; exit 7'
    ran = process(deployed, "knock", "r1", "--source", STRANGER, "--then", command)
    assert ran.status == 7
    assert f"to {place.outside}:10022\n" in ran.out
    assert f"host {STRANGER}" in entries(deployed)
    assert "host 127.0.0.1" not in entries(deployed)


def test_open_door_as_a_document(deployed: Fabric) -> None:
    ran = knockdeploy(deployed, "knock", "r2", "--json")
    assert ran.status == 0
    host = ran.host("r2")
    outside = deployed.routers["r2"].place.outside
    assert host == {
        "status": "open",
        "service": "22/tcp",
        "address": outside,
        "port": 10022,
        "error": None,
    }


def test_new_ports_open_nothing_until_deployed_but_those_of_before_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knockdeploy.cli.knocking._ANSWERS_WITHIN_S", 1.0)
    ports = [30001, 30002, 30004, 30003, 30005]
    with lab(kind=STRICT) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        edit_host(running, data={"knock": {"ports": ports}})
        ran = knockdeploy(running, "knock", "r1", "--json")
        assert (ran.status, ran.host()["status"]) == (0, "open")
        assert "r1: last deployed from here with another knock" in ran.err
        assert "another knock" in knockdeploy(running, "client", "r1", "--format", "knock").err
        end_entries(running)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        back = knockdeploy(running, "rollback", "--run", "latest", "--yes", "--open", "--json")
        assert back.host()["status"] == "restored"
        ran = knockdeploy(running, "knock", "r1", "--json")
        assert (ran.status, ran.host()["status"]) == (0, "open"), "it listens to that again"
        end_entries(running)
        (running.folder / ".knockdeploy/outside/r1.knock").unlink()  # as from another machine
        ran = knockdeploy(running, "knock", "r1", "--json", "--then", "touch /nowhere/file")
        assert (ran.status, ran.host()["status"]) == (1, "shut")


def test_udp_service_alone_is_sent_and_not_waited_for() -> None:
    with lab(kind=STRICT) as running:
        intend(running, services=["500/udp"], outside_ports={})
        ran = knockdeploy(running, "knock", "r1", "--json")
        assert (ran.status, ran.host()["status"], ran.host()["service"]) == (0, "sent", None)


def test_print_shows_the_sequence_and_sends_nothing(deployed: Fabric) -> None:
    deployed.call(deployed.routers["r1"].router.log_buffer.clear)
    ran = knockdeploy(deployed, "knock", "r1", "--print")
    assert ran.status == 0
    assert knocks(deployed).search(ran.out)
    assert not knocks(deployed).search(ran.err)
    assert not any("%CP-6" in line for line in deployed.routers["r1"].router.log_buffer.lines)


@pytest.mark.parametrize(
    "arguments",
    [["r*"], ["r9"], ["r1", "--source", "192.0.2.99"], ["r1", "--source", "nonsense"]],
)
def test_wrong_words_are_64(deployed: Fabric, arguments: list[str]) -> None:
    ran = knockdeploy(deployed, "knock", *arguments, "--json")
    assert ran.status == 64
    assert ran.document["errors"]
    assert ran.document["hosts"] == {}


def test_host_without_an_intent_is_unmanaged(deployed: Fabric) -> None:
    with lab() as running:
        edit_host(running, data={"knock": {"enabled": False}})
        ran = knockdeploy(running, "knock", "r1", "--json")
        assert (ran.status, ran.host()["status"]) == (0, "unmanaged")


def test_drift_made_by_hand_is_found_and_mended() -> None:
    with lab(kind=STRICT) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        acl = "ip access-list extended Internet-In"
        (deny,) = [
            node.text
            for node in running.routers["r1"].router.running.at((acl,)).children  # type: ignore[union-attr]
            if node.text.split()[:3] == ["deny", "object-group", "OG_Knock_Services"]
            and running.routers["r1"].place.outside in node.text
        ]
        change(running, acl, f"no {' '.join(deny.split())}", saved=True)
        checked = knockdeploy(running, "check", "--json")
        assert checked.status == 2
        (finding,) = [f for f in checked.host()["findings"] if f["rule"] != "exposed"]
        assert finding["message"] == "is missing"
        assert finding["line"].split()[-6:] == deny.split()
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        assert knockdeploy(running, "check").status == 0
