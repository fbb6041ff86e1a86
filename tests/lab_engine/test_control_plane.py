"""Control-plane policing and logging, as ios-facts §1 has them."""

from __future__ import annotations

import pytest

from knockdeploy.lab.behaviour import Behaviour

from .bench import CLIENT, INSIDE, KNOCK, OUTER, OUTSIDE, POLICING, RECIPE, STRANGER, Bench

LOGGED = f"{CLIENT}(50000) -> {OUTSIDE}(46543)"


@pytest.mark.parametrize("blanks", [1, 2])
def test_dropped_knock_is_logged_source_first(blanks: int) -> None:
    """§1.1: facility, verb, blanks, source, destination, ports glued to the addresses."""
    bench = Bench(behaviour=Behaviour(drop_blanks=blanks))  # type: ignore[arg-type]  # a parameter
    bench.udp(KNOCK[0])
    assert bench.router.log_buffer.lines == (
        f"000001: *Mar  1 00:26:40.000: %CP-6-UDP: DROP{' ' * blanks}{LOGGED}",
    )


def test_packet_to_another_port_is_neither_dropped_nor_logged() -> None:
    """§1.2: only what a class takes, and only where it says drop."""
    bench = Bench()
    assert bench.udp(5000)
    assert bench.router.log_buffer.lines == ()


def test_packet_for_a_host_behind_is_not_for_the_control_plane() -> None:
    """§1: control-plane host is the router's own traffic."""
    bench = Bench(RECIPE.replace("any host 203.0.113.10\nclass-map", "any any\nclass-map"))
    assert bench.udp(KNOCK[0], destination="10.1.1.200")
    assert not bench.udp(KNOCK[0], destination=INSIDE)


def test_permitted_packets_are_logged_where_asked() -> None:
    """§1.1: PERMIT lines are the ones in print."""
    bench = Bench(RECIPE.replace("match  packets dropped", "match packets permitted"))
    bench.udp(KNOCK[0])
    bench.tcp(25)
    assert [line.split(": ", 2)[2] for line in bench.router.log_buffer.lines] == [
        f"%CP-6-TCP: PERMIT  {CLIENT}(50000) -> {OUTSIDE}(25)"
    ]


@pytest.mark.parametrize(
    ("match", "n_logged"),
    [
        (f"ipv4 destination-address {OUTSIDE}", 1),
        (f"ipv4 destination-address {INSIDE}", 0),
        (f"ipv4 source-address {CLIENT}", 1),
        (f"ipv4 source-address {STRANGER}", 0),
        (f"input-interface {OUTER}", 1),
        ("input-interface GigabitEthernet0/1", 0),
        ("packets dropped", 1),
        ("packets error", 0),
    ],
)
def test_what_is_logged_is_what_the_class_matches(match: str, n_logged: int) -> None:
    """§1.2: input-interface, ipv4 source-address and destination-address, packets."""
    bench = Bench(RECIPE.replace("match  packets dropped", f"match {match}"))
    bench.udp(KNOCK[0])
    assert len(bench.router.log_buffer.lines) == n_logged


def test_log_line_in_the_class_is_not_needed_but_may_be() -> None:
    """§1.2: an empty logging class logs on a real device; so it is an open behaviour."""
    needing = Behaviour(log_needed=True)
    without = Bench(behaviour=needing)
    without.udp(KNOCK[0])
    assert without.router.log_buffer.lines == ()
    having = Bench(RECIPE.replace(" class CM_CoPP_Log\n", " class CM_CoPP_Log\n  log\n"), needing)
    having.udp(KNOCK[0])
    assert len(having.router.log_buffer.lines) == 1


