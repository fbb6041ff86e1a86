"""Parts of docs/ that follow from the code are as `make docs` writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs import generate

from .page import ROOT

PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md"))


@pytest.mark.usefixtures("tclsh")  # which a part of docs/recipe.md comes from
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_generated_parts_are_those_of_the_code(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert generate.written(text) == text, "make docs writes them"
