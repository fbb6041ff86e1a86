"""What this version refuses, per host, with the way out."""

from __future__ import annotations

from typing import Any

import pytest

from knockdeploy.intent import intent_from
from knockdeploy.recipe.platforms import unsupported

LEAST: dict[str, Any] = {
    "ports": [46543, 28654, 40204, 57566, 34515],
    "services": ["22/tcp"],
    "interface": "GigabitEthernet0/0",
}


@pytest.mark.parametrize("platform", ["ios", "cisco_ios"])
def test_classic_ios_with_the_defaults_is_served(platform: str) -> None:
    assert unsupported(intent_from(LEAST), platform) is None
    for changes in (
        {"access": "knock", "knock_only": True},
        {"protocol": "tcp"},
        {"ports": ["1/tcp", 2, 3, 4, 5]},
        {"engine": "tcl"},
        {"enforcement": "copp"},
        {"enforcement": "zone"},
    ):
        assert unsupported(intent_from({**LEAST, **changes}), platform) is None


@pytest.mark.parametrize(
    ("platform", "reason"),
    [
        ("cisco_xe", "IOS-XE has no control-plane logging"),
        ("nxos", "not classic IOS"),
        (None, "no platform"),
        ("", "no platform"),
        ("ios\n", "not classic IOS"),
    ],
)
def test_other_platforms_are_refused(platform: str | None, reason: str) -> None:
    error = unsupported(intent_from(LEAST), platform)
    assert error is not None
    assert reason in error.message
    assert error.hint
