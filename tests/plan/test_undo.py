"""How a list is typed again: by number only where IOS would give others (ios-facts §11)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.plan.undo import typed

ENTRIES = ("permit esp any any", "deny   tcp any any", "permit ip any any")
DYNAMIC = ("dynamic DX permit ip any any", "deny   ip any any")


@pytest.mark.parametrize(
    ("entries", "numbers", "lines"),
    [
        (ENTRIES, (10, 20, 30), ["permit esp any any", "deny tcp any any", "permit ip any any"]),
        (ENTRIES, (10, 20, 31), ["10 permit esp any any", "20 deny tcp any any",
                                 "31 permit ip any any"]),
        (ENTRIES[:1], (10,), ["permit esp any any"]),
        (ENTRIES[:1], (20,), ["20 permit esp any any"]),
        # a remark is given no number (ios-facts §11)
        (("remark mine", ENTRIES[0]), (20,), ["remark mine", "permit esp any any"]),
        # a dynamic entry is taken by number by no means everywhere
        (DYNAMIC, (5, 6), ["dynamic DX permit ip any any", "deny ip any any"]),
    ],
)  # fmt: skip
def test_entries_of_a_whole_list(
    entries: tuple[str, ...], numbers: tuple[int, ...], lines: list[str]
) -> None:
    header = "ip access-list extended X"
    config = parse("\n ".join((header, *entries)) + "\n")
    section = with_numbers(config, {"X": numbers}).child(header)
    assert section
    commands = list(typed(section))
    assert [(each.parents, each.line) for each in commands] == [
        ((), header), *(((header,), line) for line in lines),
    ]  # fmt: skip
