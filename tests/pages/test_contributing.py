"""What CONTRIBUTING.md says of tests is so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .page import ROOT, blocks

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"tests/[\w./-]*\w", TEXT))))
def test_what_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_test_it_picks_is_there() -> None:
    picked = re.findall(r"pytest (\S+) -k (\w+)", TEXT)
    assert picked
    for path, word in picked:
        assert re.search(rf"^def test_\w*{word}", (ROOT / path).read_text(), re.MULTILINE)


@pytest.mark.lab
def test_its_example_passes() -> None:
    (example,) = (block.text for block in blocks(TEXT) if block.tag == "python")
    names: dict[str, Callable[[], None]] = {}
    exec(example, names)  # noqa: S102  # our own page
    (test,) = (run for name, run in names.items() if name.startswith("test_"))
    test()
