"""Each check of preflight from its fact: what it finds, and what it lets pass."""

from __future__ import annotations

import pytest
from planning import offline_site

from knockdeploy.compliance.facts import CEF, CLOCK, EVENT_MANAGER, LOGGING, USERS, Router
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.policy_file import FILE_SYSTEMS, TCLSH
from knockdeploy.compliance.preflight import preflight
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.lab import configs
from knockdeploy.recipe.engine.tcl_policy import scripts

INTENT = {
    "ports": [46543, 28654, 40204, 57566, 34515],
    "services": ["22/tcp", "80/tcp", "443/tcp-udp"],
    "interface": "GigabitEthernet0/0",
    "new_acl_entries": ["permit ip any any"],
}
CONFIG = configs.starting(0, "r1", "10.0.0.1", "198.51.100.1").replace(
    "interface GigabitEthernet0/0\n", "interface GigabitEthernet0/0\n no ip unreachables\n"
)
# Outputs of real routers; of `show logging` what `| include ogging:` leaves (a C2900 and a 3750).
ANSWERS = {
    LOGGING: "Syslog logging: enabled (0 messages dropped, 3 messages rate-limited,\n"
    "    Console logging: level warnings, 22 messages logged, xml disabled,\n"
    "    Monitor logging: level debugging, 0 messages logged, xml disabled,\n",
    USERS: "    Line       User       Host(s)              Idle       Location\n"
    "   0 con 0                idle                 00:02:16\n"
    "*388 vty 0     admin      idle                 00:00:00 172.16.1.5\n",
    CLOCK: "13:02:12.431 UTC Sun Nov 22 2026",
    CEF: "IPv4 CEF is enabled and running\nVRF Default\n 14 prefixes (14/0 fwd/non-fwd)",
    EVENT_MANAGER: "Embedded Event Manager Version 4.00\nComponent Versions:\neem: (rel9)1.2.21\n",
}
ROOM = "256487424 bytes total (206487424 bytes free)\n"
AAA = "aaa authorization exec default local"
COMMANDS = "aaa authorization commands 15 default group tacacs+ local"


def intent(**changes: object) -> Intent:
    return intent_from({**INTENT, **changes})


def found(
    *edits: tuple[str, str],
    answers: dict[str, str] | None = None,
    room: str = ROOM,
    rendered: str = "",
    **changes: object,
) -> tuple[Finding, ...]:
    """Look at a router in order, but for what is replaced in its configuration and answers."""
    text = CONFIG
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    router = Router(
        parse(text),
        {**ANSWERS, **(answers or {})},
        room,
        parse(rendered),
        offline_site(intent(**changes)).owned,
    )
    # That the router's own timer will arm it is said of each, and stands in nobody's way.
    best = "armed by the router's own timer, copy at "
    return tuple(
        each for each in preflight(router, intent(**changes)) if not each.message.startswith(best)
    )


def rules(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in findings]


def users(*others: str) -> dict[str, str]:
    rows = [f" {389 + i} vty {1 + i}     {name}  idle  00:01:00 172.16.1.6" for i, name in
            enumerate(others)]  # fmt: skip
    return {USERS: ANSWERS[USERS] + "\n".join(rows) + "\n"}


def test_router_in_order_has_nothing_in_its_way() -> None:
    assert found() == ()


