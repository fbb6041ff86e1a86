"""Zone-pairs as IOS takes them: the zones first, one pair for two zones in one direction."""

from __future__ import annotations

import pytest

from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused, check_added

CONFIG = parse(
    "zone security INTERNET\nzone security LAN\n"
    "zone-pair security IN source INTERNET destination self\n"
)


@pytest.mark.parametrize(
    "line",
    [
        "zone-pair security OUT source self destination INTERNET",  # the router's own is there
        "zone-pair security LAN_IN source LAN destination self",
        "zone-pair security IN source INTERNET destination self",  # as it is
        "zone-pair security IN",  # its name alone enters it
    ],
)
def test_a_pair_of_zones_that_are_there_is_taken(line: str) -> None:
    check_added(CONFIG, (), line)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("zone-pair security X source DMZ destination self", "% Zone DMZ is not defined"),
        ("zone-pair security X source LAN destination DMZ", "% Zone DMZ is not defined"),
        ("zone-pair security X", "% Incomplete command."),
        ("zone-pair security X source LAN", "% Incomplete command."),
        ("zone-pair security X source INTERNET destination self",
         "% Zone-pair IN exists with this source and destination"),
    ],
)  # fmt: skip
def test_another_is_refused(line: str, answer: str) -> None:
    with pytest.raises(Refused) as refused:
        check_added(CONFIG, (), line)
    assert refused.value.answer == answer
