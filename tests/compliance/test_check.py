"""What comparing lines never sees: each rule from its fact, and what it lets pass."""

from __future__ import annotations

import pytest
from intents import an_intent
from planning import make_plan, render, survey

from benchmarks.drift.deployed import DEPLOYMENTS, Deployment, deployed
from knockdeploy.compliance.check import beside, misplaced
from knockdeploy.compliance.facts import CEF, Router
from knockdeploy.compliance.findings import Finding, findings
from knockdeploy.compliance.knock_effect import beside_host_path, past_host_path, still_denied
from knockdeploy.compliance.knock_path import knocks_denied
from knockdeploy.compliance.live_state import ENGINE_ERRORS
from knockdeploy.compliance.rules import RULES, rule_of
from knockdeploy.errors import OtherListError, RenamedError, RouterError, UnsupportedError
from knockdeploy.ios.counters import access_lists
from knockdeploy.ios.parse import outline, parse
from knockdeploy.ios.tree import to_text
from knockdeploy.lab import configs, configs_xe
from knockdeploy.plan.diff import planned
from knockdeploy.recipe.platforms import recipe_for

INTENT = an_intent(
    services=["22/tcp", "443/tcp"], timeout_minutes=30, new_acl_entries=["permit ip any any"]
)
BARE = parse(configs.starting(0, "r1", "10.0.0.1", "198.51.100.1"))
AT = survey(BARE, INTENT)
TEXT = to_text(make_plan(BARE, outline(render(INTENT, AT)), INTENT).after)
LIST = "ip access-list extended ACL_Internet_In\n"
ERROR = (
    "000123: *Mar  1 00:26:44: %HA_EM-3-FMPD_ERROR: Error executing applet EEM_Knock statement 0300"
)
# `show ip access-lists` of a lock-and-key list: the entries below it have no number.
LISTED = "Extended IP access list A\n    10 Dynamic DA permit ip any any\n       {}\n"


def found(
    more: str = "", *edits: tuple[str, str], answers: dict[str, str] | None = None, listed: str = ""
) -> list[Finding]:
    text = TEXT + more
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    entries = access_lists(LISTED.format(listed))["A"]
    router = Router(
        parse(text),
        answers or {},
        owned=AT.owned,
        temporary=entries[0].temporary,
        temporary_in="ip access-list extended A",
        is_saved=True,
    )
    return list(beside(router, INTENT, is_live=True))


def test_deployed_router_has_nothing_to_find() -> None:
    assert found() == []


HOST, PLANE = "\ncontrol-plane host\n", "\ncontrol-plane\n"
FILTER = (
    "class-map type port-filter match-any SSH\n match port tcp 22\n"
    "policy-map type port-filter PF\n class SSH\n  drop\n"
)
# Who manages from inside gets in, and nobody else: also nobody who has knocked.
MANAGEMENT = (
    "ip access-list extended OPS\n permit tcp 10.0.0.0 0.255.255.255 any eq 22\n"
    "ip access-list extended SSH\n permit tcp any any eq 22\n"
    "class-map match-all OPS\n match access-group name OPS\n"
    "class-map match-all SSH\n match access-group name SSH\n"
    "policy-map MGMT\n class OPS\n class SSH\n  drop\n"
)
OURS = "access-template $_knock_Services D$_knock_Services"
CASES = [
    ("", ((LIST, f"{LIST} deny   udp any any\n"),), "knock-denied"),
    ("", ((LIST, f"{LIST} deny   udp any host 198.51.100.1 range 20000 60000\n"),), "knock-denied"),
    ("", (("ip cef\n", "no ip cef\n"),), "cef"),
    ("", ((HOST, f"{HOST} management-interface GigabitEthernet0/1 allow ssh\n"),), "still-denied"),
    ("", ((HOST, f"{HOST} management-interface GigabitEthernet0/0 allow https snmp\n"),),
     "still-denied"),
    (FILTER, ((HOST, f"{HOST} service-policy type port-filter input PF\n"),), "still-denied"),
    ("", ((LIST, f"{LIST} deny   tcp any any eq 443\n"),), "still-denied"),
    ("no logging on\n", (), "logging"),
    ("event manager scheduler suspend\n", (), "event-manager"),
    ("logging host 10.0.0.9\n", (), "log-server"),
    ("aaa authorization commands 15 default group tacacs+\n", (), "authorization"),
    ("aaa accounting commands 15 default start-stop group tacacs+\n", (), "accounting"),
    ('event manager applet TIDY\n action 1 cli command "clear access-template"\n', (), "rival"),
    ('event manager applet X\n action 1 cli command "no event manager applet EEM_Knock"\n', (),
     "rival"),
    (f'event manager applet BACKDOOR\n action 1 cli command "{OURS} any any"\n', (), "rival"),
    ("kron policy-list NIGHT\n cli clear ip access-list counters ACL_Internet_In\n", (), "rival"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "edits", "rule"), CASES, ids=[f"{c[2]} {c[0][:24]}" for c in CASES]
)
def test_what_stands_in_the_way_is_found(
    more: str, edits: tuple[tuple[str, str], ...], rule: str
) -> None:
    each = found(more, *edits)
    assert [one.rule for one in each] == [rule]
    assert each[0].severity == RULES[rule].severity


