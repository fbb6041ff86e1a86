"""Sessions with virtual routers over real SSH."""

from __future__ import annotations

import dataclasses
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions, Defaults, Host

from knockdeploy.device import reading, revert, write_memory
from knockdeploy.device.connection import open_session
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    DeviceTimeoutError,
    HostKeyError,
    InputError,
    KeyExchangeError,
    LoginRefusedError,
    RefusedLineError,
    RouterError,
    UnreachableError,
    UnsupportedError,
)
from knockdeploy.lab.addresses import SSH
from knockdeploy.lab.configs import PASSWORD, USERNAME
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.faults import Faults
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.wire.ssh import CLASSIC, MODERN
from knockdeploy.operator import Operator

from .script import command

pytestmark = pytest.mark.lab
Dial = Callable[..., RouterSession]


@pytest.fixture(scope="module")
def lab() -> Iterator[Fabric]:
    with fabric(1, base_port=0) as running:
        yield running


@pytest.fixture
def router(lab: Fabric) -> Iterator[Machine]:
    machine = lab.routers["r1"]
    yield machine
    machine.faults = Faults()


def dial_to(machine: Machine, state_dir: Path, hosts: list[Host]) -> Dial:
    def dial(**changes: Any) -> RouterSession:
        extras = changes.pop("extras", {})
        policy = changes.pop("host_keys", "accept-new")
        parameters: dict[str, Any] = {
            "hostname": machine.place.inside,
            "port": machine.place.sockets[SSH],
            "username": USERNAME,
            "password": PASSWORD,
            "platform": "ios",
            **changes,
        }
        host = Host("r1", defaults=Defaults(), **parameters)
        host.connection_options["netmiko"] = ConnectionOptions(extras=extras)
        hosts.append(host)
        ours = {"state_dir": str(state_dir), "host_keys": policy}
        return open_session(host, Config(user_defined={"knockdeploy": ours}))

    return dial


@pytest.fixture
def dial(router: Machine, tmp_path: Path) -> Iterator[Dial]:
    hosts: list[Host] = []
    yield dial_to(router, tmp_path, hosts)
    for host in hosts:
        host.close_connections()


def test_login_and_reading_take_three_round_trips(dial: Dial, router: Machine) -> None:
    session = dial()
    seen = reading.read(
        session,
        lambda _, running: reading.Concern(["ACL_None"] if "hostname r1" in running else []),
    )
    assert session.trips == 3
    assert seen.running == seen.startup
    assert seen.running.startswith("!")
    assert seen.operator == Operator("127.0.0.1", router.place.inside, "GigabitEthernet0/1")
    assert seen.pending is None


def test_what_is_not_as_it_was_saved_is_asked_for_once_it_is_known(dial: Dial) -> None:
    session = dial()
    acl = "ip access-list extended ACL_New"
    session.configure([command(acl), command("7 permit tcp any any eq 22", acl)])
    n_before = session.trips
    seen = reading.read(
        session,
        lambda _, text: reading.Concern(["ACL_New" if acl in text else "ACL_Gone"]),
    )
    assert session.trips - n_before == 3
    assert [entry.number for entry in seen.access_lists["ACL_New"]] == [7]
    assert list(seen.answers) == ["show ip access-lists ACL_New"]  # what was guessed is forgotten


def test_second_session_beside_the_first_confirms_and_saves(dial: Dial) -> None:
    first = dial()
    revert.arm(first, 5)
    first.configure([command("event manager environment _test 1")])
    waiting = revert.pending(first)
    assert waiting is not None
    assert waiting.user == USERNAME
    with first.another() as second:
        revert.confirm(second)
        write_memory.save(second)
        assert revert.pending(second) is None
        text = reading.read(second).startup
    assert "event manager environment _test 1\n" in text
    assert first.ask("show clock")


def test_refused_line_is_named_and_the_rest_is_not_sent(dial: Dial, router: Machine) -> None:
    session = dial()
    router.faults = Faults(refuse="permit ip any any")
    told: list[str] = []
    acl = "ip access-list extended ACL_X"
    with pytest.raises(RefusedLineError) as caught:
        session.configure(
            [
                command(acl),
                command("permit tcp any any", acl),
                command("permit ip any any", acl),
                command("event manager environment _never sent"),
            ],
            lambda done: told.append(done.line),
        )
    assert caught.value.line == "permit ip any any"
    assert told == [acl, "permit tcp any any"]
    running = reading.running_config(session)
    assert f"{acl}\n permit tcp any any\n" in running
    assert "_never" not in running