def test_interval_in_the_class_is_obeyed() -> None:
    """§1.2: log interval N, taken as milliseconds."""
    logged = " class CM_CoPP_Log\n  log interval 500\n"
    bench = Bench(RECIPE.replace(" class CM_CoPP_Log\n", logged))
    bench.udp(KNOCK[0])
    bench.clock.advance(0.4)
    bench.udp(KNOCK[1])
    bench.clock.advance(0.1)
    bench.udp(KNOCK[2])
    assert [line[-7:] for line in bench.router.log_buffer.lines] == ["(46543)", "(40204)"]


@pytest.mark.parametrize(("logged", "count"), [(True, 1), (False, 0)])
def test_drops_of_the_aggregate_policy_are_logged_or_not(logged: bool, count: int) -> None:
    """§1.2, unknown: whether what another policy drops counts as dropped."""
    aggregate = """
ip access-list extended ACL_Other
 permit udp any any eq 5000
class-map match-all CM_Other
 match access-group name ACL_Other
policy-map PM_Other
 class CM_Other
  police 8000 conform-action drop exceed-action drop
control-plane
 service-policy input PM_Other
"""
    bench = Bench(RECIPE + aggregate, Behaviour(other_drops_logged=logged))
    assert not bench.udp(5000)
    assert len(bench.logged("DROP")) == count


def test_deny_in_the_acl_of_a_class_skips_the_class() -> None:
    """§8: permit is matched, deny is skipped."""
    denied = f" deny   udp host {CLIENT} any\n permit object-group OG_Knock any"
    bench = Bench(RECIPE.replace(" permit object-group OG_Knock any host 203.0.113.10\nclass",
                                 f"{denied} host {OUTSIDE}\nclass"))  # fmt: skip
    assert bench.udp(KNOCK[0])
    assert not bench.udp(KNOCK[0], "198.51.100.8")


def test_class_counts_what_it_drops() -> None:
    """Design §6: `unreached` is judged by the counter of our class."""
    bench = Bench()
    bench.knock()
    ((each, n_packets),) = bench.router.data_plane.class_counts()
    assert (each.policy, each.name) == ("PM_CoPP", "CM_CoPP_Knock")
    assert [condition.words for condition in each.conditions] == [
        ("access-group", "name", "ACL_CoPP_Knock")
    ]
    assert (n_packets, each.drops) == (5, True)


def test_no_ip_cef_takes_the_policies_off() -> None:
    """§1.2: no ip cef removes the host policies, and says so."""
    bench = Bench()
    bench.type("no ip cef")
    assert len(bench.logged("%CP-4-CPPR_DISABLED")) == 1
    host = bench.router.running.child("control-plane host")
    assert host is not None
    assert host.children == ()
    assert bench.udp(KNOCK[0])


def test_without_cef_from_the_start_the_policies_do_nothing() -> None:
    """§1.2: CPPr needs CEF."""
    bench = Bench(RECIPE + "no ip cef\n")
    assert bench.udp(KNOCK[0])
    assert bench.router.log_buffer.lines == ()


def test_attaching_a_policy_is_logged() -> None:
    """§1.1: %CP-5-FEATURE in print, into the midst of a session."""
    bench = Bench(RECIPE.replace(POLICING, POLICING.split("control-plane host")[0]))
    bench.type("control-plane host", "service-policy input PM_CoPP")
    bench.type("control-plane host", "no service-policy input PM_CoPP")
    assert [line.split(": ", 2)[2] for line in bench.logged("%CP-5")] == [
        "%CP-5-FEATURE: Control-plane Policing feature enabled on Control plane host path",
        "%CP-5-FEATURE: Control-plane Policing feature disabled from Control plane host path",
    ]


def test_knock_that_the_interface_denies_never_gets_there() -> None:
    """Article: it won't work if they are blocked before they reach the control plane."""
    bench = Bench(RECIPE.replace(" permit object-group OG_Knock any host 203.0.113.10\n permit tcp",
                                 " deny udp any any\n permit tcp"))  # fmt: skip
    bench.knock()
    assert bench.router.log_buffer.lines == ()
    assert bench.router.data_plane.class_counts()[0][1] == 0
