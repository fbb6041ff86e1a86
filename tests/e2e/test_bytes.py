"""Bytes that are not ASCII on a router: retyped, kept, compared and given back as they are."""

from __future__ import annotations

import subprocess

import pytest

from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.shell.show_config import printed
from knockdeploy.octets import bytes_of, text_of

from .support import OPEN, change, command_line, knockdeploy, lab, snapshot

pytestmark = pytest.mark.lab
# Latin-1 and UTF-8, as two people typed it; ? asks for help where it is not typed behind Ctrl-V
REMARK = b"remark B\xfcro? \xa0 voil\xc3\xa0"


def test_a_list_with_such_a_remark_is_copied_checked_kept_and_given_back() -> None:
    with lab(kind=OPEN, behaviour=Behaviour(numbered_dynamic=False)) as running:
        change(running, "ip access-list extended ACL_WAN", text_of(REMARK), saved=True)
        before = snapshot(running)
        router = running.routers["r1"].router
        text = bytes_of(running.call(lambda: printed(router.running)))
        knockdeploy(running, "deploy", "--yes", "--no-proof")  # what the image refuses is learned
        deployed = knockdeploy(running, "deploy", "--yes", "--no-proof", "--json")
        assert deployed.host()["status"] == "deployed", deployed.out
        copy = router.running.child("ip access-list extended ACL_WAN_knock")
        assert copy is not None
        assert copy.child(text_of(REMARK)) is not None
        assert "Büro" in str(deployed.host()["diff"])
        assert knockdeploy(running, "check").status == 0
        backup = ("show", deployed.document["run"], "--backup", "r1", "--reveal")
        shown = subprocess.run(  # noqa: S603  # our own program
            command_line(running, *backup), capture_output=True, check=True
        )
        kept = shown.stdout.partition(b"\nhostname ")  # comments above it tell who changed it when
        assert kept[2].rstrip() == text.partition(b"\nhostname ")[2].rstrip()
        hidden = knockdeploy(running, *backup[:-1])
        assert "remark" in hidden.out
        assert "Büro" not in hidden.out  # nobody knows that to be harmless
        assert knockdeploy(running, "remove", "--open", "--yes").status == 0
        assert snapshot(running).running == before.running
