"""Other people's clients at a door that is really shut: knock(1) of Debian's knockd, and ssh."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from .support import STRICT, knockdeploy, lab
from .test_real_knocks import PROTOCOLS, intend_protocols, sources

pytestmark = pytest.mark.lab


def needs(*programs: str) -> None:
    """Skip where a program is not installed; fail where it must be."""
    for program in programs:
        if shutil.which(program) is None:
            missing = f"{program} is not installed: apt-get install knockd netcat-openbsd"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)


@pytest.mark.parametrize("protocols", PROTOCOLS.values(), ids=PROTOCOLS)
def test_line_for_knock_opens_the_door_and_the_stanza_for_ssh_comes_through(
    protocols: str, tmp_path: Path
) -> None:
    needs("knock", "nc", "ssh")
    with lab(2, kind=STRICT) as running:
        intend_protocols(running, protocols)
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0

        line = knockdeploy(running, "client", "r1", "--format", "knock").out
        subprocess.run(shlex.split(line), check=True, timeout=60)  # noqa: S603
        assert knockdeploy(running, "knock", "r1", "--source", "127.66.0.5").status == 0
        assert "127.0.0.1" in sources(running, running.routers["r1"])

        stanza = tmp_path / "config"
        assert knockdeploy(
            running, "client", "r2", "--format", "openssh", "-o", str(stanza)
        ).status == 0  # fmt: skip
        assert stanza.stat().st_mode & 0o777 == 0o600
        came = subprocess.run(  # noqa: S603
            ["ssh", "-F", stanza, "-oBatchMode=yes", "-oStrictHostKeyChecking=no",  # noqa: S607
             f"-oUserKnownHostsFile={tmp_path / 'known'}", "admin@r2", "true"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Permission denied" in came.stderr  # the router itself says so: we are through
        assert sources(running, running.routers["r2"]) == ["127.0.0.1"]


def test_client_writes_for_its_owner_alone_and_says_what_it_wrote(tmp_path: Path) -> None:
    with lab(1, kind=STRICT) as running:
        page = tmp_path / "r1.html"
        ran = knockdeploy(running, "client", "r1", "--format", "card", "-o", str(page), "--json")
        assert ran.host() == {"status": "rendered", "path": str(page), "error": None}
        assert page.stat().st_mode & 0o777 == 0o600
        assert "<svg" in page.read_text(encoding="utf-8")
        shown = knockdeploy(running, "client", "r1", "--format", "card", "--json")
        assert "Knock 1 of 5" in shown.host()["text"]
        assert knockdeploy(running, "client", "r1", "--format", "nokia").status == 64
        assert knockdeploy(running, "client", "r1", "--format", "card").status == 0
