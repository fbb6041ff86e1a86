"""Somebody else's folder: it runs nothing here, nothing of ours is written through it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
from commandline import Ran, free_base_port, knockdeploy

from knockdeploy.device.hostkeys import KnownHosts
from knockdeploy.errors import HostKeyError, InputError
from knockdeploy.inventory import load
from knockdeploy.inventory.trust import untrusted
from knockdeploy.store.state import StateDir

from .conftest import CONFIG, DEFAULTS, HOSTS, Write, mistakes

NOBODY = 65534
SAFE = "KNOCKDEPLOY_SAFE_DIRECTORIES"
OURS = "user_defined: {knockdeploy: {allow_command: true, templates: mine, state_dir: state}}\n"


@pytest.fixture
def site(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project whose template and inventory both try to run something."""
    monkeypatch.delenv(SAFE, raising=False)
    monkeypatch.delenv("SUDO_UID", raising=False)
    (tmp_path / "mine/ios").mkdir(parents=True)
    (tmp_path / "state").mkdir(mode=0o700)
    run = f"touch {tmp_path / 'executed'}"
    (tmp_path / "mine/ios/knock.j2").write_text("! harmless\n")
    write(config=CONFIG + OURS, defaults=DEFAULTS.replace("s3cret-word", f"command:{run}; echo x"))
    return tmp_path


def give_away(path: Path) -> None:
    """Make somebody else the owner, which root alone can."""
    if os.geteuid():
        pytest.skip("only root can give a file away")
    os.chown(path, NOBODY, NOBODY)


def lint(site: Path) -> Ran:
    return knockdeploy("lint", "-c", str(site / "config.yaml"))


PLACES = [
    ".",
    "config.yaml",
    "inventory",
    "inventory/hosts.yaml",
    "state",
    "mine",
    "mine/ios",
    "mine/ios/knock.j2",
]


@pytest.mark.parametrize("place", PLACES)
def test_what_belongs_to_another_user_is_not_used(site: Path, place: str) -> None:
    give_away(site / place)
    ran = lint(site)
    assert ran.status == 64
    (line,) = ran.err.splitlines()
    assert f"{site / place}: belongs to" in line
    assert f"uid {NOBODY}" in line
    assert f"export {SAFE}={site}" in line
    assert not (site / "executed").exists()


@pytest.mark.parametrize("place", PLACES)
def test_what_everybody_can_write_is_not_used(site: Path, place: str) -> None:
    (site / place).chmod(0o777)
    ran = lint(site)
    assert ran.status == 64
    assert (
        f"{site / place}: can be written by everybody (chmod go-w {site / place}; or, if" in ran.err
    )


def test_what_another_group_can_write_is_not_used(site: Path) -> None:
    give_away(site)
    os.chown(site, 0, NOBODY)
    site.chmod(0o775)
    assert "can be written by the group 65534" in lint(site).err


def test_the_umask_that_many_systems_have_is_fine(site: Path) -> None:
    for path in (site, *site.rglob("*")):
        os.chown(path, -1, os.getegid())
        path.chmod(path.stat().st_mode | stat.S_IWGRP)
    assert load(site / "config.yaml").intents


def test_a_project_right_in_a_sticky_folder_is_fine(site: Path) -> None:
    site.chmod(0o1777)
    assert load(site / "config.yaml").intents
    give_away(site / "mine/ios/knock.j2")
    assert "belongs to" in lint(site).err


def test_a_sticky_folder_may_be_a_groups(site: Path) -> None:
    """As /tmp: nobody there can replace another's file."""
    give_away(site)
    os.chown(site, 0, NOBODY)
    site.chmod(0o1775)
    assert load(site / "config.yaml").intents


def test_ssh_config_of_another_user_is_not_used(site: Path, write: Write) -> None:
    (site / "ssh_config").write_text("Host *\n  ProxyCommand touch executed\n")
    write(config=f"{CONFIG}ssh: {{config_file: ssh_config}}\n")
    give_away(site / "ssh_config")
    assert f"{site / 'ssh_config'}: belongs to" in lint(site).err


@pytest.mark.parametrize("value", ["{site}", "/nowhere:{parent}", "*"])
def test_the_environment_trusts_a_folder(
    site: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SAFE, value.format(site=site, parent=site.parent))
    site.chmod(0o777)
    assert load(site / "config.yaml").intents


@pytest.mark.parametrize("value", ["/nowhere", "", "{site}x", "."])
def test_another_folder_that_is_trusted_does_not_count(
    site: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SAFE, value.format(site=site))
    site.chmod(0o777)
    assert mistakes(site / "config.yaml")


def test_who_trusts_a_project_trusts_nothing_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project, elsewhere):
        folder.mkdir()
        folder.chmod(0o777)
    files = [project / "hosts.yaml", elsewhere / "secret"]
    for file in files:
        file.touch()
    monkeypatch.setenv(SAFE, str(project))
    (mistake,) = untrusted(project, files)
    assert f"export {SAFE}={elsewhere}" in mistake.hint
    monkeypatch.setenv(SAFE, f"{project}:{elsewhere}")
    assert untrusted(project, files) == ()


def test_root_by_sudo_trusts_who_called_it(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_away(site)
    monkeypatch.setenv("SUDO_UID", str(NOBODY))
    assert load(site / "config.yaml").intents


def test_what_sudo_says_counts_for_root_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may set it: for another user it would make a stranger's project a trusted one."""
    give_away(tmp_path)
    monkeypatch.setenv("SUDO_UID", str(NOBODY))
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY + 1)
    assert untrusted(tmp_path, [tmp_path])
    os.chown(tmp_path, 0, 0)  # root could do anything anyway
    assert not untrusted(tmp_path, [tmp_path])


