"""Everything that filters on the way to a service, against a plain reading of every probe."""

from __future__ import annotations

from brute import OWN, PROBES, Probe, admitted
from hypothesis import given
from hypothesis import strategies as st
from intents import a_short_intent

from knockdeploy.ios import filters
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import to_control_plane, way_in
from knockdeploy.plan.exposure import Inbound, newly_open, newly_shut
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running

OUTSIDE = "GigabitEthernet0/0"
INTENT = a_short_intent(interface=OUTSIDE)
ENTRIES = (
    "permit tcp 198.51.100.0 0.0.0.255 any eq 22",
    "permit tcp host 198.51.100.7 any eq 22",
    "deny   tcp any any eq 22",
    "permit tcp any any established",
    "permit tcp any host 203.0.113.10 eq 22",
    "deny   tcp host 8.8.8.8 any",
    "permit udp any any eq domain",
    "permit ip any any",
)
LISTS = st.lists(st.sampled_from(ENTRIES), unique=True, min_size=1, max_size=4)
CLASSES = st.lists(st.tuples(LISTS, st.booleans()), max_size=3)
"""Each with its list, and whether it drops."""


def router(acl: list[str] | None, classes: list[tuple[list[str], bool]]) -> Node:
    binding = " ip access-group WAN in\n" if acl else ""
    lines = [f"interface {OUTSIDE}\n ip address 203.0.113.10 255.255.255.0\n{binding}"]
    lines.append("interface GigabitEthernet0/1\n ip address 10.1.1.1 255.255.255.0\n")
    lists = {"WAN": acl or [], **{f"L{i}": entries for i, (entries, _) in enumerate(classes)}}
    for name, entries in lists.items():
        lines.append(f"ip access-list extended {name}\n")
        lines += (f" {entry}\n" for entry in entries)
    lines += (
        f"class-map match-any C{i}\n match access-group name L{i}\n" for i in range(len(classes))
    )
    lines.append("policy-map P\n")
    lines += (f" class C{i}\n{'  drop' if d else ''}\n" for i, (_, d) in enumerate(classes))
    lines.append("control-plane host\n service-policy input P\n")
    return parse("".join(lines))


def packet(probe: Probe) -> Packet:
    return Packet(
        probe.protocol, probe.source, probe.source_port, probe.destination, probe.port, probe.ack
    )


@given(st.none() | LISTS, CLASSES)
def test_what_comes_in_is_what_list_and_control_plane_let_in(
    acl: list[str] | None, classes: list[tuple[list[str], bool]]
) -> None:
    config = router(acl, classes)
    known = admitted(config, OUTSIDE)
    way = way_in(config, OUTSIDE)
    for probe in PROBES:
        if probe.destination in OWN:
            assert filters.outcomes(way, packet(probe)) == {probe in known}


@given(st.none() | LISTS, CLASSES, st.none() | LISTS, CLASSES)
def test_what_a_change_opens_and_shuts_is_what_probes_tell(
    had_acl: list[str] | None,
    had_classes: list[tuple[list[str], bool]],
    acl: list[str] | None,
    classes: list[tuple[list[str], bool]],
) -> None:
    """What is said to be so is; what a probe of the plain reading shows is said."""
    before, after = router(had_acl, had_classes), router(acl, classes)
    inbound = Inbound((OUTSIDE,))
    had, has = inbound.of(before), inbound.of(after)
    protected = Protected.of(INTENT, Running(before))
    one, other = admitted(before, OUTSIDE), admitted(after, OUTSIDE)
    own = {p for p in PROBES if p.destination in OWN}
    opens = any(p.opens and p.protocol == "tcp" and p.port == 22 for p in (other - one) & own)
    found = newly_open(had, has, protected)
    assert opens <= bool(found)
    if found:
        assert filters.admitted(has[0], found)
        assert not filters.admitted(had[0], found)
    assert bool((one - other) & own) <= newly_shut(had, has, protected)


def test_a_class_that_cannot_be_evaluated_leaves_it_open() -> None:
    config = router(None, [(["permit ip any any"], True)])
    section = config.child("class-map match-any C0")
    assert section
    unknown = config.put((section.text,), section.with_children((Node("match dscp ef"),)))
    assert filters.outcomes(way_in(unknown, OUTSIDE), packet(PROBES[0])) == {True, False}


def test_a_knock_is_heard_before_the_control_plane_drops_it() -> None:
    config = router(["permit ip any any"], [(["permit ip any any"], True)])
    assert filters.outcomes(way_in(config, OUTSIDE), packet(PROBES[0])) == {False}
    assert filters.outcomes(to_control_plane(config, OUTSIDE), packet(PROBES[0])) == {True}
