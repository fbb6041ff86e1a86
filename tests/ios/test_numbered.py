"""Numbered extended ACLs: printed line by line, else like named ones (ios-facts §7, §11)."""

from __future__ import annotations

import pytest

from knockdeploy.ios import acl
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.apply import Applied, apply
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

LISTS = """\
hostname r1
interface GigabitEthernet0/0
 ip access-group 103 in
access-list 1 permit 10.0.0.0 0.255.255.255
access-list 1 remark a standard list
access-list 103 remark who may come in
access-list 103 permit tcp any any eq www
access-list 103 dynamic D103 permit ip any any
access-list 103 deny   ip any any
access-list 2001 permit icmp any any
access-list 200 permit 0x0000 0x0D0D
line vty 0 4
"""
HEADER = "ip access-list extended 103"


def typed(config: str, *lines: str, dialect: Dialect = CLASSIC) -> Node:
    state = Applied(parse(config), ())
    for line in lines:
        assert state.mode is not None
        state = apply(state.config, state.mode, line, dialect)
    return state.config


def test_a_numbered_list_is_one_section_and_comes_back_as_it_was() -> None:
    config = parse(LISTS)
    section = config.child(HEADER)
    assert section is not None
    assert [node.text for node in section.children] == [
        "remark who may come in",
        "permit tcp any any eq www",
        "dynamic D103 permit ip any any",
        "deny   ip any any",
    ]
    assert to_text(config) == LISTS


def test_scattered_lines_of_a_list_are_printed_where_it_began() -> None:
    text = "access-list 103 permit ip any any\nhostname r1\naccess-list 103 deny   tcp any any\n"
    assert to_text(parse(text)) == (
        "access-list 103 permit ip any any\naccess-list 103 deny   tcp any any\nhostname r1\n"
    )


def test_standard_lists_stay_the_lines_they_are() -> None:
    assert parse(LISTS).child("access-list 1 permit 10.0.0.0 0.255.255.255") is not None
    assert parse(LISTS).child("access-list 200 permit 0x0000 0x0D0D") is not None


def test_a_list_printed_as_a_section_is_printed_so_again() -> None:
    """ios-facts §5 has a router that prints `ip access-list extended 100`."""
    text = "ip access-list extended 100\n dynamic MYLIST timeout 5 permit ip any any\n"
    assert to_text(parse(text)) == text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("access-list 103 permit udp any any eq 53",),
            "deny   ip any any\naccess-list 103 permit udp any any eq domain\n",
        ),
        (("access-list 104 deny tcp any any eq 23",), "access-list 104 deny   tcp any any eq tel"),
        (
            ("interface GigabitEthernet0/0", "access-list 103 deny udp any any"),
            "access-list 103 deny   udp any any\n",
        ),
        ((HEADER, "5 permit tcp any any eq 443"), "any any eq 443\naccess-list 103 remark who"),
        (
            (HEADER, "15 permit tcp any any eq 443"),
            "eq www\naccess-list 103 permit tcp any any eq 443\naccess-list 103 dynamic",
        ),
        ((HEADER, "7 dynamic D103 permit tcp any any"), "D103 permit ip any any"),
        ((HEADER, "no 30", "deny tcp any any"), "access-list 103 deny   tcp any any\n"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)
def test_entries_are_typed_either_way(lines: tuple[str, ...], expected: str) -> None:
    assert expected in to_text(typed(LISTS, *lines))


@pytest.mark.parametrize("line", ["no access-list 103", "no access-list 103 deny   ip any any"])
def test_no_takes_the_whole_list_whatever_entry_it_names(line: str) -> None:
    text = to_text(typed(LISTS, line))
    assert "access-list 103" not in text
    assert "access-list 1 permit" in text
    assert "access-list 2001 " in text


def test_the_section_goes_by_its_own_line_too() -> None:
    assert "access-list 103" not in to_text(typed(LISTS, f"no {HEADER}"))


def test_a_standard_list_goes_as_a_whole() -> None:
    assert "access-list 1 " not in to_text(typed(LISTS, "no access-list 1"))


def test_what_is_no_entry_is_refused() -> None:
    with pytest.raises(Refused, match="Invalid input"):
        typed(LISTS, "access-list 103 permit tcp any")


def test_a_numbered_list_filters_like_a_named_one() -> None:
    entries = acl.entries(with_numbers(parse(LISTS)), "103")
    assert entries is not None
    assert [entry.number for entry in entries] == [10, 20, 30]
    web = Packet("tcp", "198.51.100.7", 50000, "203.0.113.10", 80)
    assert acl.outcomes(entries, web) == {True}


def test_the_router_shows_the_list_and_keeps_odd_numbers_of_its_own() -> None:
    router = VirtualRouter(LISTS, name="r1", clock=ManualClock())
    line = router.lines.open_line("netops")
    assert line is not None
    mode, _ = router.configure((), HEADER)
    assert mode == (HEADER,)
    router.configure(mode, "7 permit tcp any any eq 443")
    assert router.access_lists("103") == (
        "Extended IP access list 103",
        "    7 permit tcp any any eq 443",
        "    10 permit tcp any any eq www",
        "    20 Dynamic D103 permit ip any any",
        "    30 deny ip any any",
    )
    assert router.lock_and_key.add(("103", "D103", "host", "198.51.100.7", "any")) == ""
    assert len(router.access_lists("103")) == 6


@pytest.mark.parametrize(
    ("is_sorted", "members"),
    [(False, ["udp eq 9", "tcp eq 22"]), (True, ["tcp eq 22", "udp eq 9"])],
)
def test_an_image_may_sort_the_members_of_a_group(is_sorted: bool, members: list[str]) -> None:
    """Unknown: an open behaviour."""
    lines = ("object-group service G", "udp eq 9", "tcp eq 22")
    config = typed("", *lines, dialect=Dialect(object_group_sorted=is_sorted))
    group = config.child("object-group service G")
    assert group is not None
    assert [node.text for node in group.children] == [
        line if line != "udp eq 9" else "udp eq discard" for line in members
    ]
