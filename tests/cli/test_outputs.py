"""What is written to a file never takes the place of a pipe or a device, whoever we are."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from commandline import knockdeploy

from .support import GOOD, project

USAGE = 64
OUTPUTS = (
    ("client", "r1", "--format", "knock", "-o"),
    ("plan", "-o"),
    ("check", "--format", "junit", "-o"),
    ("check", "--format", "html", "-o"),
)


@pytest.mark.parametrize("is_link", [False, True], ids=["pipe", "link"])
@pytest.mark.parametrize("arguments", OUTPUTS, ids=" ".join)
def test_a_pipe_stays(arguments: tuple[str, ...], tmp_path: Path, *, is_link: bool) -> None:
    """/dev/null is one of these, and root may replace it for everybody; /dev/stdout is a link."""
    config, pipe = project(tmp_path, r1=GOOD), tmp_path / "pipe"
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "r1.cfg").write_text(
        "version 15.4\nhostname r1\ninterface GigabitEthernet0/0\n"
        " ip address 203.0.113.10 255.255.255.0\nend\n"
    )
    os.mkfifo(pipe)
    target = pipe
    if is_link:
        target = tmp_path / "link"
        target.symlink_to(pipe)
    offline = () if arguments[0] == "client" else ("--from", str(saved))
    ran = knockdeploy(*arguments, str(target), *offline, "-c", str(config))
    assert ran.status == USAGE
    assert str(target) in ran.err
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert target.is_symlink() is is_link


WRITING = (("client", "r1", "--format", "openssh", "-o"), ("render", "-o"))
THEIRS = "Host *\n  User me\n"


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_file_of_ones_own_stays_unless_one_says_so(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """`openssh` is for ~/.ssh/config, and `render -o` may name the folder of the saved ones."""
    config, file = project(tmp_path, r1=GOOD), tmp_path / "out/r1.cfg"
    where = (str(file.parent if arguments[0] == "render" else file), "-c", str(config))
    assert knockdeploy(*arguments, *where).status == 0
    assert knockdeploy(*arguments, *where).status == 0  # the same text
    ours = file.read_text()
    file.write_text(THEIRS)
    ran = knockdeploy(*arguments, *where)
    assert ran.status == USAGE
    assert f"{file}: already exists, and is something else (--force replaces it)" in ran.err
    assert file.read_text() == THEIRS
    assert knockdeploy(*arguments, *where, "--force").status == 0
    assert file.read_text() == ours


@pytest.mark.parametrize("name", ["json", "junit", "sarif", "prometheus", "nagios", "html"])
def test_a_report_takes_the_place_of_a_report_alone(tmp_path: Path, name: str) -> None:
    config, file, saved = project(tmp_path, r1=GOOD), tmp_path / "out", tmp_path / "saved"
    saved.mkdir()
    check = ("check", "-c", str(config), "--from", str(saved), "--format", name, "-o", str(file))
    for _ in range(2):
        assert knockdeploy(*check).status != USAGE
    assert file.read_text()
    file.write_text(THEIRS)
    ran = knockdeploy(*check)
    assert ran.status == USAGE
    assert f"{file}: already exists, and is something else (choose another name)" in ran.err
    assert file.read_text() == THEIRS


def test_a_saved_configuration_is_not_taken_for_a_capture(tmp_path: Path) -> None:
    config, file = project(tmp_path, r1=GOOD), tmp_path / "saved/r1.txt"
    file.parent.mkdir()
    file.write_text("version 15.4\nhostname r1\nend\n")
    ran = knockdeploy("preflight", "--capture", str(file.parent), "-c", str(config))
    assert ran.status == USAGE
    assert f"{file}: already exists, and is something else (choose another folder)" in ran.err
    assert file.read_text().startswith("version 15.4")


def test_a_folder_of_files_has_pipes_left_alone(tmp_path: Path) -> None:
    config, folder = project(tmp_path, r1=GOOD), tmp_path / "out"
    folder.mkdir()
    os.mkfifo(folder / "r1.cfg")
    ran = knockdeploy("render", "-o", str(folder), "-c", str(config))
    assert ran.status == USAGE
    assert "r1.cfg: cannot be written: it is a pipe or a device" in ran.err
    assert stat.S_ISFIFO((folder / "r1.cfg").stat().st_mode)