@pytest.mark.parametrize(
    ("rule", "severity", "fix", "edits", "answers"),
    [
        # ios-facts §1.2: CPPr goes with CEF
        ("cef", "error", "ip cef", [("\nip cef\n", "\nno ip cef\n")], {}),
        ("cef", "error", "ip cef", [("\nip cef\n", "\n")], {CEF: "%IPv4 CEF not running\n"}),
        ("cef", "error", "ip cef", [], {CEF: "VRF Default\n%IPv4 CEF not running\n 0 prefixes\n"}),
        # ios-facts §3: regexp and if came with EEM 3.0; 2.40 is that of 12.4(20)T
        (
            "event-manager",
            "error",
            "12.4(22)T",
            [],
            {EVENT_MANAGER: "Embedded Event Manager Version 2.40\nComponent Versions:\n"},
        ),
        (
            "event-manager",
            "warning",
            "show event manager version",
            [],
            {EVENT_MANAGER: "                  ^\n% Invalid input detected at '^' marker."},
        ),
        # ios-facts §3: with AAA command authorization the applet needs a user
        ("authorization", "error", "event manager session cli username", [(AAA, COMMANDS)], {}),
        # another's applet that bypasses it is not ours
        (
            "authorization",
            "error",
            "event manager session cli username",
            [(AAA, COMMANDS),
             ("control-plane\n", "event manager applet OTHER authorization bypass\n event none\n!\n"
              "control-plane\n")],
            {},
        ),
        (
            "authorization",
            "error",
            "authorization bypass",
            [
                (AAA, "aaa authorization commands 15 VTY group tacacs+"),
                ("line vty 0 4\n", "line vty 0 4\n authorization commands 15 VTY\n"),
            ],
            {},
        ),
        ("logging", "error", "logging on", [("logging buffered 16384", "no logging on")], {}),
        ("logging", "error", "logging on", [], {LOGGING: "Syslog logging: disabled (0 messages"}),
        # ios-facts §11: on by default at debugging level; the default is not printed
        ("console", "warning", "no logging console", [("no logging console\n", "")], {LOGGING: ""}),
        (
            "console",
            "warning",
            "logging console warnings",
            [("no logging console\n", "logging console informational\n")],
            {LOGGING: ""},
        ),
        (
            "console",
            "warning",
            "logging console warnings",
            [("no logging console\n", "logging console guaranteed\n")],
            {LOGGING: ""},
        ),
        (
            "console",
            "warning",
            "debugging",
            [("no logging console\n", "logging console discriminator QUIET\n")],
            {LOGGING: ""},
        ),
        (
            "console",
            "warning",
            "debugging",
            [],
            {LOGGING: "    Console logging: level debugging, 22 messages logged, xml disabled,"},
        ),
        (
            "rate-limit",
            "warning",
            "no logging rate-limit",
            [("no logging console\n", "no logging console\nlogging rate-limit 50\n")],
            {},
        ),
        (
            "rate-limit",
            "warning",
            "knock ports",
            [
                ("control-plane\n", "control-plane\n service-policy input PM_Flood\n"),
                (
                    "policy-map PM_WAN_Out\n",
                    "policy-map PM_Flood\n class class-default\n  police 8000 conform-action "
                    "transmit exceed-action drop\n!\npolicy-map PM_WAN_Out\n",
                ),
            ],
            {},
        ),
        # ios-facts §9: no archive, no revert timer; then it gets one meanwhile
        (
            "arming",
            "info",
            "`archive` gets a path",
            [("archive\n path flash:archive\n maximum 10\n write-memory\n", "")],
            {},
        ),
        (
            "arming",
            "warning",
            "path flash:archive-",
            [(" path flash:archive\n", " path scp://backup:Plain0ld@10.9.9.9/$h\n")],
            {},
        ),
        # ios-facts §13: five VTY lines on many images, one for each session and policy
        (
            "vty",
            "error",
            "line vty 5 15",
            [("line vty 5 15\n exec-timeout 30 0\n transport input ssh\n", "")],
            users("jane", "joe", "jill"),
        ),
        (
            "vty",
            "error",
            "transport input ssh",
            [
                ("line vty 0 4\n exec-timeout 30 0\n transport input ssh", "line vty 0 0\n"
                 " transport input ssh\nline vty 1 4\n transport input telnet"),
                ("line vty 5 15\n exec-timeout 30 0\n transport input ssh",
                 "line vty 5 15\n transport input none"),
            ],
            {},
        ),
        (
            "vty",
            "error",
            "transport input ssh",
            [
                ("line vty 5 15\n exec-timeout 30 0\n transport input ssh",
                 "line vty 5 15\n transport input telnet"),
                ("line vty 0 4\n exec-timeout 30 0\n transport input ssh", "line vty 0 1\n"
                 " transport input ssh\nline vty 2 4\n transport input telnet"),
            ],
            users("jane"),
        ),
        # ios-facts §2: the marks before the time
        ("clock", "warning", "ntp server", [], {CLOCK: "*00:26:44.431 UTC Fri Mar 1 2002"}),
        ("clock", "warning", "ntp associations", [], {CLOCK: ".15:58:56.590 EDT Fri Jul 10 2026"}),
        # object-groups, and ACLs, share their names whatever their type
        (
            "names",
            "error",
            "knock.names.knock_group",
            [("control-plane\n", "object-group network OG_Knock\n host 10.1.1.1\n!\n"
              "control-plane\n")],
            {},
        ),
        (
            "names",
            "error",
            "knock.names.copp_acl",
            [("control-plane\n", "ip access-list standard ACL_CoPP_Knock\n permit any\n!\n"
              "control-plane\n")],
            {},
        ),
        (
            "names",
            "error",
            "knock.names.copp_class",
            [("class-map match-any CM_Voice", "class-map type inspect match-any CM_CoPP_Knock\n"
              " match protocol tcp\nclass-map match-any CM_Voice")],
            {},
        ),
        (
            "uplink",
            "warning",
            "22/tcp",
            [("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
              "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n"
              " ip nat outside\n")],
            {},
        ),
        (
            "uplink",
            "warning",
            "22/tcp",
            [("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
              "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n"
              " ip access-group ACL_Second in\n ip nat outside\n"),
             ("control-plane\n", "ip access-list extended ACL_Second\n"
              " permit tcp any host 203.0.113.1 eq 22\n!\ncontrol-plane\n")],
            {},
        ),
        (
            "uplink",
            "warning",
            "inbound ACL",
            [("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
              "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n"),
             ("ip route 0.0.0.0 0.0.0.0 127.20.255.254", "ip route 0.0.0.0 0.0.0.0 203.0.113.9")],
            {},
        ),
        (
            "uplink",
            "warning",
            "inbound ACL",
            [("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
              "interface Dialer1\n ip address negotiated\n")],
            {},
        ),
        (
            "uplink",
            "warning",
            "inbound ACL",
            [("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
              "interface Serial0/1/0.7 point-to-point\n ip unnumbered GigabitEthernet0/1\n"),
             ("ip route 0.0.0.0 0.0.0.0 127.20.255.254", "ip route 0.0.0.0 0.0.0.0 Serial0/1/0.7")],
            {},
        ),
        (
            "ipv6",
            "warning",
            "ipv6 traffic-filter",
            [(" description Internet\n", " description Internet\n ipv6 address 2001:DB8::1/64\n")],
            {},
        ),
        (
            "ipv6",
            "warning",
            "ipv6 traffic-filter",
            [(" description Internet\n", " description Internet\n ipv6 address 2001:DB8::1/64\n"
              " ipv6 traffic-filter V6 out\n")],
            {},
        ),
    ],
)  # fmt: skip
def test_check_finds_and_names_the_fix(
    rule: str,
    severity: str,
    fix: str,
    edits: list[tuple[str, str]],
    answers: dict[str, str],
) -> None:
    findings = found(*edits, answers=answers)
    assert rules(findings) == [(rule, severity)]
    assert fix in findings[0].message
    assert "Plain0ld" not in findings[0].line


