"""The keys of design §3: defaults, and every wrong value as a sentence."""

from __future__ import annotations

import copy
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import jsonschema
import pytest

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, intent_from, intent_schema
from knockdeploy.sequence import Knock, Protocol

PORTS = [46543, 28654, 40204, 57566, 34515]
LEAST: dict[str, Any] = {
    "ports": PORTS,
    "services": ["22/tcp", "80/tcp", "443/tcp-udp"],
    "interface": "GigabitEthernet0/0",
}


def mistakes(**changes: object) -> tuple[Mistake, ...]:
    with pytest.raises(InputError) as caught:
        intent_from({**LEAST, **changes}, file="hosts.yaml", host="r1")
    return caught.value.mistakes


def intent(**changes: object) -> Intent:
    return intent_from({**LEAST, **changes})


def test_defaults_are_those_of_the_design() -> None:
    wanted = intent()
    assert wanted.enabled is True
    assert wanted.weak is False
    assert wanted.protocol == "udp"
    assert wanted.decoys == 5
    assert wanted.probe_ports == ()
    assert wanted.probe_sources == ()
    assert wanted.window_seconds == 10
    assert wanted.timeout_minutes == 60
    assert wanted.grant_slots == 4
    assert wanted.keep_established is True
    assert wanted.enforcement == "interface-acl"
    assert wanted.acl == "auto"
    assert wanted.new_acl_entries is None
    assert wanted.management_sources == ()
    assert wanted.engine == "applet"
    assert wanted.outside_address is None
    assert wanted.outside_ports == {}
    assert wanted.destination == "outside"
    assert wanted.access == "direct"
    assert wanted.knock_only is False
    assert wanted.proof == "required"
    assert wanted.waivers == ()


def test_default_names_are_those_of_the_article() -> None:
    assert intent().names.model_dump() == {
        "knock_group": "OG_Knock",
        "service_group": "OG_Knock_Services",
        "acl": "ACL_Internet_In",
        "applet": "EEM_Knock",
        "probe_applet": "EEM_Knock_Probe",
        "copp_acl": "ACL_CoPP_Knock",
        "copp_class": "CM_CoPP_Knock",
        "copp_policy": "PM_CoPP",
        "admitted_acl": "ACL_CoPP_Admitted",
        "admitted_class": "CM_CoPP_Admitted",
        "shut_acl": "ACL_CoPP_Shut",
        "shut_class": "CM_CoPP_Shut",
        "exception_policy": "PM_CoPP_Exception",
        "log_class": "CM_CoPP_Log",
        "log_policy": "PM_CoPP_Log",
        "zone": "Zone_Knock",
    }
    assert intent().names.dynamic == "DACL_Internet_In"


def test_values_are_read() -> None:
    wanted = intent(
        ports=["46543/tcp", 28654, "40204", "57566/udp", 34515],
        protocol="tcp",
        interface=["Dialer1", "Serial0/0/0:0.1"],
        new_acl_entries=["deny   tcp any any eq 23", "permit ip any any"],
        management_sources=["192.0.2.0/24", "198.51.100.7", "192.0.2.0/24", "0.0.0.0/0"],
        outside_address="203.0.113.10",
        outside_ports={22: 10022, "443": 10443},
        acl=101,
        names={"applet": "EEM_K"},
    )
    assert wanted.ports[0] == Knock(46543, Protocol.TCP)
    assert wanted.ports[1] == Knock(28654, Protocol.TCP)
    assert wanted.ports[3] == Knock(57566, Protocol.UDP)
    assert wanted.interface == ("Dialer1", "Serial0/0/0:0.1")
    assert wanted.new_acl_entries == ("deny tcp any any eq 23", "permit ip any any")
    assert wanted.management_sources == (
        IPv4Network("192.0.2.0/24"),
        IPv4Network("198.51.100.7/32"),
        IPv4Network("0.0.0.0/0"),
    )
    assert wanted.outside_address == IPv4Address("203.0.113.10")
    assert wanted.outside_ports == {22: 10022, 443: 10443}
    assert wanted.acl == "101"
    assert wanted.names.applet == "EEM_K"
    assert wanted.names.acl == "ACL_Internet_In"
    assert [str(service) for service in wanted.tcp_services] == ["22/tcp", "80/tcp", "443/tcp-udp"]