def test_a_link_to_another_users_state_is_seen_through(site: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    give_away(theirs)
    (site / "state").rmdir()
    (site / "state").symlink_to(theirs)
    assert f"{theirs}: belongs to" in lint(site).err


@pytest.mark.parametrize(
    "template",
    [
        "{{ cycler.__init__.__globals__.os.system('touch executed') }}",
        "{{ ''.__class__.__mro__ }}",
        "{% set _ = management_sources.append('host 6.6.6.6') %}{{ management_sources }}",
    ],
)
def test_a_template_is_text_and_not_a_program(
    site: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site)
    (site / "mine/ios/knock.j2").write_text(template)
    ran = lint(site)
    assert ran.status == 64
    assert "the template is wrong" in ran.err
    assert "unsafe" in ran.err
    assert not (site / "executed").exists()


def test_a_template_that_is_a_pipe_is_not_waited_for(site: Path) -> None:
    (site / "mine/ios/knock.j2").unlink()
    os.mkfifo(site / "mine/ios/knock.j2")
    assert f"{site / 'mine/ios/knock.j2'}: is a pipe" in lint(site).err


KEY = paramiko.ECDSAKey.generate()


def test_known_hosts_is_not_written_through_a_link(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("")
    (tmp_path / "known_hosts").symlink_to(theirs)
    with pytest.raises(HostKeyError, match="it is a link to another file"):
        KnownHosts(tmp_path / "known_hosts").check("r1", KEY)
    assert theirs.read_text() == ""


def test_known_hosts_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "known_hosts")
    with pytest.raises(HostKeyError, match="it is a pipe"):
        KnownHosts(tmp_path / "known_hosts").check("r1", KEY)


def test_files_of_the_state_that_are_pipes_are_not_waited_for(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    (tmp_path / "outside").mkdir()
    for name in ("key", "events", "outside/r1.address", "outside/r1.knock"):
        os.mkfifo(tmp_path / name)
    for using in (
        state.key,
        lambda: state.files.read("events"),
        lambda: state.files.append("events", b"x"),
        lambda: state.outside("r1"),
        lambda: state.knocks("r1"),
    ):
        with pytest.raises(InputError, match="it is a pipe"):
            using()


def test_the_state_is_not_appended_to_through_a_link(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("")
    (tmp_path / "events").symlink_to(theirs)
    with pytest.raises(InputError, match="it is a link to another file"):
        StateDir(tmp_path).files.append("events", b"x")
    assert theirs.read_text() == ""


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[str]:
    name = f"nornir.of.{tmp_path.name}"  # pytest gives a logger that it knows handlers of its own
    yield name
    for handler in list(logging.getLogger(name).handlers):
        logging.getLogger(name).removeHandler(handler)
        handler.close()


@pytest.mark.parametrize("there", [False, True])
def test_nornirs_log_is_for_its_owner_alone(
    write: Write, tmp_path: Path, logger: str, there: bool
) -> None:
    log = tmp_path / "run.log"
    if there:
        log.touch(mode=0o644)
    load(write(config=f"{CONFIG}logging: {{log_file: run.log, loggers: [{logger}]}}\n"))
    (handler,) = logging.getLogger(logger).handlers
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert isinstance(handler, logging.handlers.RotatingFileHandler)
    handler.doRollover()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "run.log.1").stat().st_mode) == 0o600


def test_a_log_that_is_a_pipe_is_not_waited_for(write: Write, tmp_path: Path, logger: str) -> None:
    os.mkfifo(tmp_path / "run.log")
    (mistake,) = mistakes(
        write(hosts=HOSTS, config=f"{CONFIG}logging: {{log_file: run.log, loggers: [{logger}]}}\n")
    )
    assert "it is a pipe" in mistake.message


@pytest.mark.parametrize("name", ["config.yaml", "ssh_config"])
def test_a_lab_is_not_written_through_links(tmp_path: Path, name: str) -> None:
    text = (Path(__file__).parents[2] / "config.yaml").read_text()  # as if it were a lab's project
    theirs = tmp_path / "theirs"
    theirs.write_text(text)
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / name).symlink_to(theirs)
    ran = knockdeploy("lab", "up", str(tmp_path / "lab"), "--base-port", str(free_base_port(3)))
    assert ran.status == 64
    assert "it is a link to another file" in ran.err
    assert theirs.read_text() == text


def test_a_lab_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.yaml")
    ran = knockdeploy("lab", "up", str(tmp_path), "--base-port", str(free_base_port(3)))
    assert ran.status == 64
    assert "it is a pipe" in ran.err


@pytest.mark.parametrize("name", ["inventory/hosts.yaml", "ssh_config"])
def test_a_lab_takes_the_place_of_nobodys_inventory(tmp_path: Path, name: str) -> None:
    """A project whose settings have another name, or stand elsewhere."""
    theirs = tmp_path / name
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("r1: {hostname: 192.0.2.1}\n")
    ran = knockdeploy("lab", "up", str(tmp_path), "--base-port", str(free_base_port(3)))
    assert ran.status == 64
    assert f"{theirs}: a project that is not a lab's: it would be overwritten" in ran.err
    assert theirs.read_text() == "r1: {hostname: 192.0.2.1}\n"
    assert not (tmp_path / "config.yaml").exists()
