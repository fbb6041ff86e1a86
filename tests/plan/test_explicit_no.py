"""A configuration that says `no` to what a plan sets, though off is the default."""

from __future__ import annotations

import pytest
from e2e.support import STRICT, knockdeploy, lab, snapshot
from intents import an_intent
from planning import make_plan, render, survey

from knockdeploy.ios.parse import parse
from knockdeploy.lab.faults import Faults

SMALLEST = "service prompt config\n{}interface GigabitEthernet9/9\n"


def test_the_plan_leads_to_what_is_wanted() -> None:
    intent = an_intent(
        services=["22/tcp", "443/tcp"],
        interface="GigabitEthernet9/9",
        new_acl_entries=["permit ip any any"],
        destination="any",
    )
    plans = []
    for said in ("", "no service sequence-numbers\n"):
        running = parse(SMALLEST.format(said))
        plans.append(make_plan(running, parse(render(intent, survey(running, intent))), intent))
    assert plans[0].commands == plans[1].commands
    assert "service sequence-numbers" in [command.line for command in plans[1].commands]


@pytest.mark.lab
def test_an_image_that_prints_it_is_deployed_checked_and_given_back() -> None:
    with lab(kind=STRICT) as running:
        running.routers["r1"].faults = Faults(prints_off=True)
        before = snapshot(running)
        for command, status in (
            ("deploy", 0),
            ("check", 0),
            ("plan", 0),
            ("remove", 0),
            ("plan", 2),
        ):
            more = {"deploy": ("--yes", "--no-proof"), "remove": ("--open", "--yes")}
            ran = knockdeploy(running, command, *more.get(command, ()))
            assert ran.status == status, ran.err
        assert snapshot(running) == before