@pytest.mark.parametrize("n_ports", [5, 16])
def test_five_to_sixteen_ports_do(n_ports: int) -> None:
    assert len(intent(ports=[20000 + 7 * at for at in range(n_ports)]).sequence) == n_ports


@pytest.mark.parametrize("n_ports", [3, 4])
def test_three_ports_do_where_weak(n_ports: int) -> None:
    assert len(intent(ports=PORTS[:n_ports], weak=True).ports) == n_ports
    (mistake,) = mistakes(ports=PORTS[:n_ports])
    assert "weak: true" in mistake.hint


def test_proof_off_is_off_even_where_yaml_reads_a_boolean() -> None:
    assert intent(proof=False).proof == "off"


MISSING = object()

WRONG: list[tuple[str, object, str, str]] = [
    # key, value, the key that is named, words of the message or hint
    ("ports", MISSING, "ports", "required"),
    ("ports", None, "ports", "required"),
    ("ports", 46543, "ports", "list"),
    ("ports", "46543", "ports", "list"),
    ("ports", {}, "ports", "list"),
    ("ports", [], "ports", "empty"),
    ("ports", PORTS[:2], "ports", "too few"),
    ("ports", PORTS[:4], "ports", "soon guessed"),
    ("ports", [20000 + at for at in range(17)], "ports", "too many"),
    ("ports", [*PORTS, 46543], "ports", "1st and the 6th"),
    ("ports", [*PORTS, "46543/tcp"], "ports", "same"),
    ("ports", [*PORTS, 0], "ports", "6th"),
    ("ports", [*PORTS, -1], "ports", "6th"),
    ("ports", [*PORTS, 65536], "ports", "6th"),
    ("ports", [*PORTS, True], "ports", "6th"),
    ("ports", [*PORTS, 1.5], "ports", "6th"),
    ("ports", [*PORTS, None], "ports", "6th"),
    ("ports", [*PORTS, [1]], "ports", "6th"),
    ("ports", [*PORTS, "7/sctp"], "ports", "6th"),
    ("ports", [*PORTS, "7/"], "ports", "6th"),
    ("ports", [*PORTS, "/udp"], "ports", "6th"),
    ("ports", [*PORTS, "07/udp"], "ports", "6th"),
    ("ports", [*PORTS, "٤٦/udp"], "ports", "6th"),
    ("ports", [*PORTS, "7/udp\nreload"], "ports", "6th"),
    ("protocol", "sctp", "protocol", "udp or tcp"),
    ("protocol", "UDP", "protocol", "udp or tcp"),
    ("protocol", 17, "protocol", "udp or tcp"),
    ("weak", "yes", "weak", "true or false"),
    ("weak", 1, "weak", "true or false"),
    ("enabled", "false", "enabled", "true or false"),
    ("services", MISSING, "services", "required"),
    ("services", [], "services", "empty"),
    ("services", "22/tcp", "services", "list"),
    ("services", [22], "services", "22/tcp?"),
    ("services", ["22"], "services", "not a service"),
    ("services", ["ssh/tcp"], "services", "not a service"),
    ("services", ["22/icmp"], "services", "not a service"),
    ("services", ["0/tcp"], "services", "not a service"),
    ("services", ["65536/tcp"], "services", "not a service"),
    ("services", ["22/tcp\n exit"], "services", "not a service"),
    ("services", ["22/tcp", "22/tcp"], "services", "twice"),
    ("services", ["443/udp", "443/tcp-udp"], "services", "twice"),
    ("services", ["28654/tcp"], "services", "knock port"),
    ("window_seconds", 0, "window_seconds", "1 to 60"),
    ("window_seconds", 61, "window_seconds", "1 to 60"),
    ("window_seconds", 10.0, "window_seconds", "whole number"),
    ("window_seconds", "10", "window_seconds", "whole number"),
    ("window_seconds", True, "window_seconds", "whole number"),
    ("timeout_minutes", 0, "timeout_minutes", "1 to 9999"),
    ("timeout_minutes", 10000, "timeout_minutes", "1 to 9999"),
    ("keep_established", "on", "keep_established", "true or false"),
    ("enforcement", "interface", "enforcement", "interface-acl?"),
    ("enforcement", ["zone"], "enforcement", "not one of the allowed values"),
    ("interface", MISSING, "interface", "required"),
    ("interface", "", "interface", "not an interface"),
    ("interface", [], "interface", "empty"),
    ("interface", "GigabitEthernet0/0\n shutdown", "interface", "not an interface"),
    ("interface", "GigabitEthernet0/0 shutdown", "interface", "not an interface"),
    ("interface", "Gi0/0?", "interface", "not an interface"),
    (
        "interface",
        "G\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}0/0",
        "interface",
        "not an interface",
    ),
    ("interface", "GigabitEthernet", "interface", "not an interface"),
    ("interface", 0, "interface", "list"),
    ("interface", ["Dialer1", "Dialer1"], "interface", "twice"),
    ("acl", "", "acl", "not an ACL"),
    ("acl", "A B", "acl", "not an ACL"),
    ("acl", "A\r", "acl", "not an ACL"),
    ("acl", 5, "acl", "extended"),
    ("acl", 200, "acl", "extended"),
    ("acl", True, "acl", "not an ACL"),
    ("acl", "A" * 64, "acl", "not an ACL"),
    ("acl", "ACL_CoPP_Knock", "knock", "same"),
    ("new_acl_entries", [], "new_acl_entries", "empty"),
    ("new_acl_entries", "permit ip any any", "new_acl_entries", "list"),
    ("new_acl_entries", ["permit ip any any\nreload"], "new_acl_entries", "typed"),
    ("new_acl_entries", ["permit ip any any ?"], "new_acl_entries", "typed"),
    (
        "new_acl_entries",
        ["remark caf\N{LATIN SMALL LETTER E WITH ACUTE}"],
        "new_acl_entries",
        "typed",
    ),
    ("new_acl_entries", ["permit ip any any\x1a"], "new_acl_entries", "typed"),
    ("new_acl_entries", ["permit\tip any any"], "new_acl_entries", "typed"),
    ("new_acl_entries", ["exit"], "new_acl_entries", "permit, deny or remark"),
    ("new_acl_entries", ["interface Gi0/0"], "new_acl_entries", "permit, deny or remark"),
    ("new_acl_entries", ["10 permit ip any any"], "new_acl_entries", "permit, deny or remark"),
    ("new_acl_entries", ["dynamic X permit ip any any"], "new_acl_entries", "permit, deny"),
    ("new_acl_entries", ["permit"], "new_acl_entries", "permit, deny"),
    ("new_acl_entries", [""], "new_acl_entries", "permit, deny"),
    ("new_acl_entries", [1], "new_acl_entries", "typed"),
    ("new_acl_entries", ["remark " + "x" * 300], "new_acl_entries", "too long"),
    ("management_sources", "192.0.2.0/24", "management_sources", "list"),
    ("management_sources", ["192.0.2.1/24"], "management_sources", "192.0.2.0/24?"),
    ("management_sources", ["192.0.2.0/33"], "management_sources", "not an IPv4"),
    ("management_sources", ["192.0.2.0/255.255.255.0"], "management_sources", "prefix length"),
    ("management_sources", ["192.0.2.256"], "management_sources", "not an IPv4"),
    ("management_sources", ["2001:db8::/32"], "management_sources", "not an IPv4"),
    ("management_sources", [3221225984], "management_sources", "not an address"),
    ("management_sources", ["192.0.2.0/24\n"], "management_sources", "192.0.2.0/24"),
    ("management_sources", [None], "management_sources", "not an address"),
    ("engine", "perl", "engine", "applet"),
    ("outside_address", "203.0.113.0/24", "outside_address", "not an IPv4 address"),
    ("outside_address", "0.0.0.0", "outside_address", "not an IPv4 address"),  # noqa: S104
    ("outside_address", "224.0.0.1", "outside_address", "not an IPv4 address"),
    ("outside_address", "branch.example.net", "outside_address", "not an IPv4 address"),
    ("outside_address", 1, "outside_address", "not an IPv4 address"),
    ("outside_ports", [22], "outside_ports", "mapping"),
    ("outside_ports", {22: 0}, "outside_ports", "pair"),
    ("outside_ports", {"ssh": 22}, "outside_ports", "pair"),
    ("outside_ports", {22: None}, "outside_ports", "pair"),
    ("outside_ports", {23: 10023}, "outside_ports", "services"),
    ("outside_ports", {22: 10022, 80: 10022}, "outside_ports", "share"),
    ("destination", "inside", "destination", "outside"),
    ("access", "indirect", "access", "direct?"),
    ("proof", "maybe", "proof", "known are required"),
    ("proof", True, "proof", "known are required"),
    ("names", [], "names", "mapping"),
    ("names", "x", "names", "mapping"),
    ("names", {"applet": "EEM Knock"}, "names.applet", "not a valid name"),
    ("names", {"applet": "EEM\nKnock"}, "names.applet", "not a valid name"),
    ("names", {"applet": "EEM_Knock\n"}, "names.applet", "not a valid name"),
    ("names", {"applet": "EEM?"}, "names.applet", "not a valid name"),
    ("names", {"applet": 'EEM"'}, "names.applet", "not a valid name"),
    ("names", {"applet": "$_x"}, "names.applet", "not a valid name"),
    ("names", {"applet": "!x"}, "names.applet", "not a valid name"),
    ("names", {"applet": ""}, "names.applet", "not a valid name"),
    ("names", {"applet": 7}, "names.applet", "not a valid name"),
    ("names", {"applet": "7x"}, "names.applet", "not a valid name"),
    (
        "names",
        {"applet": "EEM_\N{CYRILLIC CAPITAL LETTER KA}nock"},
        "names.applet",
        "not a valid name",
    ),
    ("names", {"applet": "a\x1b[2J"}, "names.applet", "not a valid name"),
    ("names", {"knock_group": "x" * 65}, "names.knock_group", "at most 64"),
    ("names", {"acl": "x" * 64}, "names.acl", "at most 63"),
    ("names", {"copp_class": "x" * 41}, "names.copp_class", "at most 40"),
    ("names", {"copp_class": "class-default"}, "names.copp_class", "IOS's own"),
    ("names", {"knock_group": "OG_Knock_Services"}, "names", "two objects"),
    ("names", {"copp_acl": "ACL_Internet_In"}, "names", "two objects"),
    ("names", {"log_class": "CM_CoPP_Knock"}, "names", "two objects"),
    ("names", {"log_policy": "PM_CoPP"}, "names", "two objects"),
    ("names", {"aplet": "x"}, "names.aplet", "applet?"),
    ("waivers", {"rule": "cef", "reason": "x", "until": "2027-03-31"}, "waivers", "be a list"),
    *(
        (
            "waivers",
            [{"rule": "cef", "reason": "x", "until": "2027-03-31"} | change],
            "waivers",
            says,
        )
        for change, says in (
            ({"rule": 5}, "as rule of a waiver"),
            ({"reason": " "}, "as reason of a waiver"),
            ({"reason": "one\ntwo"}, "as reason of a waiver"),
            ({"until": "soon"}, "not a date"),
            ({"untill": "2027-03-31"}, "has rule, reason and until"),
        )
    ),
    ("intreface", "x", "intreface", "interface?"),
    ("window_second", 5, "window_second", "window_seconds?"),
    ("x\ny", 5, r"x\ny", "unknown key"),
]


