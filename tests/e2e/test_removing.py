"""Deployed and removed again, over real sockets: the text of before."""

from __future__ import annotations

import pytest

from knockdeploy.lab.fabric import Fabric

from .support import Ran, knockdeploy, lab, snapshot

pytestmark = pytest.mark.lab


def _removed(lab: Fabric, *more: str) -> Ran:
    return knockdeploy(lab, "remove", "--json", *more)


def test_a_removal_gives_back_what_was_there() -> None:
    with lab(3) as running:
        before = {name: snapshot(running, name) for name in running.routers}
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        done = _removed(running, "--open")
        print(done.out, done.err)
        assert done.status == 0
        for name in running.routers:
            assert done.host(name)["status"] == "removed"
            now = snapshot(running, name)
            assert now.running == before[name].running
            print(now.startup == before[name].startup, now.files - before[name].files)
