"""Numbers of entries that running-config prints: as they were, after a removal (iosxe-facts §6)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from intents import an_intent
from planning import make_plan, make_removal, render, survey

from knockdeploy.device.sending import writes
from knockdeploy.intent import Intent
from knockdeploy.ios.parse import parse
from knockdeploy.lab.edition import IOS_XE
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

XE = "cisco_xe"
ENTRIES = {
    "irregular": (
        "10 permit tcp any any established",
        "15 remark No  telnet, since  2019",  # the blanks of a remark are its own
        "15 deny   tcp any any eq telnet log",
        "100 permit ip any any",
    ),
    "above a thousand": ("5 deny   ip 10.0.0.0 0.255.255.255 any", "1000 permit esp any any",
                         "1001 permit ip any any"),
    "regular": ("5 permit esp any any", "10 permit ip any any"),
    "regular, and the last becomes ours": (
        "5 permit esp any any", "10 permit gre any any",
        "15 permit tcp any host 203.0.113.10 eq 22 established",
    ),
}  # fmt: skip


def router(entries: Sequence[str]) -> VirtualRouter:
    lines = [
        "version 17.9", "service timestamps log datetime msec", "hostname x1",
        "logging buffered 262144 informational", "interface GigabitEthernet0/0/0",
        " ip address 203.0.113.10 255.255.255.0", " ip access-group WAN in",
        "ip access-list extended WAN", *(f" {entry}" for entry in entries),
        "ip access-list extended OTHER", " 10 permit ip any any", "line vty 0 4", "end", "",
    ]  # fmt: skip
    return VirtualRouter("\n".join(lines), name="x1", clock=ManualClock(), edition=IOS_XE)


def intent() -> Intent:
    return an_intent(interface="GigabitEthernet0/0/0")


def typed(made: VirtualRouter, *, is_removal: bool) -> list[str]:
    running, wish = parse(made.running_text()), intent()
    if is_removal:
        plan = make_removal(running, wish, allow_open=True, platform=XE)
    else:
        wanted = parse(render(wish, survey(running, wish, platform=XE), platform=XE))
        plan = make_plan(running, wanted, wish, platform=XE)
    line = made.lines.open_line("ops", "192.0.2.5")
    assert line is not None
    mode: tuple[str, ...] | None = ()
    texts = [one.text for write in writes(plan.commands) for one in write]
    for text in (text for text in texts if text != "end"):
        mode, answer = made.configure(mode or (), text)
        assert answer == "", text
    made.lines.close_line(line)
    return texts


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_removal_gives_every_entry_its_number_back(kind: str) -> None:
    made = router(ENTRIES[kind])
    before = made.running_text()
    typed(made, is_removal=False)
    assert "resequence" not in made.running_text()
    assert made.running_text() != before
    texts = typed(made, is_removal=True)
    assert made.running_text() == before
    swaps = [text.split()[2] for text in texts if text.startswith("ip access-group ")]
    assert swaps == ([] if kind.startswith("regular") else ["WAN_knock", "WAN"])


def test_who_added_an_entry_since_keeps_the_numbers_of_now() -> None:
    made = router(ENTRIES["irregular"])
    typed(made, is_removal=False)
    line = made.lines.open_line("ops", "192.0.2.5")
    assert line is not None
    made.configure(("ip access-list extended WAN",), "5000 permit gre any any")
    typed(made, is_removal=True)
    entries = [text.split()[0] for text in made.access_lists("WAN")[1:]]
    assert len(entries) == 4
    assert entries != ["10", "15", "100", "5000"]


def test_a_list_too_long_for_the_record_keeps_the_numbers_of_now() -> None:
    entries = [
        f"{number * number} permit ip host 198.51.100.{number} any" for number in range(2, 99)
    ]
    made = router(entries)
    before = made.running_text()
    typed(made, is_removal=False)
    assert "enforcement.numbers" not in made.running_text()
    typed(made, is_removal=True)
    now = made.running_text()
    assert now != before
    assert [line.split()[1:] for line in now.splitlines()] == [
        line.split()[1:] for line in before.splitlines()
    ]
