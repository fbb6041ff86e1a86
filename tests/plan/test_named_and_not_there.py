"""What stands on a router by name alone, or where no packet comes in: one sentence, no plan.

A file cut together from several has such lines; so has a router whose list somebody deleted.
"""

from __future__ import annotations

import pytest
from planning import make_removal
from situations import OUTSIDE, ROUTER, plan_of

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.enforcement.zone_path import action, refuse_undefined
from knockdeploy.recipe.running import Running

ZONES = "zone security INTERNET\nzone security LAN\n"
DIALS = Node("interface Cellular0", (Node("ip address negotiated"),))
PAIR = "zone-pair security IN source INTERNET destination self\n service-policy type inspect PS\n"


def intent(**more: object) -> Intent:
    base = {
        "ports": [46543, 28654, 40204, 57566, 34515],
        "services": ["22/tcp"],
        "interface": OUTSIDE,
        "new_acl_entries": ["permit ip any any"],
    }
    return intent_from(base | more)


def router(outside: str = "", *, policy: str = "", acl: str = "", host: str = "") -> Node:
    return parse(ROUTER.format(policy=policy, binding=outside, second="", acl=acl, host=host))


@pytest.mark.parametrize(
    ("lists", "name"),
    [
        ("access-list 10 permit 192.0.2.0 0.0.0.255\n", "10"),
        ("access-list 1300 deny   any\n", "1300"),
        ("ip access-list standard OFFICE\n permit 192.0.2.0 0.0.0.255\n", "OFFICE"),
    ],
)
def test_a_standard_acl_filters_and_takes_nothing_of_ours(lists: str, name: str) -> None:
    with pytest.raises(UnsupportedError, match=f"bound to {name}, a standard ACL") as refused:
        plan_of(router(f" ip access-group {name} in\n", acl=lists), intent())
    assert "permits everything" not in str(refused.value)


def test_an_address_that_is_learned_from_other_routers_is_told() -> None:
    """Without one behind `ip`, HSRP and GLBP take it from the active router."""
    shares = " standby 4 ip\n standby 5 ip 203.0.113.12\n glbp 6 ip\n"
    said = [each for each in plan_of(router(shares), intent()).warnings if "learns" in each]
    assert [each.partition(":")[0] for each in said] == [
        f"{OUTSIDE} learns the address of '{line}' from other routers"
        for line in ("standby 4 ip", "glbp 6 ip")
    ]
    shared = router(shares)
    covered = plan_of(shared.with_children((*shared.children, DIALS)), intent())
    # a deny for any address is for it, too
    assert not any("learns" in each for each in covered.warnings)


def test_a_common_acl_beside_another_is_said_and_not_taken_for_none() -> None:
    """IOS-XE's `common`: two lists in one line, in whose place one of ours would stand."""
    with pytest.raises(UnsupportedError) as refused:
        plan_of(router(" ip access-group common ALL_SITES WAN in\n"), intent())
    assert "has 'ip access-group common ALL_SITES WAN in'" in str(refused.value)


@pytest.mark.parametrize("line", ["common ACL_WAN OTHER in", "common OTHER ACL_WAN in"])
def test_an_acl_that_is_one_of_two_elsewhere_is_used_there_too(line: str) -> None:
    lists = "".join(
        f"ip access-list extended {n}\n permit ip any any\n" for n in ("ACL_WAN", "OTHER")
    )
    config = parse(
        ROUTER.format(
            policy="", binding=" ip access-group ACL_WAN in\n", second=f" ip access-group {line}\n",
            acl=lists, host="",
        )
    )  # fmt: skip
    with pytest.raises(UnsupportedError, match="ACL_WAN is also used by interface Gig"):
        plan_of(config, intent())


@pytest.mark.parametrize(
    "carries",
    [
        "pppoe-client dial-pool-number 1",
        "channel-group 1",
        "bridge-group 1",
        "pppoe enable group global",
    ],
)
def test_an_interface_without_ip_is_no_way_in(carries: str) -> None:
    config = router().put(
        (f"interface {OUTSIDE}",),
        Node(f"interface {OUTSIDE}", (Node("no ip address"), Node(carries))),
    )
    with pytest.raises(IntentError, match=rf"{OUTSIDE} has `no ip address`") as refused:
        plan_of(config, intent())
    assert "one of GigabitEthernet0/1" in str(refused.value.hint)


@pytest.mark.parametrize(
    "line",
    ["ip address dhcp", "ip address negotiated", "ip address pool WAN", "ip unnumbered Loopback0"],
)
def test_an_address_from_elsewhere_is_one(line: str) -> None:
    outside = Node(f"interface {OUTSIDE}", (Node(line),))
    assert plan_of(router().put((f"interface {OUTSIDE}",), outside), intent()).steps


def test_an_uplink_that_is_prepared_may_be_listed() -> None:
    """It has no address yet; the other one has."""
    assert plan_of(router(), intent(interface=[OUTSIDE, "GigabitEthernet0/2"])).steps


def test_a_removal_needs_no_address() -> None:
    """The line was moved to a dialer meanwhile: what is ours still has to go."""
    deployed = plan_of(router(), intent()).after
    there = deployed.child(f"interface {OUTSIDE}")
    assert there
    lines = tuple(n for n in there.children if not n.text.startswith("ip address"))
    moved = there.with_children((Node("no ip address"), *lines))
    after = make_removal(deployed.put((there.text,), moved), intent(), allow_open=True).after
    assert not any("Knock" in node.text for node in after.children)


@pytest.mark.parametrize("enforcement", ["interface-acl", "copp"])
def test_a_policy_that_is_named_only_is_said(enforcement: str) -> None:
    host = "control-plane host\n service-policy input COPP\n"
    with pytest.raises(UnsupportedError, match="there is no policy-map COPP"):
        plan_of(router(host=host), intent(enforcement=enforcement))


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (ZONES + PAIR, "has the policy PS, which is not defined"),
        ("zone security LAN\n", "in the zone INTERNET, which is not defined"),
    ],
)
def test_a_zone_or_its_policy_that_is_named_only_is_said(policy: str, said: str) -> None:
    config = router(" zone-member security INTERNET\n", policy=policy)
    with pytest.raises(UnsupportedError, match=said):
        plan_of(config, intent(enforcement="zone"))


def test_who_deleted_our_list_is_told_how_it_comes_back() -> None:
    """It is bound, and an entry typed into it would shut out all others: it has to go first."""
    deployed = plan_of(router(), intent()).after
    ours = "ip access-list extended ACL_Internet_In"
    left = deployed.with_children(tuple(n for n in deployed.children if n.text != ours))
    with pytest.raises(UnsupportedError, match="it permits everything") as refused:
        plan_of(left, intent())
    line = "ip access-group ACL_Internet_In in"
    assert refused.value.hint == f"`no {line}` there: deploy makes and binds it again"
    header = f"interface {OUTSIDE}"
    outside = left.child(header)
    assert outside
    unbound = outside.with_children(tuple(n for n in outside.children if n.text != line))
    assert plan_of(left.put((header,), unbound), intent()).after == deployed


def test_a_zone_pair_without_a_policy_names_nothing_that_is_not_there() -> None:
    """It is legal (ios-facts-more §A), and what goes out is not policed by it."""
    running = Running(
        parse(
            "zone security OUT\nzone-pair security IN source OUT destination self\n"
            "zone-pair security BACK source self destination OUT\n"
            "interface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.0\n"
            " zone-member security OUT\n"
        )
    )
    wish = intent(enforcement="zone")
    refuse_undefined(running, wish)
    assert action(running, wish, "OUT", ("203.0.113.10",)) == "pass"
