"""One form for each line, whatever stands in it."""

from __future__ import annotations

import pytest

from knockdeploy.ios.canonical import canonical, printed

EXTENDED = "ip access-list extended X"


@pytest.mark.parametrize("line", ["permit", "deny", "dynamic D permit", "remark", "evaluate R"])
def test_half_a_line_is_itself(line: str) -> None:
    """What a damaged file has, or somebody typed up to there."""
    assert canonical(EXTENDED, line) == line
    assert canonical(EXTENDED, f"10 {line}") == line
    assert printed(EXTENDED, line) == line
