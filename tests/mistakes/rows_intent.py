"""Every key of ``knock``: wrong types, wrong values, and what would be typed at a router."""

from __future__ import annotations

from .project import HOSTS_FILE, Make, Row, hosts, in_knock

INJECTIONS = {
    "a newline": '"X\\nno aaa new-model"',
    "a question mark": '"X?"',
    "a look-alike": '"GigabitEth\\u0435rnet0/0"',
    "a full-width digit": '"Dialer\\uff11"',
    "a control character": '"X\\x03"',
    "a vertical tab": '"X\\x0b0"',
    "a line separator": '"X\\u20280"',
    "a right-to-left mark": '"X\\u202e0"',
    "a NUL": '"X\\00"',
}
_NAMES = (
    "knock_group service_group acl applet copp_acl copp_class copp_policy log_class log_policy"
).split()
_TYPED = {
    # key: how a value stands in it, what is said
    "interface": ("{}", "not an interface"),
    "acl": ("{}", "not an ACL"),
    "new_acl_entries": ("[{}]", "cannot be typed"),
    "names": ("{{" + ", ".join(f"{name}: {{0}}" for name in _NAMES) + "}}", "not a valid name"),
    "services": ("[{}]", "not a service"),
    "ports": ("[{}, 1025, 1031, 1029, 1033]", "the 1st is not a port"),
    "protocol": ("{}", "udp or tcp"),
    "engine": ("{}", "known are applet"),
    "enforcement": ("{}", "known are interface-acl"),
    "destination": ("{}", "known are outside"),
    "access": ("{}", "known are direct"),
    "proof": ("{}", "known are required"),
    "outside_address": ("{}", "not an IPv4 address"),
    "management_sources": ("[{}]", "prefix"),
    "outside_ports": ("{{22: {}}}", "not a pair of ports"),
}
INJECTED = {f"knock.{key}": said for key, (_, said) in _TYPED.items() if key != "names"} | {
    f"knock.names.{name}": "not a valid name" for name in _NAMES
}
"""What is said of each key when a value of ``INJECTIONS`` stands in all of them."""


def injected(value: str) -> dict[str, str | bytes | Make]:
    """Return the hosts' file with ``value`` in every key whose text could reach a router."""
    return {HOSTS_FILE: hosts(**{key: form.format(value) for key, (form, _) in _TYPED.items()})}


