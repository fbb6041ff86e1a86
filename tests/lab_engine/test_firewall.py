"""The zone-based firewall for the router's own traffic, as ios-facts-more §A has it."""

from __future__ import annotations

import pytest

from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.lab.behaviour import Behaviour

from .bench import CLIENT, INSIDE, OUTER, OUTSIDE, STRANGER, Bench

ROUTER = f"""
hostname r1
class-map type inspect match-any SSH
 match access-group name SSH
class-map type inspect match-any WEB
 match access-group name WEB
policy-map type inspect IN
 class type inspect SSH
  pass
 class type inspect WEB
  inspect
 class class-default
  drop log
policy-map type inspect OUT
 class class-default
  drop
zone security INTERNET
zone security LAN
zone-pair security internet-self source INTERNET destination self
 service-policy type inspect IN
interface {OUTER}
 ip address {OUTSIDE} 255.255.255.0
 zone-member security INTERNET
interface GigabitEthernet0/1
 ip address {INSIDE} 255.255.255.0
 zone-member security LAN
ip access-list extended SSH
 permit tcp host {CLIENT} any eq 22
ip access-list extended WEB
 permit tcp any any eq www
line vty 0 4
"""


def under_way(bench: Bench, port: int) -> bool:
    return bench.router.admits(Packet("tcp", CLIENT, 50000, OUTSIDE, port, ack=True), OUTER)


def test_a_class_takes_what_its_list_permits_and_the_rest_falls() -> None:
    """An ACL classifies: permit is in the class, deny goes on to the next (ios-facts §8)."""
    bench = Bench(ROUTER)
    assert bench.tcp(22)
    assert not bench.tcp(22, source=STRANGER)
    assert bench.router.access_lists("SSH")[-1].endswith("eq 22 (1 match)")
    assert "%FW-6-DROP_PKT: Dropping tcp session" in bench.router.log_buffer.lines[-1]
    assert (
        " on zone-pair internet-self class class-default due to  DROP action"
        in (bench.router.log_buffer.lines[-1])
    )


def test_what_is_for_hosts_behind_is_another_pairs() -> None:
    assert Bench(ROUTER).tcp(25, destination="10.1.1.200")


def test_without_a_pair_from_its_zone_all_is_let_in() -> None:
    """Self zone: all is allowed until a pair with it is given a policy (ios-facts §8)."""
    bench = Bench(ROUTER)
    assert bench.router.arrives(Packet("tcp", CLIENT, 50000, INSIDE, 25), "GigabitEthernet0/1")


@pytest.mark.parametrize("bare_pair", ["passes", "drops"])
def test_a_pair_without_a_policy_is_open(bare_pair: str) -> None:
    bench = Bench(ROUTER, Behaviour(bare_pair=bare_pair))  # type: ignore[arg-type]  # a parameter
    pair = "zone-pair security internet-self"
    assert bench.type(pair, "no service-policy type inspect IN") == []
    assert bench.tcp(25) is (bare_pair == "passes")


def test_pass_looks_at_each_packet_and_inspect_at_sessions() -> None:
    """pass is one-directional, inspect stateful (ios-facts §8)."""
    bench = Bench(ROUTER)
    assert under_way(bench, 22)
    assert not under_way(bench, 80), "no session was opened"
    assert bench.tcp(80)
    assert under_way(bench, 80)


def test_answers_need_a_pass_on_the_way_out_unless_the_session_is_inspected() -> None:
    """With self to outside policed too, pass in needs pass out (ios-facts-more §A)."""
    bench = Bench(ROUTER)
    pair = "zone-pair security out source self destination INTERNET"
    assert bench.type(pair, "service-policy type inspect OUT") == []
    assert not bench.tcp(22)
    assert bench.tcp(80)


def test_a_new_class_stands_before_class_default_though_the_policy_is_bound() -> None:
    """ios-facts-more §A, real: the pair is bound first, classes are added later."""
    bench = Bench(ROUTER)
    typed = ("class-map type inspect match-any MORE", "match access-group name SSH")
    assert bench.type(*typed, "policy-map type inspect IN", "class type inspect MORE", "pass") == []
    policy = bench.router.running.child("policy-map type inspect IN")
    assert policy
    assert [node.text for node in policy.children] == [
        "class type inspect SSH", "class type inspect WEB", "class type inspect MORE",
        "class class-default",
    ]  # fmt: skip


def test_a_policy_has_class_default_though_nobody_typed_it() -> None:
    """A policy typed without it prints it, with drop (ios-facts-more §A, real R157)."""
    bench = Bench(ROUTER)
    typed = ("policy-map type inspect NEW", "class type inspect SSH", "pass")
    assert bench.type(*typed) == []
    assert (
        "policy-map type inspect NEW\n class type inspect SSH\n  pass\n class class-default\n"
        "  drop\n"
    ) in bench.router.running_text()
    assert parse(to_text(bench.router.running)) == bench.router.running


@pytest.mark.parametrize(
    "lines",
    [
        ("zone-pair security internet-self", "service-policy type inspect OUT"),
        ("zone-pair security out source self destination INTERNET",
         "service-policy type inspect MISSING"),
        ("zone-pair security other source INTERNET destination self",),
        ("zone-pair security other source MARS destination self",),
        ("no policy-map type inspect IN",),
        ("no class-map type inspect match-any SSH",),
    ],
)  # fmt: skip
def test_what_is_in_use_or_missing_is_refused(lines: tuple[str, ...]) -> None:
    """A second policy does not overwrite; what is referred to stays (ios-facts-more §A)."""
    assert len(Bench(ROUTER).type(*lines)) == 1