@pytest.mark.parametrize(
    "more",
    [
        'event manager applet SAVE\n event none\n action 1 cli command "write memory"\n',
        "kron policy-list NIGHT\n cli show ip access-lists ACL_Internet_In\n",
        "logging host 10.0.0.9\nlogging trap notifications\n",
        # a failover of their own: it takes away nothing of ours
        'event manager applet BACKUP\n action 1 cli command "interface GigabitEthernet0/1"\n'
        ' action 2 cli command "no shutdown"\n',
    ],
)
def test_what_touches_nothing_of_ours_is_let_pass(more: str) -> None:
    assert found(more) == []


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("", f"{HOST} management-interface GigabitEthernet0/0 allow ssh https\n"),
        ("", f"{HOST} management-interface GigabitEthernet0/1 allow ssh\n"
             " management-interface GigabitEthernet0/0 allow ssh https\n"),
        (FILTER.replace("tcp 22", "tcp 23"), f"{HOST} service-policy type port-filter input PF\n"),
        (FILTER.replace("tcp 22", "tcp www"), f"{HOST} service-policy type port-filter input PF\n"),
        # it classifies and counts alone
        (FILTER.replace("  drop\n", ""), f"{HOST} service-policy type port-filter input PF\n"),
        # a port of a service is open, and so none of the closed ones
        (FILTER.replace("port tcp 22", "closed-ports"),
         f"{HOST} service-policy type port-filter input PF\n"),
    ],
)  # fmt: skip
def test_what_lets_in_who_has_knocked_is_let_pass(more: str, line: str) -> None:
    assert found(more, (HOST, line)) == []


def test_a_class_before_the_host_path_that_lets_in_those_inside_alone() -> None:
    denied, beside_ours = found(MANAGEMENT, (PLANE, f"{PLANE} service-policy input MGMT\n"))
    assert (denied.rule, beside_ours.rule) == ("still-denied", "beside-host-path")
    assert denied.parents == ("policy-map MGMT",)
    assert "22/tcp on GigabitEthernet0/0 stays shut after a knock" in denied.message


def test_a_policy_before_that_of_the_host_path_is_told_and_no_drift() -> None:
    polices = "policy-map RATE\n class class-default\n  police 8000\n"
    (each,) = found(polices, (PLANE, f"{PLANE} service-policy input RATE\n"))
    assert (each.rule, each.severity) == ("beside-host-path", "info")
    assert (each.line, each.parents) == ("service-policy input RATE", ("control-plane",))


@pytest.mark.parametrize("path", ["cef-exception", "transit"])
def test_a_policy_in_the_place_of_ours_on_another_path_is_told(path: str) -> None:
    lines = f"control-plane {path}\n service-policy input RATE\n"
    router = Router(parse(lines))
    copp = INTENT.model_copy(update={"enforcement": "copp"})
    (each,) = past_host_path(router, copp)
    assert (each.rule, each.parents) == ("past-host-path", (f"control-plane {path}",))
    assert list(past_host_path(router, INTENT)) == []
    ours = Router(parse(lines.replace("RATE", "PM_CoPP_Exception")))
    assert list(past_host_path(ours, copp)) == []


def test_the_entry_that_denies_knocks_is_not_one_that_denies_some_addresses() -> None:
    private, all_of_them = "deny   udp 10.0.0.0 0.255.255.255 any", "deny   udp any any"
    (denied,) = found("", (LIST, f"{LIST} {private}\n {all_of_them}\n"))
    assert (denied.rule, denied.line) == ("knock-denied", all_of_them)


