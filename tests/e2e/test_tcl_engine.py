"""Engine tcl: its file, and a change that fails; test_matrix has all that is usual."""

from __future__ import annotations

import pytest

from knockdeploy.ios.tree import to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.faults import Fate, Faults, Strike
from knockdeploy.recipe.engine.tcl_policy import policy_name

from .support import OPEN, intend, knockdeploy, lab, snapshot

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("tclsh")]


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


def test_a_file_that_is_not_deleted_is_told() -> None:
    with lab(kind=OPEN) as running:
        intend(running, engine="tcl")
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        running.routers["r1"].faults = Faults(deny="verify .*")
        host = knockdeploy(running, "remove", "--open", "--yes", "--json").host()
        assert (host["state"], host["error"]["kind"]) == ("before", "authorization")
        running.routers["r1"].faults = Faults(deny="write memory")
        host = knockdeploy(running, "remove", "--open", "--yes", "--json").host()
        assert (host["state"], host["saved"]) == ("after", False)
        assert policy_name() in snapshot(running).files
        # startup-config names it: after a reload the door would hear nobody
        assert any(f"{policy_name()} stays on flash" in said for said in host["warnings"])
        assert policy_name() in running.routers["r1"].router.startup


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
