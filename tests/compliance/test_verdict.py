"""What becomes of a router whose lines are right, or of whose lines nothing can be said."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from unittest import mock

import pytest
from commandline import Ran, knockdeploy

from knockdeploy.errors import InternalError

RECORD = "event manager environment _knock_Owned v2,enforcement.acl=ours\n"
HOLE = "interface GigabitEthernet0/9\n ip address dhcp\n!\nend\n"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A project, and the configuration of its router as it was deployed."""
    assert knockdeploy("init", str(tmp_path)).status == 0
    config = ("-c", str(tmp_path / "config.yaml"))
    assert knockdeploy("render", *config, "-o", str(tmp_path / "saved")).status == 0
    return tmp_path / "saved/branch-1.cfg"


def check(saved: Path, more: str = "") -> Ran:
    saved.write_text(saved.read_text() + more)
    config = str(saved.parents[1] / "config.yaml")
    return knockdeploy("check", "-c", config, "--from", str(saved.parent), "--json")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("logging host 10.0.0.9", "log-server"),
        ("aaa accounting commands 15 default start-stop group tacacs+", "accounting"),
        (
            "logging host 10.0.0.9\nlogging trap notifications\n"
            "archive\n log config\n  logging enable\n  notify syslog",
            "log-server",
        ),
    ],
)
def test_who_may_read_of_a_knock_is_told_and_is_no_drift(saved: Path, line: str, rule: str) -> None:
    before = check(saved).host("branch-1")
    ran = check(saved, f"{line}\n")
    assert ran.host("branch-1")["status"] == before["status"]
    assert ran.findings("branch-1")[rule].startswith("info: ")


def test_a_defect_of_ours_is_no_finding_about_the_router(saved: Path) -> None:
    defect = InternalError("the plan does not lead to the intended configuration")
    with mock.patch("knockdeploy.change.checked_router.change_from", side_effect=defect):
        ran = check(saved, RECORD + HOLE)
    assert ran.status == 1
    assert (ran.host("branch-1")["status"], ran.host("branch-1")["error"]["kind"]) == (
        "failed",
        "internal",
    )
    assert "placement" not in ran.findings("branch-1")
    assert "GigabitEthernet0/9" in ran.findings("branch-1")["exposed"]


def test_checks_of_saved_configurations_have_a_past_of_their_own(saved: Path) -> None:
    check(saved, HOLE)
    project = saved.parents[1]
    file = project / ".knockdeploy/knockdeploy-saved.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE findings SET first_seen = '2026-01-05T06:00:00.000+00:00'")
        database.execute("UPDATE results SET day = '2026-01-05'")
    database.close()
    config = str(project / "config.yaml")
    knockdeploy(
        "check", "-c", config, "--from", str(saved.parent), "--format", f"html={project}/page.html"
    )
    page = (project / "page.html").read_text(encoding="utf-8")
    assert "Trend" in page
    assert "<time>2026-01-05</time>" in page
    assert not (project / ".knockdeploy/knockdeploy.db").exists()
