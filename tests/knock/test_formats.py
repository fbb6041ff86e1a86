"""Each format as its program reads it (ios-facts-more §E), with a pause that fits the window."""

from __future__ import annotations

import configparser
import json
import re
from dataclasses import replace
from typing import get_args

import pytest

from knockdeploy.errors import InputError
from knockdeploy.knock.formats import FormatName
from knockdeploy.knock.formats.door import Door
from knockdeploy.knock.formats.table import FORMATS, PAGES
from knockdeploy.sequence import Knock, KnockSequence, Protocol

MIXED = KnockSequence(
    (Knock(46543), Knock(28654, Protocol.TCP), Knock(40204), Knock(57566, Protocol.TCP))
)
DOOR = Door("r1", "203.0.113.10", MIXED, 10, ("443/tcp", "22/tcp"), 10022, "jane")
TCP = replace(DOOR, sequence=KnockSequence(tuple(replace(k, protocol=Protocol.TCP) for k in MIXED)))
FIVE = replace(
    TCP, sequence=KnockSequence((*TCP.sequence.knocks, Knock(34515, Protocol.TCP)))
)  # five seconds are just enough for four waits of a second
LINE = "knock -d 1000 203.0.113.10 46543:udp 28654:tcp 40204:udp 57566:tcp"


def test_table_has_every_name() -> None:
    assert set(FORMATS) == set(get_args(FormatName))


def test_knock_says_each_protocol_since_tcp_is_its_own() -> None:
    assert FORMATS["knock"](DOOR) == f"{LINE}\n"


def test_openssh_knocks_when_it_connects_and_at_no_other_time() -> None:
    lines = FORMATS["openssh"](DOOR).splitlines()[1:]
    assert lines == [
        "Match originalhost r1",
        "  HostName 203.0.113.10",
        "  Port 10022",
        f"  ProxyCommand sh -c '{LINE}; sleep 2; exec nc %h %p'",
    ]


def test_openssh_waits_longer_where_the_log_is_read() -> None:
    """iosxe-facts §8: a second between knocks, then about five before SSH."""
    text = FORMATS["openssh"](replace(DOOR, spacing_ms=1100))
    assert "knock -d 1100 " in text
    assert "; sleep 5; " in text
    assert "waits 5 s for the door" in text


def test_knockd_is_a_section_whose_comment_says_what_the_file_has_no_key_for() -> None:
    text = FORMATS["knockd"](DOOR)
    read = configparser.ConfigParser()
    read.read_string(text)
    assert dict(read["r1"]) == {
        "sequence": "46543:udp,28654:tcp,40204:udp,57566:tcp",
        "seq_timeout": "10",
        "tcpflags": "syn",
    }
    assert text.startswith("# host 203.0.113.10, 1000 ms ")
    assert "[options_]" in FORMATS["knockd"](replace(DOOR, name="options"))
    assert "[a_b_]" in FORMATS["knockd"](replace(DOOR, name="a]b["))


def test_knock_on_ports_has_version_1_and_fills_its_udp_knocks() -> None:
    data = json.loads(FORMATS["knockonports"](DOOR))
    assert data["version"] == 1
    (sequence,) = data["sequences"]
    assert (sequence["host"], sequence["delay"], sequence["ipv"]) == (
        "203.0.113.10", 1000, "only_ipv4",
    )  # fmt: skip
    assert sequence["steps"][:2] == [
        {"type": "udp", "port": 46543, "content": "00", "encoding": "hex"},
        {"type": "tcp", "port": 28654},
    ]


def test_port_knocker_has_the_keys_it_knows_and_no_other() -> None:
    (host,) = json.loads(FORMATS["portknocker"](DOOR))
    assert set(host) == {
        "label", "hostname", "delay", "tcpConnectTimeout", "launchIntentPackage", "ports",
    }  # fmt: skip
    assert [(each["port"], each["protocol"]) for each in host["ports"]] == [
        (46543, "UDP"), (28654, "TCP"), (40204, "UDP"), (57566, "TCP"),
    ]  # fmt: skip
    assert all(set(each) == {"port", "protocol"} for each in host["ports"])


def test_termix_says_protocol_and_delay_of_each_since_tcp_and_100_ms_are_its_own() -> None:
    (host,) = json.loads(FORMATS["termix"](DOOR))["hosts"]
    assert (host["ip"], host["port"], host["username"], host["authType"]) == (
        "203.0.113.10", 10022, "jane", "none",
    )  # fmt: skip
    assert [set(each) for each in host["portKnockSequence"]] == [{"port", "protocol", "delay"}] * 4
    assert [each["protocol"] for each in host["portKnockSequence"]] == ["udp", "tcp", "udp", "tcp"]


def test_card_has_all_that_one_types_and_its_page_needs_nothing_else() -> None:
    odd = replace(DOOR, user="<b>", services=("22/tcp & more",))
    text, page = FORMATS["card"](odd), PAGES["card"](odd)
    for each in ("203.0.113.10", "46543", "28654", "1000 ms", "10 s", "10022", LINE):
        assert each in text
        assert each in page
    assert "<svg" in page
    assert "22/tcp &amp; more" in page
    assert not re.search(r"(?:src|href)=|@import|url\(", page)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("window_s", [1, 2, 3, 4, 5, 10, 60])
@pytest.mark.parametrize("door", [DOOR, TCP, FIVE], ids=["mixed", "tcp", "five"])
def test_knock_fits_the_window(name: FormatName, window_s: int, door: Door) -> None:
    """What a client waits at a TCP knock counts: Termix a second, Port Knocker 0.1 s (§D, §E).

    The pause is 800 ms of each second, and never more than a second.
    """
    waits_ms = {"termix": 1000, "portknocker": 100}.get(name, 0)
    n_waits = sum(knock.protocol == "tcp" for knock in door.sequence.knocks[:-1])
    timed = replace(door, window_s=window_s)
    if waits_ms * n_waits > 800 * window_s:
        with pytest.raises(InputError, match="too short for a client that waits"):
            FORMATS[name](timed)
        return
    text = FORMATS[name](timed)
    (pause_ms,) = {
        int(found)
        for found in re.findall(r'-d (\d+)|"delay": (\d+)|(\d+) ms', text)
        for found in found
        if found
    }
    left_ms = 800 * window_s - n_waits * waits_ms
    assert pause_ms == min(1000, left_ms // (len(door.sequence) - 1))


@pytest.mark.parametrize("odd", ["a b", "x;reboot", "-oProxyCommand=x", "a'b", "%h", "x\n"])
def test_line_of_commands_takes_words_alone(odd: str) -> None:
    for name in ("knock", "knockd", "openssh", "card"):
        with pytest.raises(InputError, match="cannot be part of a command line"):
            FORMATS[name](replace(DOOR, address=odd))
    with pytest.raises(InputError, match="cannot be part of a command line"):
        FORMATS["openssh"](replace(DOOR, name=odd))


@pytest.mark.parametrize("name", ["openssh", "termix"])
def test_login_needs_a_tcp_service(name: FormatName) -> None:
    with pytest.raises(InputError, match="no TCP service"):
        FORMATS[name](replace(DOOR, port=None))


def test_door_shows_no_port_of_its_knock() -> None:
    assert "46543" not in repr(DOOR)
