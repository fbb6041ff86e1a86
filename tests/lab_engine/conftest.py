"""A router of IOS-XE with the recipe, by either engine."""

from __future__ import annotations

import pytest

from .recipe_xe_bench import RecipeBench, intent


@pytest.fixture(params=["applet", "tcl"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "tcl":
        request.getfixturevalue("tclsh")
    return str(request.param)


@pytest.fixture
def bench(engine: str) -> RecipeBench:
    made = RecipeBench(wish=intent(engine=engine))
    made.to_second(10)
    return made
