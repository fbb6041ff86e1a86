"""Entries of an ACL, typed: where they go, and which numbers they get."""

from __future__ import annotations

import pytest
from typed_lines import IN_USE, ONE_LIST, numbers, shown, typed

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.apply import apply
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused


def test_a_bare_entry_goes_behind_the_last() -> None:
    """A bare permit goes behind `deny ip any any` (ios-facts §11, a real lab note)."""
    after = typed(ONE_LIST, "ip access-list extended X", "permit tcp any any eq 80").config
    assert numbers(after, "X") == [
        (10, "permit udp any any eq isakmp"),
        (20, "deny   ip any any"),
        (30, "permit tcp any any eq www"),
    ]


def test_an_entry_goes_where_its_number_says() -> None:
    after = typed(ONE_LIST, "ip access-list extended X", "15 deny tcp any any eq 22").config
    assert [number for number, _ in numbers(after, "X")] == [10, 15, 20]


@pytest.mark.parametrize("line", ["permit udp any any eq 500", "5 permit udp any any eq isakmp"])
def test_the_same_entry_again_changes_nothing(line: str) -> None:
    config = with_numbers(parse(ONE_LIST))
    after = typed(config, "ip access-list extended X", line).config
    assert numbers(after, "X") == numbers(config, "X")


@pytest.mark.parametrize(
    "line", ["no 10", "no permit udp any any eq 500", "no permit udp any any eq isakmp"]
)
def test_an_entry_goes_by_number_or_by_text(line: str) -> None:
    after = typed(ONE_LIST, "ip access-list extended X", line).config
    assert [text for _, text in numbers(after, "X")] == ["deny   ip any any"]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("deny tcp any any eq 80", "deny   tcp any any eq www"),
        ("permit tcp any any eq 22", "permit tcp any any eq 22"),
        ("permit tcp any any eq 443", "permit tcp any any eq 443"),
        ("permit tcp any any eq 8080", "permit tcp any any eq 8080"),
        ("permit tcp any any eq 514", "permit tcp any any eq cmd"),
        ("permit udp any any eq 514", "permit udp any any eq syslog"),
        ("permit tcp any any range 79 80", "permit tcp any any range finger www"),
        ("permit tcp any eq 20 any gt 1023", "permit tcp any eq ftp-data any gt 1023"),
        ("permit 17 any any eq 53", "permit udp any any eq domain"),
        *(
            (f"permit {number} any any", f"permit {name} any any")  # IANA's numbers, IOS's words
            for number, name in {
                1: "icmp",
                2: "igmp",
                4: "ipinip",
                6: "tcp",
                47: "gre",
                50: "esp",
                51: "ahp",
                88: "eigrp",
                89: "ospf",
                94: "nos",
                103: "pim",
                108: "pcp",
            }.items()
        ),
        ("permit ip 10.1.1.5 0.0.0.0 any", "permit ip host 10.1.1.5 any"),
        ("permit ip 0.0.0.0 255.255.255.255 any", "permit ip any any"),
        ("permit ip 10.1.1.5 0.0.0.255 any", "permit ip 10.1.1.0 0.0.0.255 any"),
        ("remark deny nobody", "remark deny nobody"),
        ("dynamic D timeout 8 permit icmp any any", "dynamic D timeout 8 permit icmp any any"),
    ],
)
def test_an_entry_is_printed_as_ios_prints_it(line: str, printed: str) -> None:
    after = typed("", "ip access-list extended X", line).config
    assert [text for _, text in numbers(after, "X")] == [printed]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("tcp eq 25", "tcp eq smtp"),
        ("udp eq 49", "udp eq tacacs"),
        ("tcp range 79 80", "tcp range finger www"),
        ("tcp-udp eq 53", "tcp-udp eq domain"),
        ("tcp-udp eq 443", "tcp-udp eq 443"),
        ("udp eq 46543", "udp eq 46543"),
    ],
)
def test_a_member_is_printed_as_ios_prints_it(line: str, printed: str) -> None:
    """Real `show object-group` output (ios-facts §6)."""
    assert shown("", "object-group service G", line) == f"object-group service G\n {printed}\n"


def test_remarks_have_no_number_of_their_own() -> None:
    """ios-facts §11: `remark not given a sequence number`."""
    after = typed(
        "", "ip access-list extended X", "remark one", "permit tcp any any", "remark two",
        "permit ip any any",
    ).config  # fmt: skip
    assert [n for n, text in numbers(after, "X") if not text.startswith("remark")] == [10, 20]
    less = typed(after, "ip access-list extended X", "no 20").config
    assert [text for _, text in numbers(less, "X")] == [
        "remark one",
        "permit tcp any any",
        "remark two",
    ]


def test_resequence_renumbers_and_moves_nothing() -> None:
    config = typed(ONE_LIST, "ip access-list extended X", "15 permit esp any any").config
    after = typed(config, "ip access-list resequence X 1000 10").config
    assert numbers(after, "X") == [
        (1000, "permit udp any any eq isakmp"),
        (1010, "permit esp any any"),
        (1020, "deny   ip any any"),
    ]


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        (Dialect(numbered_dynamic=False), "7 dynamic DX permit ip any any"),
        (Dialect(object_group_in_dynamic=False), "dynamic DX permit object-group OG any any"),
    ],
    ids=["numbered dynamic", "object-group in dynamic"],
)
def test_an_image_may_refuse_a_dynamic_entry(dialect: Dialect, line: str) -> None:
    """Both are unknown (ios-facts §5 and §11): switches."""
    inside = typed(IN_USE, "ip access-list extended X")
    assert inside.mode is not None
    with pytest.raises(Refused, match="Invalid input"):
        apply(inside.config, inside.mode, line, dialect)
