"""The client killed with -9 in the middle: the router goes back by itself."""

from __future__ import annotations

import pytest

from knockdeploy.lab.faults import Faults
from knockdeploy.lab.router.clock import ManualClock

from .support import STRICT, lab, snapshot
from .watched import kill_once

pytestmark = pytest.mark.lab
CONFIRM_S = 5 * 60
# Where the client is when it is killed: at the first line, among the groups, in the applet, at
# the deny entries of the CLOSE phase, before it confirms, and between confirming and saving.
IN_PUSH = (1, 9, 45, 92)


def test_killed_client_leaves_routers_that_revert_by_themselves() -> None:
    clock = ManualClock()
    with lab(len(IN_PUSH) + 2, kind=STRICT, clock=clock) as running:
        before = {name: snapshot(running, name) for name in running.routers}
        *pushed, unconfirmed, unsaved = running.routers
        for name, k in zip(pushed, IN_PUSH, strict=True):
            running.routers[name].faults = Faults(hang_line=k)
        running.routers[unconfirmed].faults = Faults(hang="configure confirm")
        running.routers[unsaved].faults = Faults(hang="write memory")

        kill_once(
            lambda: (
                all(
                    running.routers[name].box.n_lines == k
                    for name, k in zip(pushed, IN_PUSH, strict=True)
                )
                and "configure confirm" in running.routers[unconfirmed].box.typed
                and "write memory" in running.routers[unsaved].box.typed
            ),
            running,
            "deploy",
            "--yes",
            "--no-proof",
        )

        for name in (*pushed, unconfirmed):
            now = snapshot(running, name)
            assert now.is_pending
            assert now.startup == before[name].startup
            assert (now.running == before[name].running) is (name == pushed[0])
        kept = snapshot(running, unsaved)
        assert not kept.is_pending
        assert kept.startup == before[unsaved].startup

        running.call(lambda: clock.advance(CONFIRM_S + 1))
        for name in (*pushed, unconfirmed):
            assert snapshot(running, name) == before[name]
        assert snapshot(running, unsaved) == kept  # as planned: it was confirmed
