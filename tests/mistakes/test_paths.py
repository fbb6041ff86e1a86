"""Paths that cannot even be looked at: under a folder one may not enter, or too long a name."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from commandline import knockdeploy

from knockdeploy.cli import planning

from .project import CONFIG, CONFIG_FILE, DEFAULTS_FILE, HOSTS_FILE, Row, hosts, write

NAME = "n" * 300
PATH = f"/tmp/{NAME}"  # noqa: S108  # it cannot be there
USAGE = 64


def extras(key: str) -> str:
    return f"connection_options: {{netmiko: {{extras: {{use_keys: true, {key}: {PATH}}}}}}}\n"


FILES = {
    **{
        key: {CONFIG_FILE: CONFIG.replace("state_dir: state", f"{key}: {PATH}")}
        for key in ("state_dir", "known_hosts", "templates", "database")
    },
    "ports": {HOSTS_FILE: hosts(ports=f"file:{PATH}")},
    "password": {DEFAULTS_FILE: f"password: file:{PATH}\n"},
    "key_file": {DEFAULTS_FILE: extras("key_file")},
    "ssh_config": {DEFAULTS_FILE: extras("ssh_config_file")},
    "host_file": {CONFIG_FILE: CONFIG.replace("inventory/hosts.yaml", PATH)},
    "group_file": {CONFIG_FILE: CONFIG.replace("inventory/groups.yaml", PATH)},
    "log_file": {
        CONFIG_FILE: CONFIG.replace("{enabled: false}", f"{{enabled: true, log_file: {PATH}}}")
    },
}
ARGUMENTS = (
    ("plan", "--from", PATH),
    ("check", "--from", PATH),
    ("check", "--format", f"junit={PATH}"),
    ("check", "--format", "junit", "-o", PATH),
    ("plan", "-l", f"@{PATH}"),
    ("deploy", "--yes", "--plan", PATH),
    ("show", PATH),
)


def expect(status: int, err: str) -> None:
    assert status == USAGE
    lines = err.splitlines()
    assert all(line.startswith("error: ") and "internal" not in line for line in lines), err
    assert any(NAME[:20] in line for line in lines), err


@pytest.mark.parametrize("key", FILES)
def test_a_path_that_cannot_be_looked_at_is_a_sentence(key: str, tmp_path: Path) -> None:
    row = Row("", None, None, None, (), FILES[key])
    ran = knockdeploy("check", "-c", str(write(tmp_path, row)))
    expect(ran.status, ran.err)


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=" ".join)
def test_so_is_one_of_the_command_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    config = str(write(tmp_path, Row("", None, None, None, ())))
    ran = knockdeploy(*arguments, "-c", config)
    expect(ran.status, ran.err)


def test_a_folder_that_one_may_not_enter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may enter all of them, and the tests may be root."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/closed/saved")

    monkeypatch.setattr(planning, "opened", refuse)
    ran = knockdeploy("plan", "-c", str(write(tmp_path, Row("", None, None, None, ()))))
    expected = "error: /closed/saved: cannot be used: Permission denied (check the path, and who"
    assert ran.status == USAGE
    assert ran.err.startswith(expected)


def test_templates_that_one_may_not_read_are_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {CONFIG_FILE: CONFIG.replace("state_dir: state", "state_dir: state, templates: mine")}
    config = write(tmp_path, Row("", None, None, None, (), files))
    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _how: Path(path).name != "mine")
    ran = knockdeploy("render", "-c", str(config))
    assert (ran.status, ran.out) == (USAGE, "")
    assert "templates: " in ran.err
    assert "cannot be read (its permissions)" in ran.err


@pytest.mark.parametrize("option", ["hosts", "groups", "defaults"])
def test_an_inventory_that_one_may_not_read_is_not_said_to_be_missing(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = f"/closed/{option}.yaml"

    def refuse(path: object, *_arguments: object, **_options: object) -> bool:
        if str(path) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", closed)
        return True

    opened = os.open
    monkeypatch.setattr(Path, "exists", refuse)
    monkeypatch.setattr(os, "open", lambda path, *how: refuse(path) and opened(path, *how))
    files = {CONFIG_FILE: CONFIG.replace(f"inventory/{option}.yaml", closed)}
    ran = knockdeploy("check", "-c", str(write(tmp_path, Row("", None, None, None, (), files))))
    assert ran.status == USAGE
    assert f"error: {closed}: cannot be " in ran.err
    assert "Permission denied" in ran.err
