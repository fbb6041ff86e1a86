"""What a proof saw, in words: a service's answer, or whose entry came."""

from __future__ import annotations

import pytest

from knockdeploy.command import Phase
from knockdeploy.report.proof import Sighting


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (("198.51.100.7", None, None), "entry for 198.51.100.7"),
        ((None, None, None), "no entry"),
        ((None, "22/tcp", "timeout"), "22/tcp timeout"),
    ],
)
def test_sighting_in_words(seen: tuple[str | None, str | None, str | None], said: str) -> None:
    assert str(Sighting(Phase.CLOSE, "right", *seen)) == said