def test_what_shuts_on_every_way_in_leaves_no_uplink_open() -> None:
    """enforcement copp shuts whatever interface a packet comes by."""
    edit = (
        "interface GigabitEthernet0/2\n no ip address\n shutdown\n",
        "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n ip nat outside\n",
    )
    assert rules(found(edit)) == [("uplink", "warning")]
    assert found(edit, enforcement="copp") == ()


def test_a_service_over_udp_is_open_by_an_uplink_too() -> None:
    edit = ("GigabitEthernet0/2\n no ip address\n shutdown", "Dialer1\n ip address negotiated")
    (finding,) = found(edit, services=["500/udp"])
    assert "500/udp is open there" in finding.message


def test_what_the_zone_of_an_uplink_drops_is_not_open_there() -> None:
    """ios-facts §8: a policy from a zone to self ends in a class-default that drops."""
    interface = (
        "interface GigabitEthernet0/2\n no ip address\n shutdown\n",
        "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n ip nat outside\n"
        " zone-member security WAN2\n",
    )
    pair = (
        "interface Embedded",
        "policy-map type inspect SHUT\n class class-default\n  drop\nzone security WAN2\n"
        "zone-pair security in source WAN2 destination self\n service-policy type inspect SHUT\n"
        "interface Embedded",
    )
    assert found(interface, pair) == ()


