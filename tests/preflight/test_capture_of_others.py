"""A knock that the intent does not name is as secret, and so is what others keep on a router."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.support import OPEN, change, edit_host, intend, knockdeploy, knocks, lab

from knockdeploy.lab.fabric import Fabric

from .secret_forms import FORMS, SECRETS

pytestmark = pytest.mark.lab
OTHERS = {"knock_group": "OG_Bell", "copp_acl": "ACL_Bell", "applet": "EEM_Bell"}
PORTS = [30001, 30003, 30002, 30005, 30004]


@pytest.fixture(params=["our-names", "other-names", "by-hand"])
def deployed(request: pytest.FixtureRequest) -> Iterator[Fabric]:
    """A router with a knock of earlier, which the intent knows by its names, or not at all."""
    with lab(kind=OPEN) as running:
        router = running.routers["r1"].router
        text = "\n".join([router.running_text().removesuffix("end\n"), "interface Tunnel9", *FORMS])
        running.call(lambda: router.replace(text))
        running.call(router.save)
        if request.param != "our-names":
            intend(running, names=OTHERS)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        # one run more, whose backup has the knock
        intend(running, timeout_minutes=30)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        if request.param == "by-hand":
            change(running, "no event manager environment _knock_Owned")
        intend(running, names={})
        edit_host(running, data={"knock": {"ports": PORTS}})
        yield running


def test_capture_backup_and_log_have_no_knock(deployed: Fabric, tmp_path: Path) -> None:
    secrets = knocks(deployed)
    ran = knockdeploy(deployed, "preflight", "--debug", "--capture", str(tmp_path))
    captured = "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())
    assert "%CP-6-UDP: DROP" in captured
    assert not secrets.search(captured)
    assert not secrets.search(ran.out + ran.err)
    run = knockdeploy(deployed, "history").out.split()[0]
    kept = knockdeploy(deployed, "show", run, "--backup", "r1")
    assert "%CP-6-UDP: DROP" in kept.out
    assert not secrets.search(kept.out)
    shown = captured + ran.out + ran.err + kept.out + kept.err
    for command in ("plan", "check", "lint"):
        ran = knockdeploy(deployed, command, "--json")
        shown += ran.out + ran.err + knockdeploy(deployed, command).out
    assert "snmp-server <secret>" in captured
    assert not [each for each in SECRETS if each in shown]
