"""Enforcement copp over real sockets: it shuts on every way in, and nothing but its own goes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from knockdeploy.lab.fabric import Fabric

from .support import (
    NEW,
    by_the_outside,
    change,
    intend,
    knockdeploy,
    lab,
    process,
    snapshot,
    typed,
)

pytestmark = pytest.mark.lab
STRANGER = "127.66.1.2"


def is_shut(address: str, source: str, port: int = 10022) -> bool:
    """Tell whether nobody from ``source`` gets a banner there."""
    try:
        with socket.create_connection((address, port), 3, (source, 0)) as connection:
            return connection.recv(4) == b""
    except OSError:
        return True


@pytest.mark.parametrize("way", ["inside", "outside"])
def test_the_door_is_proved_from_inside_and_from_outside(way: str) -> None:
    with lab(kind=NEW) as running:
        before = snapshot(running)
        intend(running, enforcement="copp", access="knock", destination="any")
        if way == "outside":
            by_the_outside(running)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.status == 0, deployed.err
        assert deployed.host()["proof"]["level"] == "door"
        assert not any("ip access-group" in line for line in typed(running.routers["r1"]))
        place = running.routers["r1"].place
        assert all(is_shut(address, STRANGER) for address in (place.inside, place.outside))
        ran = process(running, "knock", "r1", "--source", STRANGER, "--then", "exit 7")
        assert ran.status == 7
        assert not is_shut(place.outside, STRANGER)
        assert is_shut(place.outside, "127.66.1.3")
        assert knockdeploy(running, "check").status == 0
        removed = knockdeploy(running, "remove", "--yes", "--open", "--json")
        assert removed.status == 0, removed.err
        assert snapshot(running) == before


DRIFTS = {
    "the door is open": ("policy-map PM_CoPP", "class CM_CoPP_Shut", "no drop"),
    "somebody is let in": (
        "ip access-list extended ACL_CoPP_Admitted",
        "1 permit tcp 127.66.0.0 0.0.255.255 any eq 22",
    ),
    "one address is open": (
        "ip access-list extended ACL_CoPP_Shut",
        "no 10",
    ),
}


@pytest.fixture(scope="module")
def deployed() -> Iterator[Fabric]:
    with lab(kind=NEW) as running:
        intend(running, enforcement="copp", management_sources=["127.0.0.1/32"])
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        yield running


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_is_found_and_fixed(deployed: Fabric, drift: str) -> None:
    before = snapshot(deployed)
    change(deployed, *DRIFTS[drift])
    found = knockdeploy(deployed, "check", "--json")
    assert found.status == 2
    assert found.findings()
    assert knockdeploy(deployed, "deploy", "--yes", "--no-proof").status == 0
    assert snapshot(deployed).running == before.running
    assert knockdeploy(deployed, "plan").status == 0
