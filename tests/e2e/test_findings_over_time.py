"""Since when a router is not as it should be, and that no file stands in a check's way."""

from __future__ import annotations

import sqlite3

import pytest

from knockdeploy.lab.knocks import knock_ports

from .support import NEW, OPEN, change, knockdeploy, knocks, lab

pytestmark = pytest.mark.lab


def test_history_tells_since_when_and_no_secret() -> None:
    with lab(1, kind=OPEN) as running:
        database = running.folder / ".knockdeploy/knockdeploy.db"
        assert "no check of this project" in knockdeploy(running, "history", "--host", "r1").err
        assert not database.exists()
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        port = knock_ports("r1")[0]
        change(running, "object-group service OG_Knock", f"no udp eq {port}")
        for _ in range(2):
            assert knockdeploy(running, "check").status == 2
        change(running, "object-group service OG_Knock", f"udp eq {port}", saved=True)
        assert knockdeploy(running, "check").status == 0

        shown = knockdeploy(running, "history", "--host", "r1")
        document = knockdeploy(running, "history", "--rule", "object-group", "--json").document
        (found,) = document["findings"]
        assert found["line"] == "udp eq <knock 1>"
        assert found["first_seen"] < found["last_seen"]
        assert found["is_gone"]
        assert "object-group: is missing" in shown.out
        assert (
            knockdeploy(running, "history", "--rule", "applet", "--json").document["findings"] == []
        )
        assert not knocks(running).search(shown.out + database.read_bytes().decode("latin-1"))

        with sqlite3.connect(database) as newer:
            newer.execute("PRAGMA user_version = 9")
        newer.close()
        ran = knockdeploy(running, "check")
        assert (ran.status, ran.out) == (0, "r1  compliant\n")
        assert f"{database}, key database: the findings of earlier checks cannot be used" in ran.err
        assert knockdeploy(running, "history", "--host", "r1").status == 64


def test_an_entry_that_stays_for_ever_is_found_though_no_line_differs() -> None:
    """Without a time the default is infinite (ios-facts §5)."""
    with lab(1, kind=NEW) as running:
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        words = "ACL_Internet_In DACL_Internet_In host 127.66.0.9 any".split()
        add = running.routers["r1"].router.lock_and_key.add
        assert running.call(lambda: add(words)) == ""
        checked = knockdeploy(running, "check", "--json")
        assert "may stay until the router reloads" in checked.findings("r1")["temporary-entry"]
