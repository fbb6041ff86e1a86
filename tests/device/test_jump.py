"""Ways by jump hosts: an ssh that would start itself without end, and ending what was started."""

from __future__ import annotations

import getpass
import os
import select
import socket
import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from nornir.core.configuration import Config, SSHConfig

from knockdeploy.device import connection, proxy_command
from knockdeploy.device.jump import is_way, through
from knockdeploy.device.knock_in import Entrance
from knockdeploy.errors import InputError, UnreachableError

GIVEN: dict[str, Any] = {
    "hostname": "192.0.2.1",
    "port": 22,
    "username": "admin",
    "sock": None,
    "timeout": 1,
}


@pytest.fixture
def commands_started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Nothing is started here: an ssh that starts itself without end would be no failing test."""
    commands: list[list[str]] = []

    def start(command: list[str], **_: Any) -> None:
        commands.append(command)
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", start)
    return commands


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "ssh_config"
    file.write_text(text)
    return file


# ssh(1), -J: "makes the connection by first making an ssh connection to the jump host"; that ssh
# reads the same file, and its jump host is asked for again.
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Host *\n ProxyJump one.invalid\n", "one.invalid"),
        ("Host *\n ProxyJump one.invalid,two.invalid\n", "one.invalid"),
        ("Host *\n ProxyJump ssh://me@one.invalid:2222\n", "one.invalid"),
        (
            "Host 192.*\n ProxyJump a,z\nHost a\n ProxyJump me@b:2222\nHost b\n ProxyJump a\n",
            "a",
        ),
    ],
)
def test_a_jump_host_behind_itself_is_refused_before_ssh_starts(
    tmp_path: Path, commands_started: list[list[str]], text: str, named: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        through(file, GIVEN)
    assert f"the jump host {named} is reached by way of itself" in str(caught.value)
    assert str(file) in str(caught.value)
    assert f"`Host {named}` a `ProxyJump none`" in str(caught.value)
    assert not commands_started


@pytest.mark.parametrize(
    "text",
    [
        # each as the hint of the refusal has it, and one whose second jump host has an own way
        "Host one\n ProxyJump none\nHost *\n ProxyJump one,two\n",
        "Host 192.*\n ProxyJump one,two\nHost two\n ProxyJump one\n",
        "Host one\n ProxyCommand nc %h %p\nHost *\n ProxyJump one,two\n",
    ],
)
def test_a_way_with_an_end_is_taken(
    tmp_path: Path, commands_started: list[list[str]], text: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UnreachableError) as caught:
        through(file, GIVEN)
    told = ["-F", str(file), "-J", "one", "two"]
    assert [command[-len(told) :] for command in commands_started] == [told]
    by_hand = f"ssh -F {file} -J one -W 192.0.2.1:22 two"
    assert caught.value.hint.endswith(by_hand)


@pytest.mark.parametrize(
    ("jump", "words"),
    [
        ("jane@two", ["jane@two"]),
        ("jane@two:2222", ["-p", "2222", "jane@two"]),
        ("2001:db8::22", ["2001:db8::22"]),  # an address, with no port behind it
        ("ssh://jane@two:2222", ["ssh://jane@two:2222"]),
    ],
)
def test_a_jump_host_is_told_to_ssh_as_ssh_config_has_it(
    tmp_path: Path, commands_started: list[list[str]], jump: str, words: list[str]
) -> None:
    file = written(tmp_path, f"Host 192.*\n ProxyJump {jump}\n")
    with pytest.raises(UnreachableError):
        through(file, GIVEN)
    told = ["-F", str(file), *words]
    assert [command[-len(told) :] for command in commands_started] == [told]


def test_a_program_of_its_own_is_no_way_by_a_jump_host(
    tmp_path: Path, commands_started: list[list[str]]
) -> None:
    text = "Host 192.*\n ProxyCommand nc %h %p\nHost *\n ProxyJump one\n"
    with pytest.raises(FileNotFoundError):
        through(written(tmp_path, text), GIVEN)
    assert commands_started == [["nc", "192.0.2.1", "22"]]


@pytest.mark.parametrize(
    ("port", "given", "told"), [("", 22, "22"), ("Port 2200", 22, "2200"), ("Port 2200", 21, "21")]
)
def test_program_is_told_the_port_of_the_inventory_before_that_of_ssh_config(
    tmp_path: Path, commands_started: list[list[str]], port: str, given: int, told: str
) -> None:
    file = written(tmp_path, f"Host 192.*\n {port}\n ProxyCommand nc %h %p\n")
    with pytest.raises(FileNotFoundError):
        through(file, {**GIVEN, "port": given})
    assert commands_started == [["nc", "192.0.2.1", told]]


@pytest.mark.parametrize(
    ("username", "user", "told"),
    [("jane", "joe", "jane"), (None, "joe", "joe"), (None, "", getpass.getuser())],
)
def test_program_is_told_what_openssh_would_tell_it(
    tmp_path: Path, commands_started: list[list[str]], username: str | None, user: str, told: str
) -> None:
    """ssh_config(5), TOKENS: %h is HostName, %n what was asked for, %r who logs in, %% a percent.

    Words of their own, whatever they stand for: no shell reads them.
    """
    own = f"User {user}" if user else ""
    text = f"Host r1\n HostName 192.0.2.1\n {own}\n ProxyCommand nc %h %n -l=%r 9%%h\n"
    with pytest.raises(FileNotFoundError):
        through(written(tmp_path, text), {**GIVEN, "hostname": "r1", "username": username})
    assert commands_started == [["nc", "192.0.2.1", "r1", f"-l={told}", "9%h"]]


INCLUDING = """\
Include {0}/first.d/* {0}/nowhere
Host r2
  Include {0}/plain
  HostName 192.0.2.2
Host *
  ProxyCommand last %n
"""


@pytest.mark.parametrize("name", ["r1", "r2", "r3"])
def test_what_ssh_config_includes_is_read_as_openssh_reads_it(
    tmp_path: Path, commands_started: list[list[str]], name: str
) -> None:
    (tmp_path / "first.d").mkdir()
    (tmp_path / "first.d/b").write_text("Host r3\n ProxyCommand second %n\n")
    (tmp_path / "first.d/a").write_text("Host r1 r3\n ProxyCommand first %n\n")
    (tmp_path / "first.d/.b.swp").write_bytes(b"\xff")
    (tmp_path / "deeper").write_text("Port 22\n")
    more = f"Include {tmp_path}/deeper ~nobody-of-this-name/x"
    (tmp_path / "plain").write_text(f"{more}\nProxyCommand plain %n\n")
    file = written(tmp_path, INCLUDING.format(tmp_path))
    with pytest.raises(FileNotFoundError):
        through(file, {**GIVEN, "hostname": name})
    said = {"r1": "first", "r2": "plain", "r3": "first"}[name]
    assert commands_started == [[said, name]]
    assert is_way(file, name)


NESTED = {
    "ssh_config": "Host r*\n Include {0}/site\n Port 2200\nHost *\n ProxyCommand last %n\n",
    "site": "Host r1\n Include {0}/leeds\n ProxyCommand site %n\nHost x2\n ProxyCommand no %n\n",
    "leeds": "Match originalhost r1\n ProxyCommand leeds %n\n",
}


@pytest.mark.parametrize(
    ("name", "said"), [("r1", "leeds"), ("r2", "last"), ("x1", "last"), ("x2", "last")]
)
def test_sections_of_a_file_count_within_the_section_that_includes_it(
    tmp_path: Path, commands_started: list[list[str]], name: str, said: str
) -> None:
    """ssh_config(5): Include in a Host or Match block is for what that block is for."""
    for file, text in NESTED.items():
        (tmp_path / file).write_text(text.format(tmp_path))
    with pytest.raises(FileNotFoundError):
        through(tmp_path / "ssh_config", {**GIVEN, "hostname": name})
    assert commands_started == [[said, name]]


def test_what_follows_an_include_is_of_its_section(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("Host x\n Port 1\n")
    file = written(tmp_path, f"Host r1\n Include {tmp_path}/site\n Port 2200\n")
    assert through(file, {**GIVEN, "hostname": "r1"})["port"] == 2200
    assert through(file, {**GIVEN, "hostname": "x"})["port"] == 22


def test_a_file_that_includes_itself_comes_to_an_end(tmp_path: Path) -> None:
    file = tmp_path / "ssh_config"
    file.write_text(f"Include {file}\nPort 2200\n")
    assert through(file, GIVEN)["port"] == 2200


def test_a_user_name_puts_no_line_into_ssh_config(
    tmp_path: Path, commands_started: list[list[str]]
) -> None:
    through(written(tmp_path, ""), {**GIVEN, "username": "x\nProxyCommand touch /tmp/x"})
    assert not commands_started


@pytest.mark.parametrize("command", ["nc %q", "nc 100%"])
def test_a_token_that_openssh_does_not_know_is_refused(
    tmp_path: Path, commands_started: list[list[str]], command: str
) -> None:
    with pytest.raises(InputError, match=r"unknown key '%.?' in ProxyCommand"):
        through(written(tmp_path, f"Host *\n ProxyCommand {command}\n"), GIVEN)
    assert not commands_started


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Host *\n ProxyJump one\n", True),
        ("Host *\n ProxyCommand nc %h %p\n", True),
        ("Host 192.*\n ProxyJump none\nHost *\n ProxyJump one\n", False),
        ("Host *\n User me\n", False),
    ],
)
def test_whether_somebody_connects_for_us(tmp_path: Path, text: str, *, expected: bool) -> None:
    assert is_way(written(tmp_path, text), "192.0.2.1") is expected
    assert not is_way(tmp_path / "missing", "192.0.2.1")


@pytest.mark.parametrize("text", ["Host\n", "Host *\n Port x\n", 'Host *\n ProxyCommand nc "\n'])
def test_what_is_no_ssh_config_is_named(
    tmp_path: Path, commands_started: list[list[str]], text: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InputError, match="is not a valid ssh_config") as caught:
        through(file, GIVEN)
    assert caught.value.mistakes[0].file == str(file)
    assert not commands_started


def test_it_is_named_too_where_a_knock_may_come_first(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a valid ssh_config"):
        is_way(written(tmp_path, "Host\n"), "192.0.2.1")


@pytest.mark.parametrize("how", ["", 'trap "" TERM; '])
def test_closing_ends_what_the_program_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(proxy_command, "_ENDS_WITHIN_S", 0.2)
    held = tmp_path / "held"
    os.mkfifo(held)
    way = proxy_command.ProxyCommand(["sh", "-c", f"exec 3>{held}; {how}sleep 600 & wait"])
    with held.open("rb", buffering=0) as read:  # until the program has opened the other end
        way.close()
        ready, _, _ = select.select([read], [], [], 60)
        assert ready, "a child of the program still runs"
        assert read.read() == b""


@pytest.mark.parametrize(
    ("last", "is_blamed"), [("echo 'closed by remote host' >&2", True), ("true", False)]
)
def test_program_is_blamed_for_what_it_said_since_the_router_answered(
    last: str, is_blamed: bool
) -> None:
    """Before that OpenSSH prints the banner of a jump host, and which host keys are new."""
    script = f"echo 'Authorized use only' >&2; echo SSH-2.0; read line; {last}"
    way = proxy_command.ProxyCommand(["sh", "-c", script])
    assert way.recv(8, socket.MSG_WAITALL) == b"SSH-2.0\n"
    way.reached()
    way.sendall(b"\n")
    assert way.recv(1) == b""
    away = UnreachableError("r1:22 ended the session", "exec-timeout")
    blamed = way.blamed(away)
    said = "the ProxyCommand of ssh_config: closed by remote host"
    assert (blamed.message, blamed is away) == (said if is_blamed else away.message, not is_blamed)
    way.reached()  # by a thread that has not heard of it yet


@pytest.mark.parametrize(
    ("way", "n_knocks"),
    [
        ("ProxyJump bastion", 0),
        ("ProxyCommand ssh bastion -W %h:%p", 0),
        ("ProxyJump none", 1),
        ("User anybody", 1),
    ],
)
def test_nobody_knocks_where_a_jump_host_connects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, n_knocks: int
) -> None:
    """An entry for our address would not help the jump host, and shows the knock for nothing."""
    ssh_config = written(tmp_path, f"Host 192.0.2.*\n  {way}\n")
    monkeypatch.setattr(connection, "_logged_in", Mock(side_effect=UnreachableError("no answer")))
    entrance = Mock(spec=Entrance)
    configuration = Config(ssh=SSHConfig(config_file=str(ssh_config)))
    extras = {"entrance": entrance, "host_keys": Mock()}
    with pytest.raises(UnreachableError, match="no answer"):
        connection.Knockdeploy().open(
            "192.0.2.1", "admin", "a password", 22, "ios", extras, configuration
        )
    assert entrance.come_in.call_count == n_knocks
