"""The keys of `knock`: defaults, and every wrong value as a sentence."""

from __future__ import annotations

import copy
from ipaddress import IPv4Address, IPv4Network

import jsonschema
import pytest
from wrong_values import LEAST, MISSING, PORTS, WRONG

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, intent_from, intent_schema
from knockdeploy.sequence import Knock, Protocol


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


def test_the_longest_name_of_a_list_leaves_room_for_its_dynamic_entry() -> None:
    assert intent(acl="A" * 63).acl == "A" * 63


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


@pytest.mark.parametrize("port", [1, 65535])
def test_every_port_that_there_is_may_be_knocked_at_or_opened(port: int) -> None:
    assert intent(ports=[*PORTS, port]).ports[-1].port == port
    opened = intent(services=[f"{port}/tcp"], outside_ports={port: port})
    assert opened.service_ports == (("tcp", port),)
    assert opened.outside_ports == {port: port}


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
            management_sources=["a", "192.0.2.0/24", "b"],
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


@pytest.mark.parametrize(
    ("wrong", "other"),
    [
        ({"weak": "yes"}, {"ports": PORTS[:4]}),
        ({"protocol": "sctp"}, {"ports": PORTS}),
        ({"ports": [28654]}, {"services": ["28654/tcp"]}),
        ({"services": ["23"]}, {"outside_ports": {22: 10022}}),
    ],
)
def test_what_rests_on_a_wrong_value_is_not_wrong_for_that(
    wrong: dict[str, object], other: dict[str, object]
) -> None:
    assert [mistake.key for mistake in mistakes(**other, **wrong)] == [f"knock.{next(iter(wrong))}"]


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
