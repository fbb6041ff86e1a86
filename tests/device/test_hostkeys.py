from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko
import pytest

from knockdeploy.device.hostkeys import KnownHosts, Policy, host_key_name
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