ROWS = [
    # wrong types
    *(
        in_knock(key, value, "must be true or false")
        for key in ("enabled", "weak", "keep_established")
        for value in ("5", "'yes'", "[true]")
    ),
    in_knock("enabled", "off", "must be true or false", "did you mean false?"),
    in_knock("weak", "Yes", "must be true or false", "did you mean true?"),
    *(
        in_knock(key, value, "a whole number from 1 to")
        for key in ("window_seconds", "timeout_minutes")
        for value in ("0", "'10'", "2.5", "true", "[10]", "-1", "99999", "0x" + "f" * 5000)
    ),
    *(in_knock(key, "5", "must be a") for key in ("names", "services")),
    in_knock("names", "{knock_gruop: X}", "did you mean knock_group?", where="names.knock_gruop"),
    in_knock("windw_seconds", "5", "unknown key", "did you mean window_seconds?"),
    in_knock("WINDOW_SECONDS", "5", "unknown key", "did you mean window_seconds?"),
    in_knock("engine", "TCL", "did you mean tcl?"),
    in_knock('"window\\e[2J"', "5", "unknown key", where="window\\x1b[2J"),
    in_knock("5", "5", "unknown key"),
    in_knock("ports", "null", "is required"),
    in_knock("services", "null", "is required"),
    in_knock("interface", "null", "is required"),
    # ports
    in_knock("ports", "[46543, 28654, 40204, 57566]", "soon guessed", "weak: true"),
    in_knock("ports", "[46543, 28654]", "too few", "5 to 16"),
    in_knock("ports", "[]", "list is empty", "at least one"),
    in_knock("ports", "[46543]", "1 port is too few", "5 to 16"),
    in_knock("ports", "46543", "must be a list", "such as [PORT"),
    in_knock("ports", "evn:X", "must be a list or a reference", "did you mean env:?"),
    in_knock("ports", "'46543 28654'", "must be a list"),
    in_knock("ports", "{a: 1}", "must be a list"),
    in_knock("ports", str(list(range(2000, 2017))), "17 ports are too many", "at most 16"),
    in_knock("ports", "[46543, 28654, 46543, 57566, 34515]", "1st and the 3rd port are the same"),
    in_knock("ports", "[0, 28654, 40204, 57566, 34515]", "the 1st is not a port"),
    in_knock("ports", "[46543, 65536, 40204, 57566, 34515]", "the 2nd is not a port", "1 to 65535"),
    in_knock("ports", "[46543, 28654, 40204, 57566/sctp, 34515]", "the 4th is not a port"),
    in_knock("ports", "[46543, 28654, 40204, 57566, true]", "the 5th is not a port"),
    in_knock("ports", "'env:NOWHERE_AT_ALL'", "variable 'NOWHERE_AT_ALL' is not set", "export"),
    in_knock("ports", "'file:nowhere'", "No such file", "knockdeploy ports makes it"),
    in_knock("ports", "'command:id'", "not run", "allow_command: true"),
    Row("ports: a file of words", HOSTS_FILE, "r1", "knock.ports", ("the 2nd is not a port",),
        {HOSTS_FILE: hosts(ports="'file:words'"), "words": "46543 x 28654, 40204\n57566 34515\n"}),
    *(
        Row(f"ports: a file with {what}", HOSTS_FILE, "r1", "knock.ports",
            (f"'file:words': {said}",), {HOSTS_FILE: hosts(ports="'file:words'"), "words": text})
        for what, text, said in (
            ("a comment", "# r1\n46543 28654 40204 57566 34515\n", "the 1st is not a port"),
            ("a list", "[46543, 28654, 40204, 57566, 34515]\n", "the 5th is not a port"),
            ("four", "46543 28654 40204 57566\n", "4 ports are soon guessed"),
            ("a repetition", "46543 28654 46543 57566 34515", "the 1st and the 3rd port are"),
        )
    ),
    # services
    in_knock("services", "[]", "list is empty", "22/tcp"),
    in_knock("services", "[22]", "did you mean 22/tcp?"),
    in_knock("services", "[22/sctp]", "not a service", "443/tcp-udp"),
    in_knock("services", "[0/tcp]", "not a service"),
    in_knock("services", "[70000/tcp]", "not a service"),
    in_knock("services", "[ssh]", "not a service", "22/tcp"),
    *(
        in_knock("services", f"['{text}']", "not a service", "did you mean 22/tcp?")
        for text in ("22/TCP", "tcp/22", "22:tcp", "TCP 22", "22 /tcp", "022/tcp", "tcp eq 22")
    ),
    in_knock("services", "[443/udp-tcp]", "not a service", "did you mean 443/tcp-udp?"),
    in_knock("services", "[22-25/tcp]", "not a service", "such as 22/tcp"),
    in_knock("services", "[22/tcp, 22/tcp-udp]", "covered twice"),
    in_knock("services", "[46543/tcp]", "also a knock port", "another port"),
    # addresses
    in_knock("management_sources", "[192.0.2.1/24]", "host bits", "did you mean 192.0.2.0/24?"),
    in_knock("management_sources", "['2001:db8::/32']", "not an IPv4 address or prefix"),
    in_knock("management_sources", "[192.0.2.0/255.255.255.0]", "a mask", "192.0.2.0/24"),
    in_knock("management_sources", "[192.0.2.0/33]", "not an IPv4 address or prefix"),
    *(
        in_knock("management_sources", f"['192.0.2.0{mask}']", "a mask", "192.0.2.0/24")
        for mask in ("/0.0.0.255", " 0.0.0.255", " 255.255.255.0")
    ),
    in_knock("management_sources", "[host 10.0.0.1]", "prefix", "did you mean 10.0.0.1/32?"),
    *(
        in_knock("management_sources", f"[{nobody}]", "is never the source of a packet")
        for nobody in ("0.0.0.0/32", "224.0.0.0/4", "239.1.1.1", "255.255.255.255")
    ),
    in_knock("management_sources", "[office]", "not an IPv4 address or prefix"),
    in_knock("management_sources", "[5]", "5 is not an IPv4 address or prefix"),
    in_knock("management_sources", "5", "5 is not an IPv4 address or prefix"),
    in_knock("outside_address", "'2001:db8::1'", "not an IPv4 address", "203.0.113.10"),
    in_knock("outside_address", "224.0.0.1", "not an IPv4 address"),
    in_knock("outside_address", "0.0.0.0", "not an IPv4 address"),  # noqa: S104  no socket
    in_knock("outside_address", "255.255.255.255", "not an IPv4 address"),
    in_knock("outside_address", "0.0.0.1", "not an IPv4 address"),
    in_knock("outside_address", "192.0.2.0/24", "not an IPv4 address"),
    in_knock("outside_address", "router.example.net", "not an IPv4 address"),
    in_knock("outside_ports", "{23: 10023}", "23 is not among the services"),
    in_knock("outside_ports", "{22: 0}", "not a pair of ports"),
    in_knock("outside_ports", "{22: 10022, '22': 10023}", "22 is listed twice", "once"),
    in_knock("outside_ports", "[22]", "must be a mapping", "22: 10022"),
    # names, interfaces, entries
    in_knock("interface", "[]", "list is empty"),
    in_knock("interface", "GigabitEthernet", "not an interface", "GigabitEthernet0/0"),
    in_knock("interface", "[Dialer1, Dialer1]", "twice"),
    in_knock("interface", "Loopback0", "no packet comes in by Loopback0", "the one where"),
    in_knock("interface", "[Gi0/0, lo1]", "no packet comes in by lo1", "the one where"),
    in_knock("interface", "Null0", "no packet comes in by Null0", "the one where"),
    in_knock("interface", "Gigabit Ethernet 0/0", "did you mean GigabitEthernet0/0?"),
    in_knock("interface", "[Dialer 1]", "did you mean Dialer1?"),
    in_knock("interface", "'Gi0/0, Gi0/1'", "did you mean [Gi0/0, Gi0/1]?"),
    in_knock("interface", "'Gi0/0 Gi0/1'", "did you mean [Gi0/0, Gi0/1]?"),
    in_knock("interface", "5", "must be a list"),
    in_knock("acl", "23", "not an extended ACL", "100 to 199"),
    in_knock("acl", "two words", "not an ACL", "auto"),
    in_knock("acl", "Auto", "not an ACL", "did you mean auto?"),
    Row("knock.acl is names.copp_acl", HOSTS_FILE, "r1", "knock", ("are the same", "two names"),
        {HOSTS_FILE: hosts(acl="ACL_CoPP_Knock")}),
    in_knock("names", "{acl: X, copp_acl: X}", "acl and copp_acl are the same", "two names"),
    in_knock("names", "{applet: " + "x" * 65 + "}", "65 characters", where="names.applet"),
    in_knock("names", "{copp_class: class-default}", "IOS's own", where="names.copp_class"),
    in_knock("names", "{applet: $x}", "not a valid name", where="names.applet"),
    in_knock("new_acl_entries", "permit ip any any", "must be a list", "permit ip any any"),
    in_knock("new_acl_entries", "[allow all]", "not an ACL entry", "permit, deny or remark"),
    in_knock("new_acl_entries", "[permit]", "not an ACL entry"),
    *(
        in_knock("new_acl_entries", f"[{entry}, permit ip any any]", f"'{entry}' is not", "such as")
        for entry in ("permit IP any any", "permit ip any", "permit tcp any any eq ssh",
                      "permit tcp any any eq 99999", "deny tcp any host 203.0.113.300 eq 22",
                      "permit ip any any eq 22", "permit tcp any any est",
                      "permit tcp any any eq 22 ssh")
    ),
    in_knock("new_acl_entries", "[permit 0 any any]", "'permit 0 any any' is not", "is ip"),
    in_knock("new_acl_entries", "[permit ip 10.1.2.3/8 any]", "is not", "10.0.0.0 0.255.255.255"),
    in_knock("new_acl_entries", "[remark " + "x" * 300 + "]", "too long", "253"),
    Row("knock: 5", HOSTS_FILE, "r1", "knock", ("must be a mapping", "ports: ..."),
        {HOSTS_FILE: "r1: {data: {knock: 5}}\n"}),
    Row("knock: {}", HOSTS_FILE, "r1", "knock.ports", ("is required",),
        {HOSTS_FILE: "r1: {data: {knock: {}}}\n"}),
]  # fmt: skip
