"""Rollouts over the lab: who is touched, told by the routers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from e2e.support import STRICT, edit, knockdeploy, lab, roll, typed

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults

pytestmark = pytest.mark.lab
DEPLOY = ("deploy", "--yes", "--no-proof", "--json")
BAD = ("r5", "r9", "r15", "r18", "r20", "r38")


def touched(running: Fabric) -> set[str]:
    """Return the routers to which a line of configuration was typed."""
    return {name for name, machine in running.routers.items() if typed(machine)}


def named(*numbers: int) -> set[str]:
    return {f"r{k}" for k in numbers}


def spoil(running: Fabric, names: Iterable[str]) -> None:
    for name in names:
        running.routers[name].faults = Faults(refuse_line=5)


def workers(running: Fabric, number: int) -> None:
    edit(
        running.config_file,
        lambda config: config["runner"]["options"].update(num_workers=number),
    )


@pytest.fixture
def forty() -> Iterator[Fabric]:
    with lab(40, kind=STRICT) as running:
        roll(running, canary=2, batch="25%", max_failures=3)
        workers(running, 4)
        yield running


def test_run_stops_where_its_budget_is_spent(forty: Fabric) -> None:
    spoil(forty, BAD)
    ran = knockdeploy(forty, *DEPLOY)
    hosts = ran.document["hosts"]
    status = {name: host["status"] for name, host in hosts.items()}
    assert ran.status == 1
    assert "stopped in stage 3 of 4, batch 2: more routers failed than max_failures allows" in (
        ran.err
    )
    # Two of the first batch and two of the second; those in flight with the fourth are finished.
    began = {name for name, word in status.items() if word != "skipped"}
    assert began == touched(forty)
    assert named(*range(1, 19)) <= began <= named(*range(1, 25))
    failed = {name for name, word in status.items() if word == "rolled-back"}
    assert failed == began & set(BAD)
    assert len(failed) in {4, 5}
    assert all(hosts[name]["state"] == "before" for name in failed)


def test_canary_that_fails_is_the_only_stage(forty: Fabric) -> None:
    spoil(forty, ["r7"])
    ran = knockdeploy(forty, *DEPLOY, "--canary", "r7,r8", "--max-failures", "50%")
    assert ran.document["summary"] == {"rolled-back": 1, "deployed": 1, "skipped": 38}
    assert touched(forty) == {"r7", "r8"}
    assert "stage 1 of" in ran.err
    assert "a canary failed" in ran.err
