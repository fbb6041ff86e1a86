"""Temporary entries and the listing that shows them (ios-facts §5, §6, §7)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour

from .bench import CLIENT, OUTER, OUTSIDE, RECIPE, STRANGER, Bench

ACL, DYNAMIC = "ACL_Internet_In", "DACL_Internet_In"
ENTRY = f"permit object-group OG_Knock_Services host {CLIENT} host {OUTSIDE}"


def template(bench: Bench, source: str = f"host {CLIENT}", rest: str = "any timeout 5") -> str:
    return bench.router.lock_and_key.add(tuple(f"{ACL} {DYNAMIC} {source} {rest}".split()))


def clear(bench: Bench, words: str) -> str:
    return bench.router.lock_and_key.clear(tuple(words.split()))


def test_listing_is_what_ios_prints() -> None:
    """§7: four blanks and the number; §5: capital Dynamic, the entry below without a number."""
    bench = Bench()
    bench.type("ip access-list extended ACL_Internet_In", "remark not listed")
    template(bench)
    bench.clock.advance(25)
    bench.tcp()
    bench.tcp()
    bench.tcp(80, STRANGER)
    assert bench.router.access_lists(ACL) == (
        "Extended IP access list ACL_Internet_In",
        "    10 permit object-group OG_Knock any host 203.0.113.10",
        "    20 permit tcp any host 203.0.113.10 eq 22 established",
        "    30 Dynamic DACL_Internet_In permit object-group OG_Knock_Services any "
        "host 203.0.113.10",
        f"       {ENTRY} (2 matches) (time left 275)",
        "    40 deny object-group OG_Knock_Services any host 203.0.113.10 (1 match)",
        "    50 deny object-group OG_Knock_Services any host 10.1.1.1",
        "    60 permit ip any any",
    )
    everything = bench.router.access_lists()
    assert everything[:2] == (
        "Extended IP access list ACL_CoPP_Knock",
        "    10 permit object-group OG_Knock any host 203.0.113.10",
    )
    assert everything[2:] == bench.router.access_lists(ACL)
    assert bench.router.access_lists("NONE") == ()


def test_standard_list_keeps_its_blanks() -> None:
    """§7: `20 deny   any`."""
    bench = Bench(
        RECIPE + "ip access-list standard MGMT\n permit 192.0.2.0 0.0.0.255\n deny   any\n"
    )
    assert bench.router.access_lists("MGMT") == (
        "Standard IP access list MGMT",
        "    10 permit 192.0.2.0 0.0.0.255",
        "    20 deny   any",
    )


@pytest.mark.parametrize(
    ("behaviour", "lines"),
    [
        (Behaviour(), [f"{ENTRY} (1 match) (time left 300)"]),
        (
            Behaviour(entry_shows_action=False),
            [f"{ENTRY.removeprefix('permit ')} (1 match) (time left 300)"],
        ),
        (Behaviour(entry_shows_time_left=False), [f"{ENTRY} (1 match)"]),
        (
            Behaviour(group_word=False),
            [f"{ENTRY.replace('object-group ', '')} (1 match) (time left 300)"],
        ),
        (
            Behaviour(group_word=False, entry_shows_action=False),
            [f"OG_Knock_Services host {CLIENT} host {OUTSIDE} (1 match) (time left 300)"],
        ),
        (
            Behaviour(entry_shows="ports", entry_shows_time_left=False),
            [
                f"permit {protocol} host {CLIENT} host {OUTSIDE} eq {port} (1 match)"
                for protocol, port in (
                    ("tcp", "22"), ("tcp", "www"), ("tcp", "443"), ("udp", "443"),
                )
            ],
        ),
    ],
    ids=["default", "no-action", "no-time", "no-word", "neither", "ports"],
)  # fmt: skip
def test_entry_prints_in_every_form(behaviour: Behaviour, lines: list[str]) -> None:
    """Design §5: with or without permit, time left, group name or expanded ports."""
    bench = Bench(behaviour=behaviour)
    template(bench)
    bench.tcp()
    assert bench.entries() == lines


def test_counts_on_groups_may_be_missing() -> None:
    """Design §5: counts on object-group entries or none."""
    bench = Bench(behaviour=Behaviour(group_counts=False))
    bench.tcp()
    bench.tcp(25)
    assert [line for line in bench.router.access_lists(ACL) if "match" in line] == [
        "    60 permit ip any any (1 match)"
    ]


def test_word_object_group_may_be_missing_in_listings() -> None:
    """§6, real: `160 permit SERVICE_OBJECT_GROUP ...`."""
    lines = Bench(behaviour=Behaviour(group_word=False)).router.access_lists(ACL)
    assert lines[1] == "    10 permit OG_Knock any host 203.0.113.10"
    assert lines[3] == (
        "    30 Dynamic DACL_Internet_In permit OG_Knock_Services any host 203.0.113.10"
    )


def test_source_ports_of_the_template_are_kept() -> None:
    """§5: all but the source is the template's."""
    dynamic = f"dynamic {DYNAMIC} permit object-group OG_Knock_Services any host {OUTSIDE}"
    of_tcp = f"dynamic {DYNAMIC} permit tcp any range 40000 50000 host {OUTSIDE} eq 22 443"
    bench = Bench(RECIPE.replace(dynamic, of_tcp))
    template(bench, rest=f"host {OUTSIDE}")
    assert bench.entries() == [
        f"permit tcp host {CLIENT} range 40000 50000 host {OUTSIDE} eq 22 443"
    ]
    assert bench.tcp(443)
    assert not bench.router.arrives(Packet("tcp", CLIENT, 39999, OUTSIDE, 443), OUTER)