@pytest.mark.parametrize(
    ("edits", "answers"),
    [
        pytest.param([(AAA, f"{COMMANDS}\nevent manager session cli username eem")], {},
                     id="the-applet-has-a-user"),
        pytest.param([(AAA, "aaa authorization commands 15 default none")], {},
                     id="aaa-that-asks-nobody"),
        pytest.param([(AAA, "aaa authorization commands 15 CONSOLE group tacacs+")], {},
                     id="aaa-of-no-vty"),
        pytest.param([("no logging console", "logging console critical")], {LOGGING: ""},
                     id="console-that-prints-little"),
        pytest.param([("no logging console\n", "")], {}, id="the-router-itself-says-warnings"),
        pytest.param([("no logging console\n", "logging rate-limit console 10 except errors\n"
                       "no logging console\n")], {}, id="limit-of-the-console-alone"),
        pytest.param([(" path flash:archive", " path bootflash:/Backup/r1-")], {},
                     id="archive-elsewhere-on-the-router"),
        pytest.param([("line vty 5 15\n exec-timeout 30 0\n transport input ssh\n", "")],
                     users("jane", "joe"), id="three-of-five-lines-with-ours"),
        pytest.param([("control-plane\n", "object-group service OG_Knock\n udp eq 5\n!\n"
                       "control-plane\n")], {}, id="our-own-type-is-adopted"),
        pytest.param([("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
                       "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n"
                       " ip access-group ACL_Second in\n ip nat outside\n"),
                      ("control-plane\n", "ip access-list extended ACL_Second\n permit esp any "
                       "any\n!\ncontrol-plane\n")], {}, id="second-uplink-that-is-guarded"),
        pytest.param([("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
                       "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n"
                       " ip access-group ACL_Second in\n ip nat outside\n"),
                      ("control-plane\n", "ip access-list extended ACL_Second\n permit tcp any "
                       "any established\n!\ncontrol-plane\n")], {}, id="sessions-under-way-alone"),
        pytest.param([("interface GigabitEthernet0/2\n no ip address\n shutdown\n",
                       "interface GigabitEthernet0/2\n ip address 203.0.113.1 255.255.255.0\n"
                       " ip access-group LAN in\n ip nat outside\n")], {},
                     id="uplink-with-a-standard-list"),
        pytest.param([("line vty 5 15\n exec-timeout 30 0\n transport input ssh",
                       "line vty 5 15\n transport input telnet"),
                      ("line vty 0 4\n exec-timeout 30 0\n transport input ssh", "line vty 0 1\n"
                       " transport input ssh\nline vty 2 4\n transport input telnet")], {},
                     id="two-lines-for-us"),
        pytest.param([(AAA, "aaa authorization commands 15 CONSOLE group tacacs+"),
                      ("line con 0\n", "line con 0\n authorization commands 15 CONSOLE\n")], {},
                     id="aaa-of-the-console-line"),
        pytest.param([("interface GigabitEthernet0/2\n no ip address\n",
                       "interface GigabitEthernet0/2\n ip address dhcp\n")], {},
                     id="second-uplink-that-is-down"),
        pytest.param([(" description Internet\n", " description Internet\n ipv6 enable\n"
                       " ipv6 traffic-filter V6_In in\n")], {}, id="ipv6-that-is-guarded"),
        pytest.param([], {EVENT_MANAGER: "Embedded Event Manager Version 3.00\n"}, id="eem-3.0"),
        pytest.param([("control-plane\n", "ip access-list logging interval 100\n!\n"
                       "control-plane\n")], {}, id="rate-of-a-log-that-no-knock-is-read-from"),
    ],
)  # fmt: skip
def test_check_lets_pass(edits: list[tuple[str, str]], answers: dict[str, str]) -> None:
    assert found(*edits, answers=answers) == ()


@pytest.mark.parametrize(
    ("room", "severities"),
    [
        ("255565824 bytes total (1000 bytes free)", ["error"]),  # dir
        ("200855552 bytes available (55558144 bytes used)", []),  # show flash: of an ISR G2
        ("[25165888 bytes used, 1544 available, 33554432 total]", ["error"]),  # of a C2600
        ("%Error opening flash:/ (No such device)", ["warning"]),
    ],
)
def test_room_on_flash_is_read_as_routers_print_it(room: str, severities: list[str]) -> None:
    findings = found(room=room)
    assert [f.severity for f in findings] == severities
    assert {f.rule for f in findings} <= {"flash"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("flash:archive", "flash:"),
        ("bootflash:/Backup/r1-", "bootflash:"),
        ("ftp://10.9.9.9/r1-", "flash:"),  # a copy in flash, since the server may not answer
    ],
)
def test_room_is_wanted_where_the_archive_is(path: str, place: str) -> None:
    findings = found((" path flash:archive", f" path {path}"), room="(1000 bytes free)")
    (said,) = (each.message for each in findings if each.rule == "flash")
    assert f" on {place}, " in said


