"""A log in which an applet reads knocks: what keeps it from that (iosxe-facts §8)."""

from __future__ import annotations

import pytest

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios.parse import parse
from knockdeploy.recipe.engine.log_quality import refuse_unreadable, warnings

STAMPED = "service timestamps log datetime msec\n"
GOOD = "service timestamps log datetime msec\nlogging buffered 262144 informational\n"


@pytest.mark.parametrize(
    "line",
    [
        "no service timestamps log",
        "service timestamps log uptime",
        "no logging buffered",
        "logging buffered warnings",
        "logging buffered 262144 notifications",
        "logging buffered 262144 5",
        "logging buffered discriminator D 262144 errors",
    ],
)
def test_a_log_without_times_or_knocks_is_refused(line: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        refuse_unreadable(parse(f"{STAMPED if 'logging' in line else ''}{line}\n"))
    assert line in str(caught.value)


def test_a_log_that_says_hours_or_nothing_is_refused_for_that() -> None:
    """Stamps of the uptime are 3d04h after a day: classic IOS prints them so, and IOS-XE."""
    with pytest.raises(UnsupportedError, match=r"whole hours \(1d03h\)"):
        refuse_unreadable(parse("service timestamps log uptime\n"))
    with pytest.raises(UnsupportedError, match="no line 'service timestamps log datetime"):
        refuse_unreadable(parse("hostname x\nservice timestamps debug datetime msec\n"))


@pytest.mark.parametrize(
    "line",
    [
        "logging buffered",
        "logging buffered 262144",
        "logging buffered informational",
        "logging buffered 262144 debugging",
        "logging buffered 262144 6",
        "service timestamps debug uptime",
    ],
)
def test_what_keeps_knocks_with_their_times_is_taken(line: str) -> None:
    refuse_unreadable(parse(f"{STAMPED}{line}\n"))


@pytest.mark.parametrize("words", ["", " msec", " localtime", " msec localtime show-timezone year"])
def test_every_time_of_day_is_taken(words: str) -> None:
    refuse_unreadable(parse(f"service timestamps log datetime{words}\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD, ()),
        ("hostname x\n", ("4096 bytes",)),
        ("logging buffered 16384 informational\n", ("16384 bytes",)),
        (GOOD + "ip access-list logging interval 500\n", ("logging interval 500",)),
        (GOOD + "ip access-list log-update threshold 10\n", ("threshold 10",)),
        (GOOD + "logging rate-limit 10\n", ("rate-limit 10",)),
    ],
)
def test_what_may_lose_a_knock_is_told(text: str, said: tuple[str, ...]) -> None:
    found = list(warnings(parse(text), "WAN"))
    assert len(found) == len(said)
    assert all(part in line for part, line in zip(said, found, strict=True))


def test_other_entries_that_log_are_told_and_ours_are_not() -> None:
    ours = " deny udp any gt 0 host 192.0.2.1 eq 46543 log\n"
    text = f"{GOOD}ip access-list extended WAN\n{ours} remark log\n permit ip any any\n"
    assert list(warnings(parse(text), "WAN")) == []
    (told,) = warnings(parse(text + " deny   ip any any log\n"), "WAN")
    assert told.startswith("'deny ip any any log' logs into the same buffer")
