"""Nothing secret in any output, nor in any file that others can read."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from knockdeploy.lab.configs import PASSWORD
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults

from .support import STRICT, edit, edit_host, environment, knocks, lab, process

pytestmark = pytest.mark.lab
LOGGING = {"enabled": True, "log_file": "nornir.log", "level": "DEBUG", "loggers": [""]}


def log_everything(running: Fabric) -> None:
    """Have Nornir, netmiko and paramiko write all they have to say into a file."""
    edit(running.config_file, lambda config: config.update(logging=LOGGING))


def test_no_secret_gets_out(tmp_path: Path) -> None:
    with lab(4, kind=STRICT) as running:
        log_everything(running)
        lines = {"r2": "udp eq [0-9]+", "r3": r"event tag .*"}  # each holds a knock port
        for name, pattern in lines.items():
            running.routers[name].faults = Faults(refuse=pattern)
        edit_host(running, "r4", password=f"not-{PASSWORD}")
        written = run_everything(running, tmp_path)
        secret = knocks(running)
        for text in written:
            found = secret.search(text)
            assert not found, text[max(0, found.start() - 200) : found.end() + 50]
        assert_private(running, tmp_path, secret)


def run_everything(running: Fabric, home: Path) -> list[str]:
    """Run what looks, fails, changes and knocks; return all that was printed."""
    printed = []
    for arguments in (
        ["plan", "--full"],
        ["deploy", "--yes", "--no-proof"],
        ["deploy", "--yes", "--no-proof", "--json"],
        ["check", "--json"],
        ["knock", "r1", "--json"],
        ["plan", "-l", "r9"],
    ):
        ran = process(
            running,
            *arguments,
            cwd=home,
            env={**environment(), "HOME": str(home), "TMPDIR": str(home)},
            umask=0,
        )
        assert ran.status in {0, 1, 2, 64}
        assert "Traceback" not in ran.err
        printed += [ran.out, ran.err]
    assert "<knock 1>" in printed[0]  # the diff is shown all the same
    assert "refused-line" in printed[2]
    assert "refused-line" in printed[4]
    return printed


def assert_private(running: Fabric, home: Path, secret: re.Pattern[str]) -> None:
    """See that what others can read tells them nothing, and that our folder is ours alone."""
    state = running.folder / ".knockdeploy"
    files = [path for folder in (running.folder, home) for path in folder.rglob("*")]
    assert running.folder / "nornir.log" in files
    runs = [path for path in state.rglob("*") if path.relative_to(state).parts[0] == "runs"]
    locks = [path for path in state.rglob("*") if path.relative_to(state).parts[0] == "locks"]
    assert {path.name for path in state.rglob("*") if path not in {*runs, *locks}} == {
        "key",
        "knockdeploy.db",
        "known_hosts",
        "outside",
        "r1.address",
        "r1.knock",
    }
    assert not secret.search((state / "knockdeploy.db").read_text("latin-1"))  # what checks found
    assert {path.suffix for path in runs if path.is_file()} - {""} == {".before", ".json", ".jsonl"}
    for path in (state, *state.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    for path in files:
        if path.is_file() and path.stat().st_mode & 0o077:
            text = path.read_text(encoding="utf-8", errors="replace")
            found = secret.search(text)
            assert not found, (path, text[max(0, found.start() - 200) : found.end() + 50])


def test_rendered_files_are_private(tmp_path: Path) -> None:
    with lab() as running:
        ran = process(running, "render", "-o", str(tmp_path / "out"), umask=0)
        assert ran.status == 0
        assert not knocks(running).search(ran.out + ran.err)
        (file,) = (tmp_path / "out").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert knocks(running).search(file.read_text())
