"""The pictures of README: there, each for a light page and a dark one, and whole by themselves."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from .page import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r'(?:srcset|src)="(docs/pictures/[^"]+)"', README)


def test_each_picture_is_for_light_and_dark() -> None:
    names = {name.rsplit("-", 1)[0] for name in SHOWN}
    assert sorted(SHOWN) == sorted(f"{name}-{on}.svg" for name in names for on in ("light", "dark"))


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_loads_nothing_from_elsewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    ET.fromstring(text)  # noqa: S314  # our own file
    links = re.findall(r"(?:https?:)?//[^\s\"')]+", text)
    assert set(links) == {"http://www.w3.org/2000/svg"}
