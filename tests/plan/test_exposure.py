"""Two states of a filter: what gets in by one and not by the other."""

from __future__ import annotations

import itertools

import pytest
from brute import OWN, admitted
from intents import a_short_intent

from knockdeploy.ios.filters import Filters
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.exposure import Inbound, newly_open, newly_open_beyond, newly_shut
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running

OUTSIDE = "GigabitEthernet0/0"
INTENT = a_short_intent(interface=OUTSIDE)
ENTRIES = (
    "permit tcp 198.51.100.0 0.0.0.255 any eq 22",
    "deny   tcp any any eq 22",
    "permit ip any any",
)


def router(*entries: str, policy: str = "") -> Node:
    acl = "".join(f" {entry}\n" for entry in entries)
    return parse(
        f"interface {OUTSIDE}\n ip address 203.0.113.10 255.255.255.0\n"
        f" ip access-group ACL_WAN in\ninterface GigabitEthernet0/1\n"
        f" ip address 10.1.1.1 255.255.255.0\nip access-list extended ACL_WAN\n{acl}{policy}"
    )


def dropping(path: str, entry: str) -> str:
    """Return a policy that drops on a path of the control plane what an entry permits."""
    name = path.replace(" ", "-")
    return (
        f"ip access-list extended {name}\n {entry}\nclass-map match-any {name}\n"
        f" match access-group name {name}\npolicy-map {name}\n class {name}\n  drop\n"
        f"{path}\n service-policy input {name}\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(one, other, id=" -> ".join("".join(str(ENTRIES.index(e)) for e in each)
                                               for each in (one, other)))
        for one, other in itertools.product(itertools.permutations(ENTRIES), repeat=2)
    ],
)  # fmt: skip
def test_entries_that_changed_places_open_and_shut(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """The same entries in another order: a plain reading of both says what differs."""
    agree(router(*before), router(*after))


HOST = dropping("control-plane host", "permit tcp any host 203.0.113.10 eq 22")
AGGREGATE = dropping("control-plane", "permit tcp 198.51.100.0 0.0.0.127 any")
POLICIES = ("", HOST, AGGREGATE, f"{AGGREGATE}{HOST}")


@pytest.mark.parametrize("before", POLICIES, ids=["none", "host", "aggregate", "both"])
@pytest.mark.parametrize("after", POLICIES, ids=["none", "host", "aggregate", "both"])
def test_a_list_and_what_filters_behind_it_change_together(before: str, after: str) -> None:
    for some, others in itertools.product((ENTRIES, ENTRIES[:2], ENTRIES[2:]), repeat=2):
        agree(router(*some, policy=before), router(*others, policy=after))


def agree(one: Node, other: Node) -> None:
    """See that what opens and shuts is what a plain reading of both says."""
    inbound = Inbound((OUTSIDE,))
    had, has = inbound.of(one), inbound.of(other)
    protected = Protected.of(INTENT, Running(one))
    gained = admitted(other, OUTSIDE) - admitted(one, OUTSIDE)
    opens = [
        each
        for each in gained
        if each.opens and each.destination in OWN and (each.protocol, each.port) == ("tcp", 22)
    ]
    assert bool(newly_open(had, has, protected)) == bool(opens)
    assert newly_shut(had, has, protected) == bool(
        admitted(one, OUTSIDE) - admitted(other, OUTSIDE)
    )


def test_what_one_interface_lets_in_for_a_moment_is_found_beside_one_without_a_list() -> None:
    """Neither a line ago, nor before or after the whole change."""

    def both(entry: str) -> Filters:
        text = to_text(router(entry, "permit ip any any"))
        inside = "interface GigabitEthernet0/1\n"
        outside = f"interface {OUTSIDE}\n"
        swapped = text.replace(inside, "X\n").replace(outside, inside).replace("X\n", outside)
        return Inbound((OUTSIDE, "GigabitEthernet0/1")).of(parse(swapped))

    protected = Protected.of(INTENT, Running(router(*ENTRIES)))
    before, now = both("deny tcp any any eq 22"), both("permit tcp any any eq 22")
    packet = newly_open_beyond(before, now, (before, before), protected)
    assert packet is not None
    assert (packet.protocol, packet.port) == ("tcp", 22)
    assert newly_open(before, now, protected) is not None
    assert newly_open_beyond(before, now, (before, now), protected) is None
    assert newly_open_beyond(now, now, (before, before), protected) is None


@pytest.mark.parametrize("protocol", ["icmp", "esp", "gre"])
def test_a_protocol_without_ports_is_shut_and_opens_nothing(protocol: str) -> None:
    inbound, entry = Inbound((OUTSIDE,)), f"deny {protocol} any any"
    had, has = inbound.of(router(*ENTRIES)), inbound.of(router(entry, *ENTRIES))
    protected = Protected.of(INTENT, Running(router(*ENTRIES)))
    assert newly_shut(had, has, protected)
    assert not newly_shut(has, had, protected)
    assert not newly_open(has, had, protected)