UPLINK = "interface GigabitEthernet0/0\n ip access-group A in\n ip address {}\n{}"
SHUT = "ip access-list extended A\n deny udp any {} range 20000 60000\n permit ip any any\n"


@pytest.mark.parametrize(
    ("address", "more", "destination", "is_denied"),
    [
        ("198.51.100.1 255.255.255.0", "", "host 198.51.100.1", True),
        ("198.51.100.1 255.255.255.0", "", "host 10.9.9.9", False),
        ("negotiated", "interface Loopback0\n ip address 10.9.9.9 255.255.255.255\n",
         "host 10.9.9.9", True),
        ("negotiated", "", "any", True),
        ("198.51.100.1 255.255.255.0", " shutdown\n", "any", False),
    ],
)  # fmt: skip
def test_knocks_come_to_the_address_of_the_interface_by_which_strangers_come(
    address: str, more: str, destination: str, is_denied: bool
) -> None:
    """Where an ISP gives the address, another of the router's own stands for it."""
    inside = "interface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.0\n"
    text = f"{UPLINK.format(address, more)}{inside}{SHUT.format(destination)}"
    text = text if more.startswith("interface") else inside + text
    assert bool(list(knocks_denied(Router(parse(text)), INTENT))) == is_denied


def test_no_knock_comes_by_an_interface_that_is_not_there() -> None:
    text = UPLINK.format("dhcp", "").replace("0/0", "0/7") + SHUT.format("any")
    assert list(knocks_denied(Router(parse(text)), INTENT)) == []


def test_a_zone_pair_without_a_policy_denies_no_knock() -> None:
    """It is legal (ios-facts-more §A)."""
    zone = (
        "zone security OUT\nzone-pair security IN source OUT destination self\n"
        "interface GigabitEthernet0/0\n ip address 198.51.100.1 255.255.255.0\n"
        " zone-member security OUT\n"
    )
    assert list(knocks_denied(Router(parse(zone)), INTENT)) == []


def test_a_policy_before_the_host_path_where_that_has_none_is_nobodys_business() -> None:
    text = "policy-map RATE\n class class-default\n  police 8000\n"
    router = Router(parse(f"{text}control-plane\n service-policy input RATE\n"))
    assert list(beside_host_path(router, INTENT)) == []


@pytest.mark.parametrize("narrow", ["9.9.9.0 0.0.0.255", "203.0.113.0 0.0.0.255"])
def test_who_stays_out_is_told_by_an_address_of_most_strangers(narrow: str) -> None:
    wide = "100.0.0.0 0.255.255.255"
    (each,) = found("", (LIST, f"{LIST} permit udp {wide} any\n permit udp {narrow} any\n"
                     " deny   udp any any\n deny   tcp any any eq 443\n"))  # fmt: skip
    assert each.rule == "still-denied"
    assert "443/tcp on GigabitEthernet0/0 stays shut after a knock, from 100." in each.message


def test_a_way_in_where_no_knock_comes_in_hides_no_other() -> None:
    """Two uplinks: by the first no knock comes, by the second who has knocked stays out."""
    both = INTENT.model_copy(update={"interface": ("GigabitEthernet0/0", "GigabitEthernet0/1")})
    text = (
        "interface GigabitEthernet0/0\n ip address 198.51.100.1 255.255.255.0\n"
        " ip access-group A in\ninterface GigabitEthernet0/1\n ip access-group B in\n"
        " ip address 203.0.113.1 255.255.255.0\nip access-list extended A\n deny udp any any\n"
        " permit ip any any\nip access-list extended B\n deny tcp any any eq 443\n"
        " permit ip any any\n"
    )
    (each,) = still_denied(Router(parse(text)), both)
    assert each.parents == ("ip access-list extended B",)


def test_some_addresses_that_are_denied_deny_no_knock() -> None:
    assert found("", (LIST, f"{LIST} deny   ip 10.0.0.0 0.255.255.255 any\n")) == []


@pytest.mark.parametrize(
    ("listed", "is_found"),
    [
        ("permit ip host 192.0.2.9 any (5 matches) (time left 1799)", False),
        ("permit ip host 192.0.2.9 any (time left 1800)", False),
        ("permit ip host 192.0.2.8 any (time left 9)\n       permit ip host 192.0.2.9 any", True),
        ("permit ip host 192.0.2.9 any (time left 1801)", True),
        ("permit ip host 192.0.2.9 any (5 matches)", True),
    ],
)
def test_entry_that_stands_too_long(listed: str, is_found: bool) -> None:
    rules = [each.rule for each in found(listed=listed)]
    assert rules == (["temporary-entry"] if is_found else [])


