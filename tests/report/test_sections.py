"""A diff by sections: an object that comes or goes whole is one line, and no other is."""

from __future__ import annotations

import pytest

from knockdeploy.report.sections import shortened

WHOLE = "- class-map match-any C\n-  a\n-  b\n-  c\n-  d\n"


def test_object_that_goes_whole_is_one_line() -> None:
    assert (
        shortened(f"  hostname r1\n{WHOLE}") == "  hostname r1\n- class-map match-any C (4 lines)\n"
    )


@pytest.mark.parametrize(
    "diff",
    [WHOLE.replace("-  c", "+  c"), WHOLE.replace("-  d", "   d"), WHOLE.replace("-  d\n", "")],
    ids=["line-that-comes", "line-that-stays", "short"],
)
def test_object_of_which_something_else_is_to_be_said_is_shown(diff: str) -> None:
    assert shortened(diff) == diff