def test_session_that_breaks_is_unreachable(dial: Dial, router: Machine) -> None:
    session = dial()
    router.faults = Faults(drop_line=1)
    with pytest.raises(UnreachableError):
        session.configure([command("event manager environment _x 1")])


def test_wrong_password_is_refused_and_in_no_message(
    dial: Dial, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(LoginRefusedError) as caught:
        dial(password="not-the-password")
    assert caught.value.hint
    out, err = capfd.readouterr()
    assert "not-the-password" not in f"{caught.value}{caplog.text}{out}{err}"
    assert "Traceback" not in out + err


def test_changed_host_key_is_seen_before_the_password_is_sent(
    dial: Dial, lab: Fabric, router: Machine, tmp_path: Path
) -> None:
    dial()
    stored = (tmp_path / "known_hosts").read_text()
    lab.call(router.ssh.change_key)
    with pytest.raises(HostKeyError, match="known_hosts line 1"):
        dial()
    assert (tmp_path / "known_hosts").read_text() == stored


def test_strict_refuses_a_new_host(dial: Dial) -> None:
    with pytest.raises(HostKeyError):
        dial(host_keys="strict")


def test_no_common_key_exchange_is_its_own_error(tmp_path: Path) -> None:
    only = dataclasses.replace(MODERN, kex=("diffie-hellman-group18-sha512",))
    with fabric(1, LabOptions(profile=only), base_port=0) as lab:
        dial = dial_to(lab.routers["r1"], tmp_path, [])
        with pytest.raises(KeyExchangeError) as caught:
            dial()
    assert caught.value.hint


@pytest.mark.parametrize("kex", CLASSIC.kex)
@pytest.mark.parametrize("cipher", CLASSIC.ciphers)
def test_every_algorithm_of_classic_ios_logs_in(tmp_path: Path, kex: str, cipher: str) -> None:
    only = dataclasses.replace(CLASSIC, kex=(kex,), ciphers=(cipher,))
    with fabric(1, LabOptions(profile=only), base_port=0) as lab:
        dial = dial_to(lab.routers["r1"], tmp_path, [])
        with dial() as session:
            assert session.hostname == "r1"


def test_modern_profile_logs_in(tmp_path: Path) -> None:
    with (
        fabric(1, LabOptions(profile=MODERN), base_port=0) as lab,
        dial_to(lab.routers["r1"], tmp_path, [])(platform="cisco_ios") as session,
    ):
        assert session.ask("show clock")


def test_exhausted_vty_lines_are_unreachable(dial: Dial, router: Machine) -> None:
    router.faults = Faults(vtys_busy=True)
    with pytest.raises(UnreachableError) as caught:
        dial()
    assert "VTY" in caught.value.hint


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"port": 9}, UnreachableError, "refused"),
        ({"hostname": "no-such-host.invalid"}, UnreachableError, "resolved"),
        ({"platform": "cisco_nxos"}, UnsupportedError, "is not classic IOS"),
        ({"platform": None}, UnsupportedError, "no platform is given"),
        ({"extras": {"no_such_thing": 1}}, InputError, "no_such_thing"),
        ({"extras": {"ssh_config_file": "two jumps"}}, UnreachableError, "jump host"),
        ({"extras": {"ssh_config_file": "wrong"}}, InputError, "not a valid ssh_config"),
        (
            {"extras": {"use_keys": True, "key_file": "/nowhere/id"}},
            LoginRefusedError,
            "not a readable private",
        ),
    ],
)
def test_other_reasons_for_no_session(
    dial: Dial, tmp_path: Path, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    if name := changes.get("extras", {}).get("ssh_config_file"):
        config = tmp_path / "ssh_config"
        # not `Host *`: ssh would jump to its own jump hosts by themselves, without an end
        jumps = "Host 127.*\n ProxyJump one.invalid,two.invalid\n"
        config.write_text(jumps if name == "two jumps" else "nonsense\n")
        changes = {"extras": {"ssh_config_file": str(config), "banner_timeout": 1}}
    with pytest.raises(error, match=words) as caught:
        dial(**changes)
    assert PASSWORD not in str(caught.value)


def test_closing_twice_does_no_harm_and_frees_the_line(dial: Dial, router: Machine) -> None:
    for _ in range(8):  # of five lines
        session = dial()
        session.close()
        session.close()
        with pytest.raises(UnreachableError):
            session.ask("show clock")


def test_server_that_says_nothing_is_not_waited_for_forever(dial: Dial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(RouterError) as caught:
        dial(
            hostname="127.0.0.1",
            port=silent.getsockname()[1],
            extras={"banner_timeout": 0.2, "conn_timeout": 1},
        )
    assert isinstance(caught.value, (UnreachableError, DeviceTimeoutError))
