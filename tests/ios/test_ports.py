"""The words for ports, as ios-facts §6 lists them."""

from __future__ import annotations

import pytest

from knockdeploy.ios import ports

PRINTED = {
    "tcp": "bgp 179, chargen 19, cmd 514, daytime 13, discard 9, domain 53, echo 7, exec 512, "
    "finger 79, ftp 21, ftp-data 20, gopher 70, hostname 101, ident 113, irc 194, klogin 543, "
    "kshell 544, login 513, lpd 515, nntp 119, pim-auto-rp 496, pop2 109, pop3 110, smtp 25, "
    "sunrpc 111, tacacs 49, talk 517, telnet 23, time 37, uucp 540, whois 43, www 80",
    "udp": "biff 512, bootpc 68, bootps 67, discard 9, dnsix 195, domain 53, echo 7, isakmp 500, "
    "mobile-ip 434, nameserver 42, netbios-dgm 138, netbios-ns 137, netbios-ss 139, "
    "non500-isakmp 4500, ntp 123, pim-auto-rp 496, rip 520, snmp 161, snmptrap 162, sunrpc 111, "
    "syslog 514, tacacs 49, talk 517, tftp 69, time 37, who 513, xdmcp 177",
    "tcp-udp": "discard 9, domain 53, echo 7, pim-auto-rp 496, sunrpc 111, syslog 514, tacacs 49, "
    "talk 517",
}
READ = {
    "tcp": "drip 3949, msrpc 135, onep-plain 15001, onep-tls 15002, connectedapps-plain 15001, "
    "connectedapps-tls 15002, syslog 514",
    "udp": "ripv6 521",
    "tcp-udp": "",
}


def rows(text: str) -> dict[str, int]:
    return {word: int(port) for word, port in (row.split() for row in text.split(", ") if row)}


@pytest.mark.parametrize(
    ("word", "port"), [("0", 0), ("65535", 65535), ("65536", None), ("-1", None), ("", None)]
)
def test_a_number_is_a_port_up_to_the_last_one(word: str, port: int | None) -> None:
    assert ports.number(word, "udp") == port
    assert ports.number(word, "esp") == port


@pytest.mark.parametrize("protocol", PRINTED)
def test_words_are_read_and_printed_for_their_ports(protocol: str) -> None:
    printed = rows(PRINTED[protocol])
    for word, port in {**printed, **rows(READ[protocol])}.items():
        assert ports.number(word, protocol) == port, word
    known = {port: word for word, port in printed.items()}
    for port in range(ports.MAX_PORT + 1):
        assert ports.keyword(port, protocol) == known.get(port, str(port))


@pytest.mark.parametrize("word", ["\xb2", "2\xb2", "\u0662\u0662", "65536", "-1", ""])
def test_what_a_router_prints_in_no_digits_of_ascii_is_not_a_port(word: str) -> None:
    """The text of a description, or of a hostile router: it is no reason to end the run."""
    assert ports.number(word, "tcp") is None