@pytest.mark.parametrize(
    ("edits", "n_copies"),
    [
        ([], 5),  # with `write-memory` the archive takes one more when the change is saved
        ([(" write-memory\n", "")], 4),
        ([(" path flash:archive\n", " path scp://10.9.9.9/$h\n")], 1),
        ([("archive\n path flash:archive\n maximum 10\n write-memory\n", "")], 1),
    ],
)
def test_room_on_flash_is_wanted_for_the_copies_that_a_deployment_writes(
    edits: list[tuple[str, str]], n_copies: int
) -> None:
    """As docs/limits.md says; tests/arming counts them."""
    text = CONFIG
    for old, new in edits:
        text = text.replace(old, new)
    for short_by in (0, 1):
        free = n_copies * len(to_text(parse(text))) - short_by
        findings = found(*edits, room=f"256487424 bytes total ({free} bytes free)\n")
        assert [f.severity for f in findings if f.rule == "flash"] == ["error"] * short_by


POLICY, SCRIPT = next(iter(scripts().items()))
NEEDED = len(SCRIPT)
# As an ISR G2 prints them.
FILE_SYSTEMS_SHOWN = """\
File Systems:

       Size(b)       Free(b)      Type  Flags  Prefixes
             -             -    opaque     rw   archive:
             -             -    opaque     rw   system:
        262136             7     nvram     rw   nvram:
*    {size}     {free}      disk     {flags}   flash0: flash:#
             -             -      disk     rw   flash1:
             -             -    opaque     wo   syslog:
"""


@pytest.mark.parametrize(
    ("free", "flags", "place", "finding"),
    [
        (NEEDED, "rw", "flash:", ""),
        (NEEDED - 1, "rw", "flash:", f"error: {NEEDED - 1} bytes are free on flash:"),
        (NEEDED, "ro", "flash:", "error: flash: is read-only"),
        (NEEDED, "rw", "flash0:", ""),
        (NEEDED, "rw", "flash1:", "warning: the router does not say whether flash1: takes a file"),
        (NEEDED, "rw", "nvram:", "error: 7 bytes are free on nvram:"),
        (NEEDED, "rw", "disk2:", "warning: the router does not say whether disk2: takes a file"),
    ],
)
def test_file_of_a_policy_wants_a_place_to_be_written_to(
    free: int, flags: str, place: str, finding: str
) -> None:
    shown = FILE_SYSTEMS_SHOWN.format(size=256487424, free=free, flags=flags)
    findings = found(
        answers={FILE_SYSTEMS: shown},
        rendered=f"policy-file {place}/knockdeploy.tcl {POLICY}\n",
        engine="tcl",
    )
    said = [f"{each.severity}: {each.message}" for each in findings if each.rule == "policy-file"]
    assert len(said) == bool(finding)
    assert all(each.startswith(finding) for each in said)


@pytest.mark.parametrize("engine", ["applet", "tcl"])
def test_tclsh_is_wanted_by_the_engine_that_types_a_file_there(engine: str) -> None:
    unknown = "% Unknown command or computer name, or unable to find computer address"
    shown = FILE_SYSTEMS_SHOWN.format(size=256487424, free=0, flags="rw")
    findings = found(answers={TCLSH: unknown, FILE_SYSTEMS: shown}, engine=engine)
    said = [each.message for each in findings if each.rule == "policy-file"]
    assert [unknown in each for each in said] == ([True] if engine == "tcl" else [])


def test_applet_may_bypass_authorization_by_a_template_of_ones_own() -> None:
    bypass = "event manager applet EEM_Knock authorization bypass\n event none\n"
    assert found((AAA, COMMANDS), rendered=bypass) == ()
    assert found((AAA, COMMANDS), ("control-plane\n", f"{bypass}!\ncontrol-plane\n")) == ()
