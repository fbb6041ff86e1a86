"""Knocks over UDP, TCP and both: deployed, proved, knocked at, checked and taken back."""

from __future__ import annotations

import pytest

from knockdeploy.ios.tree import to_text

from .support import OPEN, change, knockdeploy, lab, snapshot
from .test_real_knocks import PROTOCOLS, STRANGER, intend_protocols, sources

pytestmark = pytest.mark.lab
DRIFT = {
    "knock-group": ("object-group service OG_Knock", "tcp eq 29999"),
    "policy": ("policy-map PM_CoPP", "class CM_CoPP_Knock", "no drop"),
    "applet": ("no event manager applet EEM_Knock",),
}


@pytest.mark.parametrize("protocols", PROTOCOLS.values(), ids=PROTOCOLS)
def test_router_is_proved_knocked_at_checked_and_as_before(protocols: str) -> None:
    with lab(kind=OPEN) as running:
        intend_protocols(running, protocols)
        before = snapshot(running)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.host()["status"] == "deployed", deployed.out
        assert deployed.host()["proof"]["level"] == "door"
        assert knockdeploy(running, "plan").status == 0

        printed = knockdeploy(running, "knock", "r1", "--print").out
        assert [printed.count(":udp"), printed.count(":tcp")] == [
            protocols.count(each) for each in "ut"
        ]
        assert knockdeploy(running, "knock", "r1", "--source", STRANGER).status == 0
        assert sources(running, running.routers["r1"]) == [STRANGER]

        for lines in DRIFT.values():
            change(running, *lines)
            assert knockdeploy(running, "check").status == 2, lines
            assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
            assert knockdeploy(running, "check").status == 0, lines
        assert knockdeploy(running, "remove", "--yes", "--open").status == 0
        assert to_text(snapshot(running).running) == to_text(before.running)