@pytest.mark.parametrize(
    ("key", "value", "named", "words"),
    WRONG,
    ids=[
        f"{key!a}-{'missing' if value is MISSING else ascii(value):.40}"
        for key, value, _, _ in WRONG
    ],
)
def test_wrong_value_is_named(key: str, value: object, named: str, words: str) -> None:
    data = {**LEAST, key: value}
    if value is MISSING:
        del data[key]
    with pytest.raises(InputError) as caught:
        intent_from(data, file="hosts.yaml", host="r1")
    (mistake,) = caught.value.mistakes
    assert mistake.file == "hosts.yaml"
    assert mistake.host == "r1"
    assert mistake.key == ("knock" if named == "knock" else f"knock.{named}")
    assert words in f"{mistake.message} ({mistake.hint})"
    assert str(mistake).isascii()
    assert str(mistake).isprintable()


@pytest.mark.parametrize("key", ["acl", "timeout_minutes", "names", "new_acl_entries"])
def test_null_is_as_if_the_key_were_not_there(key: str) -> None:
    assert intent_from({**LEAST, key: None}) == intent_from(LEAST)


@pytest.mark.parametrize("data", [True, "x", [1], 5, None])
def test_knock_itself_is_a_mapping(data: object) -> None:
    with pytest.raises(InputError, match="must be a mapping"):
        intent_from(data, file="hosts.yaml", host="r1")


