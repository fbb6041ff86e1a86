"""What the state folder keeps of images: by train, without knock ports, for later runs."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.plan.reprint import Reprint
from knockdeploy.store.images import Images, Quirk, train
from knockdeploy.store.state import StateDir

PAIR = Reprint(("event manager applet E",), "trigger occurs 1 period 10", None)
OTHER = Reprint((), "event manager environment _knock_Timeout 60", "x")


@pytest.fixture
def images(tmp_path: Path) -> Images:
    return Images(StateDir(tmp_path / "state"))


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("15.2(4)M6", "15.2M"),
        ("15.4(3)M", "15.4M"),
        ("12.4(24)T8", "12.4T"),
        ("12.4(22)YB1", "12.4YB"),
        ("15.2", "15.2"),
    ],
)
def test_train_is_the_release_and_its_letters(version: str, wanted: str) -> None:
    assert train(version) == wanted


def test_pairs_count_for_their_train(images: Images, tmp_path: Path) -> None:
    assert images.reprints("15.2(4)M6") == ()
    images.accept("15.2(4)M6", [PAIR])
    images.accept("15.2(4)M3", [PAIR, OTHER])
    assert images.reprints("15.2(4)M1") == (PAIR, OTHER)
    assert images.reprints("15.2") == (PAIR, OTHER)  # all that a configuration says
    for version in ("15.2(4)T", "15.4(3)M", "12.4(24)T8", "15.20", "15"):
        assert images.reprints(version) == ()
    file = tmp_path / "state" / "reprints.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().count("15.2M") == 2


def test_images_that_refuse_are_known_by_their_version(images: Images) -> None:
    assert not images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.2(4)M6")
    images.remember(Quirk.NO_NUMBERED_DYNAMIC, "15.2(4)M6")
    assert images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.2(4)M6")
    assert images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.2")
    assert not images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.2(4)M7")
    assert not images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.20")


def test_many_learn_at_once(images: Images, tmp_path: Path) -> None:
    others = [Images(StateDir(tmp_path / "state")) for _ in range(20)]
    threads = [
        threading.Thread(target=other.remember, args=(Quirk.NO_NUMBERED_DYNAMIC, f"15.2(4)M{i}"))
        for i, other in enumerate(others)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(images.has(Quirk.NO_NUMBERED_DYNAMIC, f"15.2(4)M{i}") for i in range(20))


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"- 1",
        b"just words",
        b"- {train: 15.2M}",
        b"- {train: 1, parents: [], sent: a}",
        b"- {train: 15.2M, parents: [], sent: a, shown: 1}",
        b"- {train: 15.2M, parents: [1], sent: a, shown: b}",
        b"- {train: 15.2M, parents: interface x, sent: a, shown: b}",
        b"- {train: 15.2M, parents: 7, sent: a, shown: b}",
        b"caf\xe9",
        b"- 2001-99-99",
        b"[" * 1000,
    ],
)
def test_damaged_file_is_a_sentence(images: Images, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state").mkdir()
    for name in ("reprints.yaml", "images.yaml"):
        (tmp_path / "state" / name).write_bytes(content)
    with pytest.raises(InputError, match=r"reprints\.yaml: the file is damaged"):
        images.reprints("15.2(4)M6")
    with pytest.raises(InputError, match=r"images\.yaml: the file is damaged"):
        images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.2(4)M6")


@pytest.mark.parametrize("known", ["15.2(4)M6", "[15]", "{15.2(4)M6: true}", "7"])
def test_images_that_are_no_list_of_versions_are_a_sentence(
    images: Images, tmp_path: Path, known: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/images.yaml").write_text(f"{Quirk.NO_NUMBERED_DYNAMIC}: {known}\n")
    with pytest.raises(InputError, match=r"images\.yaml: the file is damaged"):
        images.has(Quirk.NO_NUMBERED_DYNAMIC, "15.2(4)M6")
