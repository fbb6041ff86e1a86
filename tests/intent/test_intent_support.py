"""What this version refuses, per host, with the way out."""

from __future__ import annotations

import pytest
from intents import an_intent

from knockdeploy.recipe.platforms import spacing_ms, unsupported


@pytest.mark.parametrize("platform", ["ios", "cisco_ios"])
def test_classic_ios_with_the_defaults_is_served(platform: str) -> None:
    assert unsupported(an_intent(), platform) is None
    for changes in (
        {"access": "knock", "knock_only": True},
        {"protocol": "tcp"},
        {"ports": ["1/tcp", 2, 3, 4, 5]},
        {"engine": "tcl"},
        {"enforcement": "copp"},
        {"enforcement": "zone"},
    ):
        assert unsupported(an_intent(**changes), platform) is None


@pytest.mark.parametrize(
    ("platform", "reason"),
    [
        ("nxos", "not classic IOS"),
        (None, "no platform"),
        ("", "no platform"),
        ("ios\n", "not classic IOS"),
    ],
)
def test_other_platforms_are_refused(platform: str | None, reason: str) -> None:
    error = unsupported(an_intent(), platform)
    assert error is not None
    assert reason in error.message
    assert error.hint


@pytest.mark.parametrize("platform", ["cisco_xe", "iosxe"])
def test_ios_xe_is_served_by_other_means(platform: str) -> None:
    assert unsupported(an_intent(), platform) is None
    assert unsupported(an_intent(ports=["1/tcp", 2, 3, 4, 5]), platform) is None
    # its log has the numbers of ports that a group would have by a name
    assert unsupported(an_intent(engine="tcl", ports=[4500, 2, 3, 4, 5]), platform) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"enforcement": "copp"}, "police and set alone"),
        ({"enforcement": "zone"}, "forwarding processor"),
        ({"window_seconds": 4}, "one knock a second, so 5 knocks take more than 4 s"),
    ],
)
def test_what_ios_xe_cannot_have_is_refused_with_its_reason(
    changes: dict[str, object], reason: str
) -> None:
    error = unsupported(an_intent(**changes), "cisco_xe")
    assert error is not None
    assert reason in error.message
    assert error.hint


def test_knocks_at_ios_xe_are_a_second_apart() -> None:
    intent = an_intent(window_seconds=5).spaced(spacing_ms("cisco_xe"))
    assert intent.timed_knock.pause_ms >= 1000
    assert an_intent().spaced(spacing_ms("ios")).timed_knock.pause_ms <= 1000
