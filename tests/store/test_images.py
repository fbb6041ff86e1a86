"""What was learned about an image counts for images of its train, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.plan.reprint import Reprint
from knockdeploy.store.images import Images, Quirk
from knockdeploy.store.journal import ended_once
from knockdeploy.store.state import StateDir

ONE = Reprint((), "exec-timeout 5 0", "exec-timeout 5")
OTHER = Reprint(("line vty 0 4",), "transport input ssh", None)


@pytest.fixture
def images(tmp_path: Path) -> Images:
    state = StateDir(tmp_path)
    state.files.prepare()
    return Images(state)


def test_what_was_told_before_is_known_and_nothing_else(images: Images) -> None:
    assert images.tell("15.2(4)M6", [ONE]) is False
    assert images.tell("15.2(4)M7", [ONE]) is True
    assert images.tell("15.2(4)M6", [ONE, OTHER]) is False
    assert images.tell("15.2(4)M6", [ONE, OTHER]) is True
    assert images.tell("15.2(4)T6", [ONE]) is False
    assert images.reprints("15.2(4)M6") == ()


@pytest.mark.parametrize(
    ("version", "counts"),
    [
        ("15.2(4)M6", True),
        ("15.2(1)M", True),
        ("15.2", True),  # of a saved configuration: it says no train
        ("15.2(4)T1", False),
        ("15.3(3)M", False),
        ("15.3", False),
    ],
)
def test_what_was_accepted_counts_for_the_train(
    images: Images, version: str, *, counts: bool
) -> None:
    images.accept("15.2(4)M6", [ONE])
    images.accept("15.2(4)M6", [ONE, OTHER])
    assert images.reprints(version) == ((ONE, OTHER) if counts else ())


@pytest.mark.parametrize(
    ("version", "counts"),
    [("15.2(4)M6", True), ("15.2", True), ("15.2(4)M7", False), ("15.2(4)M", False), ("15", False)],
)
def test_a_quirk_is_that_of_one_image(images: Images, version: str, *, counts: bool) -> None:
    images.remember(Quirk.NO_DECOYS, "15.2(4)M6")
    images.remember(Quirk.NO_ENTRIES_UNBOUND, "12.4(24)T5")
    assert images.has(Quirk.NO_DECOYS, version) is counts
    assert not images.has(Quirk.NO_ENTRIES_UNBOUND, version)


def test_whose_turn_ended_and_was_not_checked_after_the_soak() -> None:
    begun: dict[str, object] = {"event": "begun"}
    ended: dict[str, object] = {"outcome": {"status": "deployed"}}
    journal: dict[str, list[dict[str, object]]] = {
        "r1": [begun, {"event": "armed"}, ended],
        "r2": [begun],
        "r3": [begun, ended, ended],
        "r4": [begun, ended, begun],
        "r5": [begun, ended, begun, ended],
        "r6": [ended],
    }
    lines = [{"host": host, **line} for host, each in journal.items() for line in each]
    assert ended_once(lines) == {"r1", "r5", "r6"}
