"""check --format and -o: which goes where, and what is refused before a router is asked."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from commandline import Ran, knockdeploy
from junitparser import JUnitXml

from .support import project

CONFIG = "version 15.2\nhostname r1\n!\ninterface GigabitEthernet0/0\n ip address dhcp\n!\nend\n"


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """r1 has nothing of ours, of r2 nothing was saved, r3 is unmanaged."""
    config = project(
        tmp_path, r1={"new_acl_entries": ["permit ip any any"]}, r2={}, r3={"enabled": False}
    )
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "r1").write_text(CONFIG)
    return Check(("check", "-c", str(config), "--from", str(saved)), tmp_path)


class Check:
    """The command, of which r1 has drifted and r2 cannot be measured; and a folder to write to."""

    def __init__(self, words: tuple[str, ...], folder: Path) -> None:
        self.words = words
        self.folder = folder

    def __call__(self, *more: str) -> Ran:
        return knockdeploy(*self.words, *more)


def test_several_formats_at_once_beside_the_table(check: Check) -> None:
    files = {name: check.folder / name for name in ("junit", "sarif", "prometheus", "json")}
    ran = check(*(word for name, file in files.items() for word in ("--format", f"{name}={file}")))
    assert ran.status == 1
    assert "r1  drifted" in ran.out
    (suite,) = JUnitXml.fromstring(files["junit"].read_bytes())
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 1, 1, 1)
    assert 'knockdeploy_router_compliant{host="r1"} 0' in files["prometheus"].read_text()
    assert json.loads(files["sarif"].read_text())["runs"][0]["results"]
    assert json.loads(files["json"].read_text())["summary"]["unmanaged"] == 1
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    assert {file.name for file in check.folder.iterdir() if file.name.startswith("tmp")} == set()


def test_one_format_goes_to_stdout_alone(check: Check) -> None:
    ran = check("--format", "junit", "-l", "r1")
    assert ran.status == 2
    assert len(list(JUnitXml.fromstring(ran.out.encode()))) == 1


def test_json_is_json(check: Check) -> None:
    said, meant = check("--format", "json").document, check("--json").document
    assert said | {"run": ""} == meant | {"run": ""}


def test_o_names_the_file_of_the_one_format(check: Check) -> None:
    file = check.folder / "found.json"
    file.write_text('{"schema": "knockdeploy/check/1"}')
    file.chmod(0o644)
    ran = check("--format", "json", "-o", str(file))
    assert "r1  drifted" in ran.out
    assert json.loads(file.read_text())["hosts"]["r1"]["status"] == "drifted"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("hosts", "status", "begins"),
    [
        ("r1", 2, "KNOCK CRITICAL - 1 not compliant (r1), 0 of 1 measured compliant | "),
        ("r2", 3, "KNOCK UNKNOWN - 1 not measured (r2), "),
        ("r3", 0, "KNOCK OK - "),
        ("r9", 3, "KNOCK UNKNOWN - --limit: no host or group matches 'r9'"),
    ],
)
def test_nagios_has_one_line_and_its_own_status(
    check: Check, hosts: str, status: int, begins: str
) -> None:
    ran = check("--format", "nagios", "-l", hosts)
    assert ran.status == status
    assert ran.out.startswith(begins)
    assert ran.out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--format", "xml"], "unknown format 'xml' (table, json, junit"),
        (["--format", "table=FOLDER/x"], "unknown format 'table' (json, junit"),
        (["--format", "junit", "--format", "sarif"], "junit and sarif cannot both go to stdout"),
        (["--format", "junit", "--json"], "junit and json cannot both go to stdout"),
        (["-o", "FOLDER/x"], "-o is for one --format without a file"),
        (["--format", "junit=/dev/null"], "/dev/null, --format: is not a file"),
        (["--format", "junit=FOLDER"], "is not a file"),
        (["--format", "junit="], "is not a file"),
        (["--format", "junit=FOLDER/x", "--format", "html=FOLDER/x"], "have the same file"),
        (["--format", "junit=FOLDER/x", "--format", "html", "-o", "FOLDER/x"], "the same file"),
        (["--format", "junit=FOLDER/nowhere/x"], "cannot be written: No such file or directory"),
    ],
)
def test_wrong_formats_are_refused(check: Check, words: list[str], says: str) -> None:
    before = sorted(check.folder.iterdir())
    ran = check(*(word.replace("FOLDER", str(check.folder)) for word in words))
    assert ran.status == 64
    assert says in ran.err
    assert sorted(check.folder.iterdir()) == before