@pytest.mark.parametrize("ports", ["range 40000 50000", "eq 50000", "gt 40000"])
def test_source_ports_of_a_member_are_kept(ports: str) -> None:
    """§6: `{tcp|udp|tcp-udp} [source {eq|lt|gt|range} P [P2]]`."""
    group = "object-group service OG_Knock_Services\n tcp eq 22\n"
    behaviour = Behaviour(entry_shows="ports", entry_shows_time_left=False)
    bench = Bench(RECIPE.replace(group, f"{group} tcp source {ports} eq 8022\n"), behaviour)
    template(bench, rest="any")
    assert f"permit tcp host {CLIENT} {ports} host {OUTSIDE} eq 8022" in bench.entries()
    assert bench.tcp(8022)


def test_entry_without_timeout_stays() -> None:
    """§5: the default is an infinite time limit."""
    bench = Bench()
    assert template(bench, rest="any") == ""
    bench.clock.advance(10_000_000)
    assert bench.entries() == [ENTRY]


def test_timeout_on_the_line_of_the_acl_is_the_longest_life() -> None:
    """§5: absolute, on the ACL line."""
    dynamic = f"dynamic {DYNAMIC} permit"
    bench = Bench(RECIPE.replace(dynamic, f"dynamic {DYNAMIC} timeout 2 permit"))
    template(bench)
    assert bench.entries() == [f"{ENTRY} (time left 120)"]
    assert bench.router.access_lists(ACL)[3].startswith(f"    30 Dynamic {DYNAMIC} permit ")


@pytest.mark.parametrize(
    ("second", "answer", "left_s"),
    [
        ("refreshes", "", 300),
        ("ignored", "", 240),
        ("error", f"List#{ACL}-{DYNAMIC} already contains this IP address pair", 240),
    ],
)
def test_second_template_for_the_same_source(second: str, answer: str, left_s: int) -> None:
    """Design §5: refreshes, is ignored or errors."""
    bench = Bench(behaviour=Behaviour(second_template=second))  # type: ignore[arg-type]
    template(bench)
    bench.clock.advance(60)
    assert template(bench) == answer
    assert bench.entries() == [f"{ENTRY} (time left {left_s})"]
    assert template(bench, f"host {STRANGER}") == ""
    assert len(bench.entries()) == 2


def test_unbound_acl_takes_entries_or_not() -> None:
    """Design §5."""
    unbound = RECIPE.replace(" ip access-group ACL_Internet_In in\n", "")
    for takes in (True, False):
        bench = Bench(unbound, Behaviour(unbound_takes_entries=takes))
        template(bench)
        assert bool(bench.entries()) is takes


def test_what_is_typed_wrong_is_refused() -> None:
    """§10: invalid and incomplete."""
    bench = Bench()
    assert template(bench, "host 1.2.3") == "% Invalid input detected at '^' marker."
    assert bench.router.lock_and_key.add((ACL, DYNAMIC)) == "% Incomplete command."
    assert bench.router.lock_and_key.add((ACL, "X", "any", "any")).startswith("%")
    assert bench.router.lock_and_key.add(("X", "X", "any", "any")).startswith("%")
    assert bench.entries() == []


def test_source_may_be_a_host_an_address_a_prefix_or_any() -> None:
    """§5: access-template [source]: keywords host and any are allowed."""
    bench = Bench()
    for source in (f"host {CLIENT}", "192.0.2.0 0.0.0.255", "192.0.2.9", "any"):
        template(bench, source, "any")
    assert [line.split()[3:-2] for line in bench.entries()] == [
        ["host", CLIENT], ["192.0.2.0", "0.0.0.255"], ["host", "192.0.2.9"], ["any"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (f"{ACL} {DYNAMIC} host {CLIENT} any", 1),
        (f"{ACL} {DYNAMIC} {CLIENT} any", 1),
        (f"{ACL} {DYNAMIC}", 0),
        (f"{ACL} OTHER host {CLIENT} any", 2),
        (f"{ACL} {DYNAMIC} host 192.0.2.77 any", 2),
    ],
)
def test_clear_takes_entries_back(words: str, left: int) -> None:
    """§5: clear access-template [acl] [dynamic] [source] [destination]."""
    bench = Bench()
    template(bench)
    template(bench, f"host {STRANGER}")
    assert clear(bench, words) == ""
    assert len(bench.entries()) == left


@pytest.mark.parametrize(
    "lines",
    [
        ["ip access-list extended ACL_Internet_In", "no 30"],
        ["interface GigabitEthernet0/0", "no ip access-group ACL_Internet_In in", "exit",
         "no ip access-list extended ACL_Internet_In"],
    ],
    ids=["template", "acl"],
)  # fmt: skip
def test_entries_go_with_their_template_or_acl(lines: list[str]) -> None:
    """Brief of the engine; the entries come back with neither."""
    bench = Bench()
    template(bench)
    bench.type(*lines)
    bench.router.replace(RECIPE)
    assert bench.entries() == []


def test_entries_follow_the_group_they_use() -> None:
    """§6: members may be changed while referenced."""
    bench = Bench()
    template(bench)
    assert bench.tcp(3389)  # permit ip any any
    bench.type("object-group service OG_Knock_Services", "tcp eq 3389")
    assert bench.tcp(3389)
    assert not bench.tcp(3389, STRANGER)


def test_entries_are_not_configuration() -> None:
    """§5: no configuration changes."""
    bench = Bench()
    before = bench.router.running
    template(bench)
    assert bench.router.running is before
