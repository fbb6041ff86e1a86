"""Somebody is told what has changed, once, and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from e2e.support import OPEN, change, knockdeploy, knocks, lab
from validating import validated

from knockdeploy.lab.knocks import knock_ports

pytestmark = pytest.mark.lab


def test_changes_are_told_once_and_what_could_not_be_told_is_told_later(tmp_path: Path) -> None:
    heard, told = tmp_path / "heard", f"cat > '{tmp_path}/heard'"

    def news() -> dict[str, Any]:
        document = validated(json.loads(heard.read_text()))
        heard.unlink()
        hosts = document["hosts"]
        assert isinstance(hosts, dict)
        return hosts

    with lab(2, kind=OPEN) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof", "-l", "r1").status == 0
        ran = knockdeploy(running, "check", "--notify", told, "--json")
        assert ran.status == 2
        ((name, first),) = news().items()
        assert (name, first["was"], first["status"]) == ("r2", None, "drifted")
        assert first["findings"] == ran.host("r2")["findings"]

        assert knockdeploy(running, "check", "--notify", told).status == 2
        assert not heard.exists()

        port = knock_ports("r1")[0]
        change(running, "object-group service OG_Knock", f"no udp eq {port}")
        ran = knockdeploy(running, "check", "--notify", "exit 3", "-l", "r1")
        assert ran.status == 1
        assert "ended with 3" in ran.err
        assert knockdeploy(running, "check", "--notify", told, "-l", "r1").status == 2
        shown = heard.read_text()
        change_of = news()["r1"]
        assert (change_of["was"], change_of["status"]) == ("compliant", "drifted")
        assert [each["line"] for each in change_of["findings"]] == ["udp eq <knock 1>"]
        kept = (running.folder / ".knockdeploy/told.json").read_text()
        assert not knocks(running).search(shown + kept)

        change(running, "object-group service OG_Knock", f"udp eq {port}", saved=True)
        assert knockdeploy(running, "check", "--notify", told, "-l", "r1").status == 0
        assert news()["r1"]["was"] == "drifted"


def test_a_command_that_hears_nothing_is_no_reason_to_fail(tmp_path: Path) -> None:
    with lab(1, kind=OPEN) as running:
        (running.folder / ".knockdeploy").mkdir(exist_ok=True)
        (running.folder / ".knockdeploy/told.json").write_text("damaged")
        assert knockdeploy(running, "check", "--notify", "exec 0<&-").status == 2
