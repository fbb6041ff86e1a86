"""Logging in as people and programs do: OpenSSH with the lab's ssh_config, netmiko as it comes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import paramiko
import pytest
from netmiko import NetmikoAuthenticationException
from paramiko.common import MSG_CHANNEL_DATA, MSG_IGNORE
from paramiko.packet import Packetizer
from paramiko.transport import Transport

from knockdeploy.lab.configs import PASSWORD, USERNAME
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.wire.ssh import CLASSIC, MODERN
from lab_io.conftest import Connect, hang_up

pytestmark = pytest.mark.lab
needs_ssh = pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH is not installed")


def ssh(lab: Fabric, tmp_path: Path, *arguments: str, typed: str = "") -> str:
    """Run OpenSSH with the lab's ssh_config, and return what it printed."""
    helper = tmp_path / "askpass"
    helper.write_text(f"#!/bin/sh\necho {PASSWORD}\n", encoding="ascii")
    helper.chmod(0o700)
    answer = {"SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"}
    done = subprocess.run(  # noqa: S603  # our own words
        ["/usr/bin/env", "ssh", "-F", str(lab.folder / "ssh_config"), *arguments],
        env={**os.environ, **answer},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@needs_ssh
def test_ssh_logs_in_and_runs_one_command(lab: Fabric, tmp_path: Path) -> None:
    assert "hostname r1\n" in ssh(lab, tmp_path, "r1", "show running-config")


@needs_ssh
def test_ssh_gets_an_interactive_shell(lab: Fabric, tmp_path: Path) -> None:
    seen = ssh(lab, tmp_path, "-tt", "r1", typed="show users\nexit\n")
    assert seen.startswith("r1#show users\n")
    assert "*388 vty 0     admin      idle                 00:00:00 127.0.0.1\n" in seen


def test_netmiko_with_nothing_but_a_device_type_works(lab: Fabric, connect: Connect) -> None:
    connection = connect(lab.routers["r1"])
    assert connection.find_prompt() == "r1#"
    sent = connection.send_config_set(["interface Loopback7", "description seven"])
    assert "r1(config-if)#description seven" in sent
    assert " description seven" in connection.send_command("show running-config")
    assert "[OK]" in connection.save_config()
    assert " description seven" in lab.routers["r1"].router.startup


def test_wrong_password_is_refused(lab: Fabric, connect: Connect) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        connect(lab.routers["r1"], password="wrong")


def test_session_ends_with_exit_and_frees_its_line(lab: Fabric, connect: Connect) -> None:
    machine = lab.routers["r1"]
    before = len(lab.call(lambda: list(machine.router.lines)))
    connection = connect(machine)
    assert len(lab.call(lambda: list(machine.router.lines))) == before + 1
    connection.write_channel("exit\n")
    channel = connection.remote_conn
    assert isinstance(channel, paramiko.Channel)
    assert channel.recv_exit_status() == 0
    assert len(lab.call(lambda: list(machine.router.lines))) == before


def test_classic_profile_offers_what_classic_ios_offers(lab: Fabric) -> None:
    old_exchanges = [
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ]
    old_ciphers = ["aes128-cbc", "3des-cbc", "aes128-ctr"]
    version, kex, keys, to_router, from_router, *macs = offers(lab, "r1")
    assert version == ["SSH-2.0-Cisco-1.25"]
    assert kex[:3] == old_exchanges
    # asyncssh cannot leave these out; they are no key exchanges but say what it understands.
    assert set(kex[3:]) <= {"ext-info-s", "kex-strict-s-v00@openssh.com"}
    assert keys == ["ssh-rsa"]
    assert to_router == from_router == old_ciphers
    assert macs == [["hmac-sha1"], ["hmac-sha1"]]


@pytest.mark.parametrize("kex", CLASSIC.kex)
def test_installed_paramiko_and_cryptography_speak_each_old_exchange(lab: Fabric, kex: str) -> None:
    """cryptography announces the end of these: the day it comes, this fails before a user sees."""
    with transport(lab, "r1") as client:
        client.get_security_options().kex = [kex]
        client.get_security_options().key_types = ["ssh-rsa"]
        client.connect(username=USERNAME, password=PASSWORD)
        assert client.is_authenticated()


@pytest.mark.parametrize("cipher", CLASSIC.ciphers)
def test_each_old_cipher_works(lab: Fabric, cipher: str) -> None:
    with transport(lab, "r1") as client:
        client.get_security_options().ciphers = [cipher]
        client.connect(username=USERNAME, password=PASSWORD)
        assert client.is_authenticated()


def test_modern_profile_knows_none_of_the_old(connect: Connect) -> None:
    with fabric(1, LabOptions(profile=MODERN), base_port=0) as lab:
        _, kex, keys, *_ = offers(lab, "r1")
        assert not set(CLASSIC.kex) & set(kex)
        assert keys == ["ssh-ed25519"]
        connection = connect(lab.routers["r1"])
        assert connection.find_prompt() == "r1#"
        hang_up(connection)


def test_changed_host_key_is_another_one(lab: Fabric) -> None:
    def key() -> bytes:
        with transport(lab, "r2") as client:
            client.start_client(timeout=60)
            return client.get_remote_server_key().asbytes()

    first = key()
    assert key() == first
    lab.call(lab.routers["r2"].ssh.change_key)
    assert key() != first


def transport(lab: Fabric, name: str) -> Transport:
    place = lab.routers[name].place
    return paramiko.Transport((place.inside, place.sockets[22]))


def offers(lab: Fabric, name: str) -> list[list[str]]:
    """Return what the server's first lines say: its version, then each name-list of KEXINIT."""
    place = lab.routers[name].place
    with socket.create_connection((place.inside, place.sockets[22]), timeout=60) as sock:
        sock.sendall(b"SSH-2.0-test\r\n")
        stream = sock.makefile("rb")
        lists = [[stream.readline().decode().strip()]]
        stream.read(4 + 1 + 1 + 16)  # lengths, message number, cookie (RFC 4253 §7.1)
        for _ in range(6):
            length = int.from_bytes(stream.read(4), "big")
            lists.append(stream.read(length).decode().split(","))
        stream.close()
    return lists


def test_a_router_sends_no_packets_to_be_ignored(
    lab: Fabric, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are for whoever fears that traffic is analysed (RFC 4253 §11.2); each costs a turn."""
    kinds: list[int] = []
    read = Packetizer.read_message

    def reading(packets: Packetizer) -> tuple[int, paramiko.Message]:
        kind, message = read(packets)
        kinds.append(kind)
        return kind, message

    monkeypatch.setattr(Packetizer, "read_message", reading)
    assert connect(lab.routers["r1"]).find_prompt() == "r1#"
    assert MSG_CHANNEL_DATA in kinds
    assert MSG_IGNORE not in kinds
