"""The state folder: private, atomic, and refused in a sentence."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.sequence import Knock, KnockSequence, Protocol, TimedKnock
from knockdeploy.store.journal import loaded
from knockdeploy.store.state import StateDir


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_made_before_something_is_kept(tmp_path: Path) -> None:
    state = StateDir(tmp_path / "state")
    assert state.outside("r1") is None
    assert not state.path.exists()


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    state = StateDir(tmp_path / "a" / "state")
    key = state.key()
    assert len(key) == 32
    assert state.key() == StateDir(state.path).key() == key
    assert mode(state.path) == 0o700
    assert {mode(file) for file in state.path.iterdir()} == {0o600}
    assert StateDir(tmp_path / "other").key() != key


def test_ports_keep_their_names_for_a_whole_run(tmp_path: Path) -> None:
    """Whatever becomes of the file meanwhile: one diff would have two names of one port."""
    state = StateDir(tmp_path)
    key = state.key()
    (tmp_path / "key").unlink()
    assert state.key() == key


def test_many_at_once_get_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: StateDir(tmp_path / "state").key(), range(64)))
    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "state").iterdir()] == ["key"]


def test_a_damaged_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(InputError, match="damaged") as caught:
        StateDir(tmp_path).key()
    assert caught.value.mistakes[0].file == str(tmp_path / "key")


@pytest.mark.parametrize("host", ["r1", "../../etc/passwd", "..", "a b/c", "Zürich", "x%2Fy"])
def test_outside_addresses_are_kept_by_host(tmp_path: Path, host: str) -> None:
    state = StateDir(tmp_path / "state")
    state.remember_outside(host, "203.0.113.10")
    state.remember_outside("another", "203.0.113.99")
    state.remember_outside(host, "203.0.113.11")
    assert StateDir(state.path).outside(host) == "203.0.113.11"
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 2
    assert {mode(file) for file in files} == {0o600}
    assert all(file.parent == state.path / "outside" for file in files)


def test_an_address_that_cannot_be_read_was_not_kept(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    state.remember_outside("r1", "203.0.113.10")
    (file,) = (tmp_path / "outside").iterdir()
    for content in (b"", b"\xff", b"999.1.1.1\n"):
        file.write_bytes(content)
        assert state.outside("r1") is None


def test_the_knocks_of_a_router_the_last_one_first(tmp_path: Path) -> None:
    state = StateDir(tmp_path)
    assert state.knocks("r1") == ()
    ports = (40001, 40002, 40003, 40004, 40005)
    first, *others = (
        TimedKnock(KnockSequence((Knock(port, Protocol.TCP), Knock(9, Protocol.UDP))), 10)
        for port in ports
    )
    for knock in (first, first, *others):
        state.remember_knock("r1", knock)
    assert StateDir(tmp_path).knocks("r1") == tuple(reversed(others))
    state.remember_knock("r1", others[1])
    assert state.knocks("r1") == (others[1], others[3], others[2], others[0])
    (file,) = (tmp_path / "outside").iterdir()
    assert mode(file) == 0o600
    file.write_text("10 99999999/udp\nnonsense")
    assert state.knocks("r1") == ()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "nul\0"):
        state = StateDir(path)
        for action in (
            state.files.prepare,
            state.key,
            lambda state=state: state.remember_outside("r1", "203.0.113.10"),
        ):
            with pytest.raises(InputError, match="state folder cannot be used") as caught:
                action()
            assert caught.value.mistakes[0].hint


def test_a_name_too_long_for_a_file_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too long"):
        StateDir(tmp_path).remember_outside("x" * 300, "203.0.113.10")


def test_preparing_leaves_nothing_behind(tmp_path: Path) -> None:
    state = StateDir(tmp_path / "state")
    state.files.prepare()
    assert mode(state.path) == 0o700
    assert list(state.path.iterdir()) == []


@pytest.mark.parametrize("line", [b"", b'{"host": "r1"', b"[1]", b'"r1"', b"7", b"[" * 100_000])
def test_a_line_that_is_no_whole_object_is_none(line: bytes) -> None:
    """A disk that was full, or a machine that went down, may leave half a line."""
    assert loaded(line) is None
    assert loaded(b'{"host": "r1"}') == {"host": "r1"}
