"""Decoys on the way to a router: drift where there are none, left out where an image is in want."""

from __future__ import annotations

import pytest
import yaml

from knockdeploy.lab.behaviour import Behaviour

from .support import NEW, OPEN, intend, knockdeploy, lab, snapshot

pytestmark = pytest.mark.lab
LACKS = (
    "on this image decoys block a right knock, or do not spoil a wrong one: deployed without decoys"
)


def test_router_deployed_without_decoys_has_drifted_and_deploy_fixes_it() -> None:
    with lab(kind=OPEN, knock={"decoys": 0}) as running:
        before = snapshot(running)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        bare = snapshot(running)
        assert "andnot" not in str(bare.running)
        intend(running, decoys=5)
        checked = knockdeploy(running, "check")
        assert checked.status == 2
        planned = knockdeploy(running, "plan")
        assert "udp eq <decoy 5>" in planned.out
        assert knockdeploy(running, "deploy", "--yes").status == 0
        assert knockdeploy(running, "check").status == 0
        intend(running, decoys=0)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        assert snapshot(running).running == bare.running
        assert knockdeploy(running, "remove", "--open", "--yes").status == 0
        assert snapshot(running).running == before.running


@pytest.mark.parametrize(
    ("andnot", "unbound"),
    [("never", False), ("ignored", True)],
    ids=["none-opens-and-bound-first", "decoys-spoil-nothing"],
)
def test_image_on_which_decoys_do_not_work_is_deployed_without(andnot: str, unbound: bool) -> None:
    behaviour = Behaviour(andnot=andnot, unbound_takes_entries=unbound)  # type: ignore[arg-type]
    with lab(kind=NEW, behaviour=behaviour) as running:
        done = knockdeploy(running, "deploy", "--yes", "--json")
        host = done.host()
        assert (done.status, host["status"], host["proof"]["level"]) == (0, "deployed", "door")
        assert LACKS in host["warnings"]
        learned = yaml.safe_load((running.folder / ".knockdeploy/images.yaml").read_text())
        expected = {"open_nothing_with_decoys"}
        expected |= set() if unbound else {"refuse_entries_while_unbound"}
        assert set(learned) == expected
        assert knockdeploy(running, "deploy", "--yes", "--json").host()["status"] == "unchanged"
        checked = knockdeploy(running, "check", "--json")
        assert checked.status == 0
        assert [each["rule"] for each in checked.host()["findings"]] == ["decoys"]
        assert knockdeploy(running, "prove").status == 0