def test_all_mistakes_come_together() -> None:
    named = [
        mistake.key
        for mistake in mistakes(
            ports=[1, 1, "x"],
            services=[22, "x/tcp"],
            window_seconds=0,
            names={"acl": "a b", "x": "y"},
            management_sources=["a", "b"],
        )
    ]
    assert sorted(map(str, named)) == [
        "knock.management_sources",
        "knock.management_sources",
        "knock.names.acl",
        "knock.names.x",
        "knock.ports",
        "knock.ports",
        "knock.ports",
        "knock.services",
        "knock.services",
        "knock.window_seconds",
    ]


def test_no_mistake_shows_a_port() -> None:
    secret = [46543, 28654, 40204, 57566, 46543, "34515/sctp"]
    with pytest.raises(InputError) as caught:
        intent_from({**LEAST, "ports": secret, "weak": 3})
    assert not any(str(port)[:5] in str(caught.value) for port in secret)
    assert caught.value.__context__ is None


def test_no_repr_shows_a_port() -> None:
    assert not any(str(port) in repr(intent()) for port in PORTS)
    assert not any(str(port) in repr(intent().sequence) for port in PORTS)


def test_the_file_of_a_key_is_where_it_came_from() -> None:
    with pytest.raises(InputError) as caught:
        intent_from(
            {**LEAST, "engine": "x", "proof": "y"},
            file="hosts.yaml",
            origins={"engine": "groups.yaml"},
        )
    assert [mistake.file for mistake in caught.value.mistakes] == ["groups.yaml", "hosts.yaml"]


def test_an_intent_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        intent().window_seconds = 5


def test_schema_takes_what_the_design_shows_and_refuses_what_we_refuse() -> None:
    schema = intent_schema()
    shown = {
        **copy.deepcopy(LEAST),
        "protocol": "udp",
        "window_seconds": 10,
        "acl": "auto",
        "new_acl_entries": ["permit ip any any"],
        "management_sources": ["192.0.2.0/24"],
        "outside_address": "203.0.113.10",
        "outside_ports": {"22": 10022},
        "names": {"knock_group": "OG_Knock"},
    }
    jsonschema.validate(shown, schema)
    jsonschema.validate({**shown, "ports": [1, 65535, "1/udp", 4, 5]}, schema)
    none, too_high = [0, 2, 3, 4, 5], [65536, 2, 3, 4, 5]
    for change in (
        {"ports": none},
        {"ports": too_high},
        {"ports": [1]},
        {"window_seconds": 0},
        {"x": 1},
        {"names": {"acl": "a b"}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**shown, **change}, schema)
    for field in schema["properties"].values():
        assert field["description"]
