"""The schedule command, what it installs, and that scheduled checks never overlap."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from cli.support import project
from commandline import knockdeploy
from e2e.support import OPEN, lab

from knockdeploy.lab.configs import PASSWORD
from knockdeploy.store.state import StateDir


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with neither systemd nor cron."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path / "home"


def stand_in(home: Path, name: str, script: str) -> None:
    file = home.parent / "bin" / name
    file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    file.chmod(0o755)


def with_secret(folder: Path) -> Path:
    config = project(folder, r1={}, r2={})
    hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
    hosts["r1"]["password"] = "env:PASSWORD_OF_{name}"
    (folder / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    return config


def test_printed_is_what_the_document_has(home: Path, tmp_path: Path) -> None:
    config = with_secret(tmp_path / "site")
    printed = knockdeploy("schedule", "-c", str(config), "--format", "gitlab", "-l", "r1")
    document = knockdeploy(
        "schedule", "-c", str(config), "--format", "gitlab", "-l", "r1", "--json"
    ).document
    assert (printed.status, printed.err) == (0, "")
    assert document["files"] == {".gitlab-ci.yml": printed.out}
    assert "variables: PASSWORD_OF_r1\n" in printed.out
    assert not (tmp_path / "site/.knockdeploy").exists()
    told = knockdeploy("schedule", "-c", str(config), "--format", "cron", "--notify", "mail 'x y'")
    assert """ --no-overlap --notify 'mail '"'"'x y'"'"'' 2>&1""" in told.out


@pytest.mark.parametrize("wanted", ["cron", "systemd", "kubernetes", "github", "gitlab"])
def test_what_would_end_the_line_of_a_crontab_is_refused(wanted: str, tmp_path: Path) -> None:
    """The rest would be a line of its own: `* * * * *` and any command."""
    config = with_secret(tmp_path / "site")
    words = ("schedule", "-c", str(config), "--format", wanted)
    refused = knockdeploy(*words, "--notify", "mail me\n* * * * * id")
    assert (refused.status, refused.out) == (64, "")
    assert refused.err.startswith("error: 'mail me\\n* * * * * id' holds a line break")
    two_lines = with_secret(tmp_path / "a\nb")
    assert knockdeploy("schedule", "-c", str(two_lines), "--format", wanted).status == 64


def test_units_are_installed_for_the_user_and_the_timer_is_started(
    home: Path, tmp_path: Path
) -> None:
    stand_in(home, "systemctl", f'echo "$@" >> {tmp_path}/asked')
    config = with_secret(tmp_path / "site")
    ran = knockdeploy("schedule", "-c", str(config), "--install")
    assert ran.status == 0
    timer, service = sorted((home / "systemd/user").iterdir(), reverse=True)
    assert f"-c {config} --no-overlap\n" in service.read_text()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["--user daemon-reload", f"--user enable --now {timer.name}"]
    assert (tmp_path / "site/.knockdeploy").is_dir()  # or the service could not begin
    assert f"{home}/knockdeploy/PASSWORD_OF_r1: write the secret to this file" in ran.err


def test_without_a_systemd_of_the_user_the_way_on_is_said(home: Path, tmp_path: Path) -> None:
    ran = knockdeploy("schedule", "-c", str(with_secret(tmp_path / "site")), "--install")
    assert ran.status == 1
    assert "systemctl --user enable --now knockdeploy-check-site-" in ran.err


def test_a_crontab_that_cannot_be_read_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "table"
    stand_in(home, "crontab", f'[ "$1" = - ] && exec cat > {table}; echo "disk error" >&2; exit 1')
    words = ("schedule", "-c", str(with_secret(tmp_path / "site")), "--format", "cron", "--install")
    ran = knockdeploy(*words)
    assert (ran.status, table.exists()) == (64, False)
    assert "disk error" in ran.err
    stand_in(
        home, "crontab", f'[ "$1" = - ] && exec cat > {table}; echo "no crontab for me" >&2; exit 1'
    )
    assert knockdeploy(*words).status == 0
    assert len(table.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "6", "--format", "cron"), "--at"),
        (("--at", "06:00", "--every", "4h"), "give one of them"),
        (("--format", "gitlab", "--install"), "only systemd and cron can be installed"),
        (("--format", "anacron"), "'anacron' is not one of"),
        (("-l", "r9"), "no host or group matches"),
    ],
)
def test_what_cannot_be_scheduled(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    config = project(tmp_path / "site", r1={})
    ran = knockdeploy("schedule", "-c", str(config), *words)
    assert (ran.status, ran.out) == (64, "")
    assert said in ran.err


def test_scheduled_checks_do_not_overlap_but_a_persons_check_goes_on(tmp_path: Path) -> None:
    config = project(tmp_path / "site", r1={"enabled": False})
    words = ("check", "-c", str(config))
    with StateDir(tmp_path / "site/.knockdeploy").files.hold("check.lock", "another"):
        ran = knockdeploy(*words, "--no-overlap", "--json")
        assert ran.status == 64
        (error,) = ran.document["errors"]
        assert error["message"] == "another check of this project is under way"
        ran = knockdeploy(*words, "--no-overlap", "--format", "nagios")
        assert ran.status == 3
        assert re.fullmatch(r"KNOCK UNKNOWN - .*another check of this project.*\n", ran.out)
        assert knockdeploy(*words).status == 0
    assert knockdeploy(*words, "--no-overlap").status == 0


def in_an_empty_environment(*words: str, **environment: str) -> str:
    """Return what a command prints where nothing is set; it has no error."""
    env = str(shutil.which("env", path=os.defpath))
    given = (f"{name}={value}" for name, value in environment.items())
    ran = subprocess.run(  # noqa: S603  # our own words
        [env, "-i", *given, *words], capture_output=True, text=True, check=False, cwd="/"
    )
    assert not ran.stderr
    return ran.stdout


@pytest.mark.lab
def test_what_is_scheduled_works_in_an_empty_environment(home: Path, tmp_path: Path) -> None:
    """Where nobody has exported the secret, it is in the file that systemd shows a service."""
    stand_in(home, "systemctl", "true")
    with lab(1, kind=OPEN) as running:
        defaults = running.folder / "inventory/defaults.yaml"
        said = yaml.safe_load(defaults.read_text())
        defaults.write_text(yaml.safe_dump({**said, "password": "env:LAB_SECRET"}))
        (home / "knockdeploy").mkdir(parents=True)
        (home / "knockdeploy/LAB_SECRET").write_text(f"{PASSWORD}\n")
        words = ("schedule", "-c", str(running.config_file), "--at", "06:30")
        _, line = knockdeploy(*words, "--format", "cron").out.splitlines()
        *when, command = line.split(maxsplit=5)
        assert when == ["30", "6", "*", "*", "*"]
        by_cron = in_an_empty_environment("/bin/sh", "-c", command.replace(r"\%", "%"))
        assert knockdeploy(*words, "--install").status == 0
        (service,) = (home / "systemd/user").glob("*.service")
        lines = dict(each.partition("=")[::2] for each in service.read_text().splitlines() if each)
        start = shlex.split(lines["ExecStart"].replace("$$", "$").replace("%%", "%"))
        secret, _, file = lines["LoadCredential"].partition(":")
        shown = tmp_path / "shown"  # what systemd makes of LoadCredential, for this service alone
        shown.mkdir()
        (shown / secret).write_text(Path(file.replace("%E", str(home))).read_text())
        by_systemd = in_an_empty_environment(*start, CREDENTIALS_DIRECTORY=str(shown))
    assert "r1  drifted" in by_cron
    assert "r1  drifted" in by_systemd
