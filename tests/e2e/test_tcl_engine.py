"""Engine tcl: its file typed, its policy proved, knocked at, checked, fixed and taken off again."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable

import pytest

from knockdeploy.ios.tree import to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Fate, Faults, Strike
from knockdeploy.recipe.engine.tcl import policy_name, script

from .support import NEW, OPEN, change, intend, knockdeploy, lab, snapshot
from .test_clients import needs
from .test_real_knocks import PROTOCOLS, STRANGER, intend_protocols, sources
from .test_zone import zoned

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("tclsh")]


def tamper(running: Fabric) -> None:
    """Change the file of the policy behind everybody's back."""
    flash = running.routers["r1"].router.flash
    running.call(lambda: flash.update({policy_name(): "# nothing\n"}))


def shift(running: Fabric) -> None:
    """Put the first knock behind the others."""
    group = running.routers["r1"].router.running.child("object-group service OG_Knock")
    assert group
    first = group.children[0].text
    change(running, group.text, f"no {first}", first)


DRIFT: dict[str, Callable[[Fabric], None]] = {
    "policy-file": tamper,
    "object-group": shift,
    "policy": lambda running: change(running, f"no event manager policy {policy_name()}"),
}


@pytest.mark.parametrize("protocols", PROTOCOLS.values(), ids=PROTOCOLS)
def test_router_is_proved_knocked_at_checked_fixed_and_as_before(protocols: str) -> None:
    with lab(kind=OPEN) as running:
        intend(running, engine="tcl", decoys=5 if len(set(protocols)) > 1 else 0)
        intend_protocols(running, protocols)
        before = snapshot(running)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.host()["status"] == "deployed", deployed.out + deployed.err
        assert deployed.host()["proof"]["level"] == "door"
        router = running.routers["r1"].router
        assert router.flash[policy_name()].encode() == script()
        assert knockdeploy(running, "plan").status == 0

        assert knockdeploy(running, "knock", "r1", "--source", STRANGER).status == 0
        assert sources(running, running.routers["r1"]) == [STRANGER]

        for rule, drift in DRIFT.items() if len(set(protocols)) > 1 else ():
            drift(running)
            found = knockdeploy(running, "check", "--json").host()["findings"]
            assert rule in {each["rule"] for each in found}
            assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
            assert knockdeploy(running, "check").status == 0, rule
            assert [policy.script.encode() for policy in router.scripts()] == [script()]
        assert knockdeploy(running, "remove", "--yes", "--open").status == 0
        assert snapshot(running) == before


def test_knock_of_debian_opens_and_a_stranger_stays_out() -> None:
    needs("knock")
    with lab(kind=OPEN) as running:
        intend(running, engine="tcl")
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        line = knockdeploy(running, "client", "r1", "--format", "knock").out
        subprocess.run(shlex.split(line), check=True, timeout=30)  # noqa: S603  # what it prints
        router = running.routers["r1"]
        assert knockdeploy(running, "knock", "r1", "--source", STRANGER).status == 0
        assert sorted(sources(running, router)) == sorted(["127.0.0.1", STRANGER])


UNKNOWN = (
    'Translating "tclsh"\n% Unknown command or computer name, or unable to find computer address\n'
)


@pytest.mark.parametrize(
    ("faults", "kind", "hint", "is_foreseen"),
    [
        (Faults(deny="tclsh"), "authorization", "authorization", True),
        (Faults(answers={"tclsh": UNKNOWN}), "refused-line", "engine: applet", True),
        (Faults(refuse="event manager policy .*"), "refused-line", "engine: applet", False),
        (Faults(strike=Strike(Fate.DROP, r"\d+ deny .*")), "unreachable", "", False),
    ],
    ids=["tclsh-denied", "no-tclsh", "policy-refused", "line-lost-in-close"],
)
def test_a_change_that_fails_leaves_no_file_behind(
    faults: Faults, kind: str, hint: str, is_foreseen: bool
) -> None:
    with lab(kind=OPEN) as running:
        intend(running, engine="tcl")
        before = snapshot(running)
        running.routers["r1"].faults = faults
        told = knockdeploy(running, "preflight").out
        assert ("policy-file: `tclsh`" in told) == is_foreseen
        running.routers["r1"].faults = faults  # what strikes once may strike again
        host = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert (host["status"], host["state"]) == ("rolled-back", "before")
        assert host["error"]["kind"] == kind
        assert hint in host["error"]["hint"]
        assert snapshot(running) == before


def test_an_image_that_refuses_a_line_of_the_applet_is_told_of_the_other_engine() -> None:
    with lab(kind=OPEN, behaviour=Behaviour(reqinfo="refused")) as running:
        refused = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").host()
        assert "engine: tcl" in refused["error"]["hint"]
        intend(running, engine="tcl")
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0


def test_a_rollback_gives_back_the_engine_of_before() -> None:
    with lab(kind=OPEN) as running:
        intend(running, engine="tcl")
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        before = snapshot(running)
        intend(running, engine="applet")
        run = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json").document["run"]
        assert policy_name() not in snapshot(running).files
        assert knockdeploy(running, "rollback", "--run", run, "--yes", "--open").status == 0
        after = snapshot(running)
        assert after.files == before.files
        # variables come back where they are typed
        assert sorted(to_text(after.running).split("\n")) == sorted(
            to_text(before.running).split("\n")
        )


@pytest.mark.parametrize("enforcement", ["zone", "copp"])
def test_it_opens_whatever_shuts(enforcement: str) -> None:
    with lab(kind=NEW) as running:
        if enforcement == "zone":
            zoned(running)
        else:  # which shuts on every way in, ours too
            intend(running, enforcement=enforcement, access="knock", destination="any")
        intend(running, engine="tcl", decoys=0)
        before = snapshot(running)
        deployed = knockdeploy(running, "deploy", "--yes", "--json")
        assert deployed.host()["status"] == "deployed", deployed.out + deployed.err
        assert deployed.host()["proof"]["level"] == "door"
        assert knockdeploy(running, "check").status == 0
        assert knockdeploy(running, "knock", "r1", "--source", STRANGER).status == 0
        tamper(running)
        assert knockdeploy(running, "check").status == 2
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        assert knockdeploy(running, "remove", "--yes", "--open").status == 0
        assert snapshot(running) == before
