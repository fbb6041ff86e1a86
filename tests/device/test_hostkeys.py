from __future__ import annotations

import io
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import paramiko
import pytest
from typing_extensions import Buffer

from knockdeploy.device import known_hosts
from knockdeploy.device.hostkeys import KnownHosts, Policy, host_key_name
from knockdeploy.device.known_hosts import KnownHostsFile
from knockdeploy.errors import HostKeyError

RSA, OTHER_RSA = paramiko.RSAKey.generate(1024), paramiko.RSAKey.generate(1024)
ECDSA = paramiko.ECDSAKey.generate()
NAME = "[127.10.0.1]:10022"


def known(tmp_path: Path, policy: Policy = "accept-new") -> KnownHosts:
    return KnownHosts(tmp_path / "state" / "known_hosts", policy)


def test_names_are_those_of_openssh() -> None:
    assert host_key_name("r1.example", 22) == "r1.example"
    assert host_key_name("127.10.0.1", 10022) == NAME


def test_first_key_is_stored_for_the_owner_alone_and_accepted_again(tmp_path: Path) -> None:
    known(tmp_path).check(NAME, RSA)
    known(tmp_path).check(NAME, RSA)
    file = tmp_path / "state" / "known_hosts"
    assert file.read_text() == f"{NAME} ssh-rsa {RSA.get_base64()}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert known(tmp_path).key_type(NAME) == "ssh-rsa"
    assert known(tmp_path).key_type("127.10.0.1") is None


@pytest.mark.parametrize("key", [OTHER_RSA, ECDSA], ids=["another key", "another type"])
def test_changed_key_names_file_and_line(tmp_path: Path, key: paramiko.PKey) -> None:
    known(tmp_path).check("r0.example", ECDSA)
    known(tmp_path).check(NAME, RSA)
    before = (tmp_path / "state" / "known_hosts").read_text()
    with pytest.raises(HostKeyError) as caught:
        known(tmp_path).check(NAME, key)
    assert f"{tmp_path / 'state' / 'known_hosts'} line 2" in str(caught.value)
    assert "remove line 2" in caught.value.hint
    assert (tmp_path / "state" / "known_hosts").read_text() == before


def test_strict_accepts_no_new_host_and_stores_nothing(tmp_path: Path) -> None:
    with pytest.raises(HostKeyError, match="is not in"):
        known(tmp_path, "strict").check(NAME, RSA)
    assert not (tmp_path / "state").exists()


def test_lines_of_openssh_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    hashed = paramiko.HostKeys.hash_host("r2.example")
    file.write_text(
        f"# a comment\n\nr1.example,{NAME} ssh-rsa {RSA.get_base64()} me@laptop\n"
        f"{hashed} {ECDSA.get_name()} {ECDSA.get_base64()}"
    )
    hosts = KnownHosts(file, "strict")
    hosts.check(NAME, RSA)
    hosts.check("r2.example", ECDSA)
    KnownHosts(file).check("r3.example", RSA)  # the last line has no newline
    assert file.read_text().endswith(f"\nr3.example ssh-rsa {RSA.get_base64()}\n")


def test_many_threads_may_store_keys_at_once(tmp_path: Path) -> None:
    names = [f"r{index % 20}" for index in range(100)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda name: known(tmp_path).check(name, RSA), names))
    lines = (tmp_path / "state" / "known_hosts").read_text().splitlines()
    assert sorted(lines) == sorted(f"r{n} ssh-rsa {RSA.get_base64()}" for n in range(20))


@pytest.mark.parametrize("names", [NAME, "*", "[127.10.0.?]:10022", f"other,{NAME}"])
@pytest.mark.parametrize("policy", ["accept-new", "strict"])
def test_revoked_key_is_refused_and_not_learned(tmp_path: Path, names: str, policy: Policy) -> None:
    file = tmp_path / "known_hosts"
    text = f"{NAME} ssh-rsa {RSA.get_base64()}\n@revoked {names} ssh-rsa {RSA.get_base64()} lost\n"
    file.write_text(text)
    with pytest.raises(HostKeyError, match=r"revoked by .*known_hosts line 2"):
        KnownHosts(file, policy).check(NAME, RSA)
    assert file.read_text() == text


def test_revoked_key_of_another_host_or_another_key_is_nothing_to_this_one(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(
        f"@revoked r9* ssh-rsa {RSA.get_base64()}\n@revoked * ssh-rsa {OTHER_RSA.get_base64()}\n"
    )
    KnownHosts(file).check(NAME, RSA)
    assert file.read_text().endswith(f"\n{NAME} ssh-rsa {RSA.get_base64()}\n")


def test_a_file_that_cannot_be_used_is_named_and_not_the_router_blamed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for file in (tmp_path / "folder", tmp_path / "file" / "known_hosts"):
        with pytest.raises(HostKeyError, match=f"{file} cannot be used: ") as caught:
            KnownHosts(file).check(NAME, RSA)
        assert "known_hosts" in caught.value.hint


def test_a_damaged_hashed_line_names_nobody(tmp_path: Path) -> None:
    file = tmp_path / "state" / "known_hosts"
    file.parent.mkdir()
    file.write_text("|1|xx|yy ssh-rsa AAAA\n|1|eHg=|eHg= ssh-rsa AAAA\n|1| ssh-rsa AAAA\n")
    known(tmp_path).check(NAME, RSA)
    assert known(tmp_path).key_type(NAME) == "ssh-rsa"


def entry(name: str, key: paramiko.PKey) -> str:
    return f"{name} {key.get_name()} {key.get_base64()}\n"


def test_file_is_read_once_however_many_routers_are_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def reading(file: Path) -> BinaryIO:
        read.append(file)
        return file.open("rb")

    monkeypatch.setattr(known_hosts, "reading", reading)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "known_hosts").write_text(entry("r0", RSA))
    for name in [f"r{number}" for number in range(20)] * 2:
        known(tmp_path).check(name, RSA)
        assert known(tmp_path).key_type(name) == "ssh-rsa"
    assert len(read) == 1
    with pytest.raises(HostKeyError, match="line 20"):
        known(tmp_path).check("r19", OTHER_RSA)


def appended(file: Path) -> None:
    with file.open("a") as stream:
        stream.write(entry("r2", ECDSA))


def edited(file: Path) -> None:
    with file.open("r+") as stream:
        stream.write(entry("r2", RSA))  # as long as what stood there


def replaced(file: Path) -> None:
    file.with_suffix(".new").write_text(entry("r2", RSA))
    file.with_suffix(".new").replace(file)


@pytest.mark.parametrize("change", [appended, edited, replaced, Path.unlink])
def test_what_somebody_else_does_to_the_file_is_seen(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    known(tmp_path).check("r1", RSA)
    change(tmp_path / "state" / "known_hosts")
    assert (known(tmp_path).key_type("r1") is None) == (change is not appended)
    expected = {appended: "ecdsa-sha2-nistp256", Path.unlink: None}.get(change, "ssh-rsa")
    assert known(tmp_path).key_type("r2") == expected


class Beside(io.BufferedRandom):
    """A file to which somebody without a lock adds something as we write."""

    def write(self, data: Buffer) -> int:
        appended(Path(self.name))
        return super().write(data)


def test_what_is_added_beside_us_without_a_lock_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    kept = KnownHostsFile(file)
    with Beside(io.FileIO(file, "a+")) as stream:
        kept.append(stream, entry("r1", RSA).strip())
    assert [len(kept.known(name)) for name in ("r1", "r2")] == [1, 1]
