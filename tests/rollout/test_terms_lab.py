"""The terms of a walk, held over the lab: soak, sites, tries again, the window; told by routers."""

from __future__ import annotations

import datetime
import time
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from commandline import Document
from e2e.support import (
    STRICT,
    as_typed,
    at_line,
    at_once,
    change,
    changed,
    edit,
    knockdeploy,
    lab,
    roll,
)
from e2e.watched import eventually

from knockdeploy.cli import resuming, stage_run
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.tasks import deploy
from rollout.test_rollout_lab import DEPLOY, n_done, the_run, touched, under_way

pytestmark = pytest.mark.lab


def test_router_that_somebody_changed_during_the_soak_stops_the_run() -> None:
    with lab(2, kind=STRICT) as running:
        roll(running, canary=1, batch=1, soak_seconds=1)
        r1 = running.routers["r1"]
        somebody = partial(changed, r1, "no event manager applet EEM_Knock")
        # The check after the soak is the first to read it again.
        again = partial(as_typed, r1, "show running-config", somebody)
        as_typed(r1, "write memory", again)
        ran = knockdeploy(running, *DEPLOY)
        assert ran.document["summary"] == {"failed": 1, "skipped": 1}
        error = ran.host("r1")["error"]
        assert (error["kind"], ran.host("r1")["state"]) == ("different", "unknown")
        assert "after the soak" in error["message"]
        assert "a canary failed" in ran.err
        assert touched(running) == {"r1"}


def test_stage_that_stands_its_soak_is_looked_at_and_the_next_one_begins() -> None:
    with lab(2, kind=STRICT) as running:
        roll(running, canary=1, batch=1, soak_seconds=1)
        ran = knockdeploy(running, *DEPLOY)
        assert ran.document["summary"] == {"deployed": 2}
        for machine in running.routers.values():
            typed = list(machine.box.typed)
            later = typed[typed.index("write memory") + 1 :]
            assert "show running-config" in later  # the check, from a session of its own
            assert "configure terminal" not in later


def test_stage_that_was_left_in_its_soak_is_looked_at_when_the_run_is_resumed() -> None:
    with lab(2, kind=STRICT) as running:
        roll(running, canary=1, batch=1, soak_seconds=3)
        with under_way(running) as client:
            eventually(lambda: n_done(running) == 1 and bool(the_run(running).ended_once))
            client.kill()
            client.wait()
        change(running, "no event manager applet EEM_Knock", name="r1")
        resume = ("deploy", "--resume", the_run(running).name, "--yes", "--json")
        ran = knockdeploy(running, *resume)
        assert "canary   looked at again: r1" in ran.err
        assert ran.document["summary"] == {"failed": 1, "skipped": 1}
        assert "after the soak" in ran.host("r1")["error"]["message"]
        assert touched(running) == {"r1"}
        again = knockdeploy(running, *resume)  # it is given back what it lost, and looked at
        assert again.document["summary"] == {"deployed": 2}
        assert "0 left" in knockdeploy(running, *resume).err
        assert "looked at again" not in knockdeploy(running, *resume).err


def in_sites(running: Fabric, **sites: str) -> None:
    def change_hosts(hosts: Document) -> None:
        for name, site in sites.items():
            hosts[name].setdefault("data", {})["site"] = site

    edit(running.folder / "inventory/hosts.yaml", change_hosts)


def test_two_of_a_site_never_meet_and_who_is_not_reached_is_tried_again() -> None:
    with lab(3, kind=STRICT) as running:
        roll(running, serial_by="site", retries=10, retry_seconds=1)
        in_sites(running, r1="south", r2="north", r3="north")
        at_once(running, 3)
        r1, r2 = running.routers["r1"], running.routers["r2"]
        r1.faults = Faults(vtys_busy=True)
        at_line(r2, 10, lambda: setattr(r1, "faults", Faults()))
        ran = knockdeploy(running, *DEPLOY)
        assert ran.document["summary"] == {"deployed": 3}
        assert "r1: [unreachable] " in ran.err
        assert "; trying again in 1 s (try 2 of 11)" in ran.err
        order = [each.host for each in the_run(running).events if each.host != "r1"]
        assert order == sorted(order)  # r3 begins once r2 is done


def test_window_ends_and_the_rest_is_another_nights(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    with lab(4, kind=STRICT) as running:
        roll(running, canary=0, batch="100%")
        at_once(running, 1)

        def an_hour_each() -> float:
            return began + 3600 * n_done(running)

        monkeypatch.setattr(stage_run, "time", SimpleNamespace(time=an_hour_each))
        monkeypatch.setattr(deploy, "time", SimpleNamespace(monotonic=an_hour_each))
        ends = datetime.datetime.fromtimestamp(began).astimezone()
        ends += datetime.timedelta(hours=2, minutes=45)
        ran = knockdeploy(running, *DEPLOY, "--until", f"{ends:%H:%M}")
        assert ran.document["summary"] == {"deployed": 2, "skipped": 2}
        assert "the next change might not be over by the end of the window" in ran.err
        assert touched(running) == {"r1", "r2"}
        resume = ("deploy", "--yes", "--json", "--resume", ran.document["run"])
        kept = knockdeploy(running, *resume)
        assert f"no router starts that would not be done by {ends:%a %H:%M}" in kept.err
        assert "the next change might not be over" in kept.err  # as the first start found
        assert kept.document["summary"] == {"deployed": 2, "skipped": 2}
        with monkeypatch.context() as later:
            later.setattr(resuming, "time", SimpleNamespace(time=lambda: began + 10_000))
            late = knockdeploy(running, *resume)
        said = f"the window of run {ran.document['run']} ended on {ends:%a %H:%M}"
        assert (late.status, said in late.err) == (64, True), late.err
        later_end = ends + datetime.timedelta(hours=4)
        again: Any = knockdeploy(running, *resume, "--until", f"{later_end:%H:%M}")
        assert again.document["summary"] == {"deployed": 4}
        assert n_done(running) == 4
