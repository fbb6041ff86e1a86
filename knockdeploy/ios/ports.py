"""Port keywords: what IOS prints instead of a number in ACL entries and object-groups.

The tables are those of ios-facts §6; a keyword that only some trains know is read but never
printed, because which train prints it is not known.
"""

from __future__ import annotations

_TCP = {
    "bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "discard": 9, "domain": 53, "echo": 7,
    "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "hostname": 101,
    "ident": 113, "irc": 194, "klogin": 543, "kshell": 544, "login": 513, "lpd": 515, "nntp": 119,
    "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "smtp": 25, "sunrpc": 111, "tacacs": 49,
    "talk": 517, "telnet": 23, "time": 37, "uucp": 540, "whois": 43, "www": 80,
}  # fmt: skip
_UDP = {
    "biff": 512, "bootpc": 68, "bootps": 67, "discard": 9, "dnsix": 195, "domain": 53, "echo": 7,
    "isakmp": 500, "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137,
    "netbios-ss": 139, "non500-isakmp": 4500, "ntp": 123, "pim-auto-rp": 496, "rip": 520,
    "snmp": 161, "snmptrap": 162, "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517,
    "tftp": 69, "time": 37, "who": 513, "xdmcp": 177,
}  # fmt: skip
_TCP_UDP = {
    "discard": 9, "domain": 53, "echo": 7, "pim-auto-rp": 496, "sunrpc": 111, "syslog": 514,
    "tacacs": 49, "talk": 517,
}  # fmt: skip
_PRINTED = {
    "tcp": {port: word for word, port in _TCP.items()},
    "udp": {port: word for word, port in _UDP.items()},
    "tcp-udp": {port: word for word, port in _TCP_UDP.items()},
}
# Version dependent (ios-facts §6, daggers): read, never printed.
_READ = {
    "tcp": {
        **_TCP, "drip": 3949, "msrpc": 135, "onep-plain": 15001, "onep-tls": 15002,
        "connectedapps-plain": 15001, "connectedapps-tls": 15002, "syslog": 514,
    },
    "udp": {**_UDP, "ripv6": 521},
    "tcp-udp": _TCP_UDP,
}  # fmt: skip

MAX_PORT = 65535


def number(word: str, protocol: str) -> int | None:
    """Return the port that ``word`` stands for after ``protocol``, None if it is not a port."""
    if word.isascii() and word.isdigit():
        return int(word) if int(word) <= MAX_PORT else None
    return _READ.get(protocol, {}).get(word)


def word(port: int, protocol: str) -> str | None:
    """Return a keyword that some train may print instead of ``port``, None where none does."""
    known = _READ.get(protocol, {})
    return next((word for word, number in known.items() if number == port), None)


def keyword(port: int, protocol: str) -> str:
    """Return ``port`` as IOS prints it after ``protocol``: a keyword where it has one."""
    return _PRINTED.get(protocol, {}).get(port, str(port))
