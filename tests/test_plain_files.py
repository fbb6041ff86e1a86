"""Files that somebody else may have put there: opened if they are files, and never waited for."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from knockdeploy.plain_files import (
    NotPlainError,
    hint_for,
    open_plain,
    reading,
    refuse_special,
    replacing,
)

WRITE = os.O_WRONLY | os.O_CREAT
SPECIAL, LINK = "it is a pipe or a device", "it is a link to another file"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make one of each kind, and links to them."""
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "dir").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
    for name in ("file", "dir", "pipe", "nowhere"):
        (tmp_path / f"link-to-{name}").symlink_to(name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "flags", "says"),
    [
        ("file", os.O_RDONLY, None),
        ("file", WRITE, None),
        ("file", os.O_RDWR, None),
        ("new", WRITE, None),
        ("link-to-file", os.O_RDONLY, None),  # what is only read may be one
        ("link-to-file", WRITE, LINK),
        ("link-to-file", os.O_RDWR, LINK),
        ("link-to-pipe", os.O_RDONLY, SPECIAL),
        ("link-to-pipe", WRITE, LINK),
        ("pipe", os.O_RDONLY, SPECIAL),
        ("pipe", WRITE, SPECIAL),
        ("pipe", os.O_RDWR, SPECIAL),
        ("socket", os.O_RDONLY, SPECIAL),
    ],
)
def test_only_a_file_is_opened(folder: Path, name: str, flags: int, says: str | None) -> None:
    before = open_files()
    if says is None:
        os.close(open_plain(folder / name, flags))
    else:
        with pytest.raises(NotPlainError) as caught:
            open_plain(folder / name, flags)
        assert (caught.value.errno, caught.value.strerror) == (0, says)
        assert caught.value.filename == str(folder / name)
    assert open_files() <= before  # what an earlier test left may go meanwhile


@pytest.mark.parametrize(
    ("name", "flags", "kind"),
    [
        ("dir", os.O_RDONLY, IsADirectoryError),
        ("dir", WRITE, IsADirectoryError),
        ("nowhere", os.O_RDONLY, FileNotFoundError),
        ("link-to-nowhere", os.O_RDONLY, FileNotFoundError),
    ],
)
def test_what_else_is_wrong_is_said_as_by_the_system(
    folder: Path, name: str, flags: int, kind: type[OSError]
) -> None:
    with pytest.raises(kind):
        open_plain(folder / name, flags)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    os.close(open_plain(tmp_path / "new", WRITE))
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_what_is_read_is_in_bytes(folder: Path) -> None:
    with reading(folder / "link-to-file") as file:
        assert file.read() == b"text"


@pytest.mark.parametrize("name", ["pipe", "socket", "link-to-pipe"])
def test_a_device_is_not_replaced(folder: Path, name: str) -> None:
    with pytest.raises(NotPlainError, match=SPECIAL):
        refuse_special(folder / name)


@pytest.mark.parametrize("name", ["file", "dir", "link-to-file", "nowhere", "link-to-nowhere"])
def test_whatever_else_may_be_replaced(folder: Path, name: str) -> None:
    refuse_special(folder / name)


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "make room on the disk, or raise the quota"),
        (errno.EDQUOT, "make room on the disk, or raise the quota"),
        (errno.EACCES, "another folder"),
    ],
)
def test_a_full_disk_has_its_own_hint(number: int, hint: str) -> None:
    assert hint_for(OSError(number, ""), "another folder") == hint


@pytest.mark.parametrize(
    ("name", "is_new", "left"),
    [("file", False, b"new"), ("file", True, b"text"), ("x", False, b"new"), ("x", True, b"new")],
)
def test_a_file_is_replaced_whole_once_all_is_written(
    folder: Path, name: str, left: bytes, *, is_new: bool
) -> None:
    file = folder / name
    before = file.read_bytes() if file.exists() else None
    with replacing(file, is_new=is_new) as stream:
        stream.write(b"new")
        assert (file.read_bytes() if file.exists() else None) == before
    assert file.read_bytes() == left
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


def test_a_file_that_could_not_be_written_is_as_it_was(folder: Path) -> None:
    file = folder / "file"
    with pytest.raises(OSError, match="full"), replacing(file):
        raise OSError(errno.ENOSPC, "full")
    assert file.read_bytes() == b"text"
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


def test_what_a_loss_of_power_may_not_lose_is_on_the_disk_before_it_has_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bytes, int]] = []
    file = folder / "file"
    monkeypatch.setattr(
        os, "fsync", lambda handle: synced.append((file.read_bytes(), os.fstat(handle).st_size))
    )
    for is_durable in (False, True):
        with replacing(file, is_durable=is_durable) as stream:
            stream.write(b"newer" if is_durable else b"new")
    assert synced == [(b"new", len(b"newer"))]
    assert file.read_bytes() == b"newer"
