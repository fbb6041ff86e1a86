"""What a class of the control plane's policy takes, and so what is dropped (ios-facts §8)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.filters import outcomes
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policies import classes
from knockdeploy.ios.ways_in import way_in

IN, DROPPED, EITHER = {True}, {False}, {True, False}
LISTS = """\
ip access-list extended SSH
 permit tcp any any eq 22
ip access-list extended WEB
 deny tcp host 198.51.100.7 any eq 443
 permit tcp any any range 80 443
"""


def policed(*lines: str, actions: str = "  drop\n", path: str = "control-plane host") -> str:
    header, *matches = lines
    return (
        f"{LISTS}class-map {header} X\n" + "".join(f" match {line}\n" for line in matches)
        + f"policy-map P\n class X\n{actions}{path}\n service-policy input P\n"
    )  # fmt: skip


def seen(config: str, port: int, source: str = "192.0.2.1", protocol: str = "tcp") -> set[bool]:
    packet = Packet(protocol, source, 50000, "203.0.113.10", port)
    return set(outcomes(way_in(parse(config), "GigabitEthernet0/0"), packet))


@pytest.mark.parametrize(
    ("lines", "ssh", "web", "other"),
    [
        (("match-any", "access-group name SSH"), DROPPED, IN, IN),
        (("match-all", "access-group name SSH"), DROPPED, IN, IN),
        (("match-any", "access-group name SSH", "access-group name WEB"), DROPPED, DROPPED, IN),
        # what is in all of them is in the first, and may be in the others
        (("match-all", "access-group name SSH", "access-group name WEB"), EITHER, IN, IN),
        (("match-all", "input-interface Gi0/0", "access-group name WEB"), IN, EITHER, IN),
        (("match-any", "any"), DROPPED, DROPPED, DROPPED),
        (("match-any", "protocol tcp"), DROPPED, DROPPED, DROPPED),
        (("match-any", "protocol udp"), IN, IN, IN),
        # what is not ours to evaluate may take anything
        (("match-any", "not access-group name SSH"), EITHER, EITHER, EITHER),
        (("match-any", "not any"), EITHER, EITHER, EITHER),
        (("match-any", "not protocol udp"), EITHER, EITHER, EITHER),
        (("match-any", "access-group name NOBODY"), EITHER, EITHER, EITHER),
        (("match-any", "ip dscp cs6"), EITHER, EITHER, EITHER),
        (("match-any",), IN, IN, IN),
        (("match-all",), IN, IN, IN),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, tuple) else None,
)
def test_a_class_takes_what_its_lines_say(
    lines: tuple[str, ...], ssh: set[bool], web: set[bool], other: set[bool]
) -> None:
    config = policed(*lines)
    assert [seen(config, port) for port in (22, 443, 8080)] == [ssh, web, other]


@pytest.mark.parametrize(
    ("lines", "is_in"),
    [
        (("match-all", "protocol tcp", "access-group name SSH"), False),
        (("match-any", "protocol tcp", "access-group name SSH"), True),
        (("match-all", "protocol tcp", "not access-group name SSH"), True),
        (("match-any", "not protocol tcp", "access-group name SSH"), False),
        (("match-all", "protocol tcp", "protocol udp"), True),
        (("match-all",), False),
        (("match-any",), False),
    ],
)
def test_a_packet_is_in_a_class_by_all_of_its_lines_or_by_any(
    lines: tuple[str, ...], *, is_in: bool
) -> None:
    """Of a packet for which its `protocol` lines hold, and no other."""
    each, *_ = classes(parse(policed(*lines)), "control-plane host")
    assert each.holds(lambda words: words[0] == "protocol") is is_in


def test_what_a_list_denies_is_skipped() -> None:
    """ios-facts §8: permit is in the class, deny goes on to the next."""
    config = policed("match-any", "access-group name WEB")
    assert seen(config, 443, "198.51.100.7") == IN
    assert seen(config, 443, "198.51.100.8") == DROPPED
    assert seen(config, 443, "198.51.100.8", "udp") == IN


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("", IN),  # a class without an action only counts (ios-facts §1.2)
        ("  drop\n", DROPPED),
        ("  police 8000 conform-action drop exceed-action drop\n", DROPPED),
        ("  police 8000 conform-action transmit exceed-action drop\n", IN),  # lets in what conforms
    ],
)
@pytest.mark.parametrize("path", ["control-plane host", "control-plane"])
def test_an_action_drops_or_does_not(actions: str, expected: set[bool], path: str) -> None:
    assert seen(policed("match-any", "access-group name SSH", actions=actions, path=path), 22) == (
        expected
    )


def test_class_default_takes_what_is_left_wherever_it_is_printed() -> None:
    config = policed("match-any", "access-group name SSH", actions="  police 8000\n").replace(
        " class X\n", " class class-default\n  drop\n class X\n"
    )
    assert (seen(config, 22), seen(config, 8080)) == (IN, DROPPED)