def test_errors_of_our_applet_in_the_log() -> None:
    (each,) = found(answers={ENGINE_ERRORS: f"{ERROR}.0\n{ERROR}.0\n"})
    assert (each.rule, "2 runs of EEM_Knock" in each.message) == ("engine-errors", True)
    assert found(answers={ENGINE_ERRORS: ERROR.replace("EEM_Knock", "OTHER")}) == []
    variable = "000122: %HA_EM-3-FMPD_UNKNOWN_ENV: fh_parse_var: could not find it"  # §10
    (each,) = found(answers={ENGINE_ERRORS: f"{variable}\n{ERROR}.0\n"})
    assert "1 runs of EEM_Knock ended with an error, the last: %HA_EM-3-" in each.message


def test_answers_of_the_router_count() -> None:
    assert [e.rule for e in found(answers={CEF: "%IPv4 CEF not running\n"})] == ["cef"]


def test_what_a_saved_configuration_does_not_tell_is_not_judged() -> None:
    router = Router(parse(TEXT), owned=AT.owned)
    (each,) = beside(router, INTENT, is_live=False)
    assert (each.rule, each.severity) == ("not-judged", "info")
    assert "temporary-entry" in each.message


def test_other_words_of_the_image_are_a_finding_of_their_own() -> None:
    there = TEXT.replace(" exit\n", " exit 1\n", 1) if " exit\n" in TEXT else TEXT
    text = there.replace(" match access-group name ", " match access-group  name ", 1)
    text = text.replace("trigger occurs 1 period 10", "trigger occurs 1 period 10.0 delay 0")
    config = parse(text)
    plan = make_plan(config, outline(render(INTENT, AT)), INTENT)
    rules = {each.rule for each in findings(planned(plan), survey(config, INTENT))}
    assert "reprinted" in rules


def test_every_rule_reads_as_sentences() -> None:
    for rule in RULES.values():
        assert rule.sentence.endswith("."), rule.id
        assert rule.reason.endswith("."), rule.id
        assert rule.fix[-1:] not in {"", "."}, rule.id


@pytest.mark.parametrize("what", DEPLOYMENTS, ids=str)
def test_every_object_of_the_recipe_has_its_rule(what: Deployment) -> None:
    _, _, at = deployed(what)
    assert {row.rule for row in at.owned} <= RULES.keys()
    assert all(RULES[row.rule].is_ours for row in at.owned)


def test_every_object_on_ios_xe_has_its_rule() -> None:
    at = recipe_for(INTENT, "iosxe").offline(INTENT)
    assert {row.rule for row in at.owned} <= RULES.keys()


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ("", []),
        ("control-plane host\n management-interface GigabitEthernet0 allow ssh\n",
         ["still-denied"]),
    ],
)  # fmt: skip
def test_who_has_knocked_at_ios_xe(more: str, rules: list[str]) -> None:
    start = parse(configs_xe.starting(0, "r1", "10.0.0.1", "198.51.100.1"))
    intent = INTENT.model_copy(update={"interface": ("GigabitEthernet0/0/0",)})
    at = survey(start, intent, platform="iosxe")
    wanted = outline(render(intent, at, platform="iosxe"))
    text = to_text(make_plan(start, wanted, intent, platform="iosxe").after)
    router = Router(parse(text + more), owned=at.owned, recipe=recipe_for(intent, "iosxe"))
    assert [each.rule for each in still_denied(router, intent)] == rules


@pytest.mark.parametrize(
    ("error", "rule", "message", "line"),
    [
        (OtherListError("Dialer1", bound="B", named="WAN"),
         "interface-binding", "B is bound instead of WAN", "ip access-group WAN in"),
        (RenamedError("x is y", "name it y"), "renamed", "x is y: name it y", ""),
        (UnsupportedError("no way", ""), "placement", "no way", ""),
    ],
)  # fmt: skip
def test_a_deployment_that_no_longer_fits_is_a_finding(
    error: RouterError, rule: str, message: str, line: str
) -> None:
    found = misplaced(error)
    assert (found.rule, found.severity) == (rule, "error")
    assert (found.message, found.line) == (message, line)
    assert found.parents == (("interface Dialer1",) if line else ())


def test_a_part_of_ones_own_brings_its_own_word() -> None:
    assert rule_of("listener").is_ours
