"""The same over real sockets: who is carried through comes in again, who is not changed nothing.

The operator is 127.0.0.1; where that is said to be one address of a pool, another address of it
is let in as well, and a stranger is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from access.support import hurried, run
from e2e.support import NEW, OPEN, by_the_outside, change, edit_host, lab, snapshot, typed

from knockdeploy.knock.probe import probe
from knockdeploy.tasks.deploy import deploy
from knockdeploy.tasks.plan import plan

pytestmark = pytest.mark.lab
STRANGER, NEIGHBOUR = "127.66.0.9", "127.0.0.5"
LIMITED = (
    "ip access-list extended ACL_WAN",
    "5 permit tcp host 127.0.0.1 any eq 22",
)
# kind, knock, typed before, whether we come by the outside: and whether we are carried through
ROWS: dict[str, tuple[int, dict[str, Any], tuple[str, ...], bool, bool]] = {
    "inside": (NEW, {}, (), False, True),
    "outside": (NEW, {}, (), True, False),
    "outside-of-a-limited-list": (OPEN, {}, LIMITED, True, False),
    "management-source": (NEW, {"management_sources": ["127.0.0.1"]}, (), True, True),
    "limited-list": (OPEN, {"management_sources": ["127.0.0.1"]}, LIMITED, True, True),
    "pool": (OPEN, {"management_sources": ["127.0.0.0/29"]}, LIMITED, True, True),
    "another-pool": (NEW, {"management_sources": ["127.0.0.8/29"]}, (), True, False),
    "knock": (OPEN, {"access": "knock", "knock_only": True}, LIMITED, True, True),
    "knock-cuts-the-session": (
        NEW,
        {"access": "knock", "knock_only": True, "keep_established": False},
        (),
        True,
        False,
    ),
    "service-not-protected": (NEW, {"services": ["80/tcp"], "outside_ports": {}}, (), True, True),
}


def play(name: str) -> None:
    kind, knock, lines, is_outside, is_carried = ROWS[name]
    with lab(kind=kind, knock=knock) as running:
        if lines:
            change(running, *lines, saved=True)
        if is_outside:
            by_the_outside(running)
            edit_host(running, port=10022)
        before = snapshot(running)
        done = run(running, deploy, proves=False)
        if not is_carried:
            assert (done["status"], done["error"]["kind"]) == ("failed", "lockout"), done["error"]
            assert "knock." in done["error"]["hint"]
            assert snapshot(running) == before
            assert typed(running.routers["r1"]) == []
            return
        assert (done["status"], done["error"], done["saved"]) == ("deployed", None, True)
        again = run(running, plan)  # a new session
        assert (again["status"], again["error"]) == ("unchanged", None)
        outside = running.routers["r1"].place.outside
        if name == "pool":
            assert probe(outside, 10022, service_port=22, source=NEIGHBOUR).is_open
        if name != "service-not-protected":
            assert probe(outside, 10022, service_port=22, source=STRANGER).is_shut


@pytest.fixture(scope="module")
def stories_played() -> Mapping[str, Future[None]]:
    with hurried(), ThreadPoolExecutor(len(ROWS)) as pool:
        futures = {name: pool.submit(play, name) for name in ROWS}
        wait(futures.values())
    return futures


@pytest.mark.parametrize("name", ROWS)
def test_lockout(name: str, stories_played: Mapping[str, Future[None]]) -> None:
    stories_played[name].result()
