"""What one typed line makes of a configuration, and which lines IOS refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.apply import Applied, apply, prompt
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused
from knockdeploy.ios.tree import Node, to_text

CASES = Path(__file__).parent.parent / "cases"


def typed(config: str | Node, *lines: str) -> Applied:
    """Type lines one after the other, starting in global configuration."""
    state = Applied(parse(config) if isinstance(config, str) else config, ())
    for line in lines:
        assert state.mode is not None, "configuration mode was left"
        state = apply(state.config, state.mode, line)
    return state


def shown(config: str | Node, *lines: str) -> str:
    return to_text(typed(config, *lines).config)


def numbers(config: Node, name: str) -> list[tuple[int | None, str]]:
    section = config.child(f"ip access-list extended {name}")
    assert section is not None
    return [(node.number, node.text) for node in section.children]


IN_USE = """\
object-group service OG
 tcp eq 22
object-group service FREE
 tcp eq 23
class-map match-any CM
 match access-group name X
class-map match-any UNUSED
 match any
policy-map PM
 class CM
  drop
policy-map OTHER
 class CM
interface GigabitEthernet0/0
 ip access-group X in
ip access-list extended X
 permit object-group OG any any
 permit ip any any
control-plane host
 service-policy input PM
"""


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        # ios-facts §10 and §11, one row a refusal
        (("no class-map match-any CM",), "% Class-map CM is being used"),
        (("no class-map CM",), "% Class-map CM is being used"),
        (("no policy-map PM",), "% Policy-map PM is being used"),
        (("no object-group service OG",), "% Object-group OG is in use"),
        (("object-group service OG", "no tcp eq 22"), "may not become empty"),
        (("policy-map PM", "class NOBODY"), "% class map NOBODY not configured"),
        (("control-plane", "service-policy input NOBODY"), "% policy map NOBODY not configured"),
        (("control-plane host", "service-policy input OTHER"), "already attached"),
        (("ip access-list extended X", "10 permit ip any any"), ""),
        (("ip access-list extended X", "10 deny tcp any any"), "% Duplicate sequence number"),
        (
            ("ip access-list extended X", "permit object-group NOBODY any any"),
            "%Failed to add ace to access-list",
        ),
        (("ip access-list extended X", "permit nonsense any any"), "% Invalid input"),
        (("ip access-list extended X", "permit tcp any"), "% Invalid input"),
        (("hostnome r1",), "% Invalid input"),
        (("class-map match-any CM", "drop"), "% Invalid input"),
        (("ip access-list resequence NOBODY 10 10",), "does not exist"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)
def test_ios_refuses_in_its_own_words(lines: tuple[str, ...], answer: str) -> None:
    config = with_numbers(parse(IN_USE))
    before = typed(config, *lines[:-1])
    assert before.mode is not None
    if not answer:
        assert apply(before.config, before.mode, lines[-1]).config == config
        return
    with pytest.raises(Refused) as caught:
        apply(before.config, before.mode, lines[-1])
    assert answer in caught.value.answer


def test_members_of_a_group_in_use_may_change_if_it_never_is_empty() -> None:
    text = shown(IN_USE, "object-group service OG", "tcp eq 80", "no tcp eq 22")
    assert "object-group service OG\n tcp eq www\n" in text


def test_a_policy_goes_before_another_takes_its_place() -> None:
    text = shown(
        IN_USE, "control-plane host", "no service-policy input PM", "service-policy input OTHER"
    )
    assert text.endswith("control-plane host\n service-policy input OTHER\n")


def test_an_empty_control_plane_host_is_not_printed() -> None:
    text = shown(IN_USE, "control-plane host", "no service-policy input PM")
    assert "control-plane" not in text


# --- entries of an ACL -----------------------------------------------------------------------

X = "ip access-list extended X\n permit udp any any eq isakmp\n deny   ip any any\n"


def test_a_bare_entry_goes_behind_the_last() -> None:
    """A bare permit goes behind `deny ip any any` (ios-facts §11, a real lab note)."""
    after = typed(X, "ip access-list extended X", "permit tcp any any eq 80").config
    assert numbers(after, "X") == [
        (10, "permit udp any any eq isakmp"),
        (20, "deny   ip any any"),
        (30, "permit tcp any any eq www"),
    ]


def test_an_entry_goes_where_its_number_says() -> None:
    after = typed(X, "ip access-list extended X", "15 deny tcp any any eq 22").config
    assert [number for number, _ in numbers(after, "X")] == [10, 15, 20]


@pytest.mark.parametrize("line", ["permit udp any any eq 500", "5 permit udp any any eq isakmp"])
def test_the_same_entry_again_changes_nothing(line: str) -> None:
    config = with_numbers(parse(X))
    after = typed(config, "ip access-list extended X", line).config
    assert numbers(after, "X") == numbers(config, "X")


@pytest.mark.parametrize(
    "line", ["no 10", "no permit udp any any eq 500", "no permit udp any any eq isakmp"]
)
def test_an_entry_goes_by_number_or_by_text(line: str) -> None:
    after = typed(X, "ip access-list extended X", line).config
    assert [text for _, text in numbers(after, "X")] == ["deny   ip any any"]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("deny tcp any any eq 80", "deny   tcp any any eq www"),
        ("permit tcp any any eq 22", "permit tcp any any eq 22"),
        ("permit tcp any any eq 443", "permit tcp any any eq 443"),
        ("permit tcp any any eq 8080", "permit tcp any any eq 8080"),
        ("permit tcp any any eq 514", "permit tcp any any eq cmd"),
        ("permit udp any any eq 514", "permit udp any any eq syslog"),
        ("permit tcp any any range 79 80", "permit tcp any any range finger www"),
        ("permit tcp any eq 20 any gt 1023", "permit tcp any eq ftp-data any gt 1023"),
        ("permit 17 any any eq 53", "permit udp any any eq domain"),
        *(
            (f"permit {number} any any", f"permit {name} any any")  # IANA's numbers, IOS's words
            for number, name in {
                1: "icmp",
                2: "igmp",
                4: "ipinip",
                6: "tcp",
                47: "gre",
                50: "esp",
                51: "ahp",
                88: "eigrp",
                89: "ospf",
                94: "nos",
                103: "pim",
                108: "pcp",
            }.items()
        ),
        ("permit ip 10.1.1.5 0.0.0.0 any", "permit ip host 10.1.1.5 any"),
        ("permit ip 0.0.0.0 255.255.255.255 any", "permit ip any any"),
        ("permit ip 10.1.1.5 0.0.0.255 any", "permit ip 10.1.1.0 0.0.0.255 any"),
        ("remark deny nobody", "remark deny nobody"),
        ("dynamic D timeout 8 permit icmp any any", "dynamic D timeout 8 permit icmp any any"),
    ],
)
def test_an_entry_is_printed_as_ios_prints_it(line: str, printed: str) -> None:
    after = typed("", "ip access-list extended X", line).config
    assert [text for _, text in numbers(after, "X")] == [printed]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("tcp eq 25", "tcp eq smtp"),
        ("udp eq 49", "udp eq tacacs"),
        ("tcp range 79 80", "tcp range finger www"),
        ("tcp-udp eq 53", "tcp-udp eq domain"),
        ("tcp-udp eq 443", "tcp-udp eq 443"),
        ("udp eq 46543", "udp eq 46543"),
    ],
)
def test_a_member_is_printed_as_ios_prints_it(line: str, printed: str) -> None:
    """Real `show object-group` output (ios-facts §6)."""
    assert shown("", "object-group service G", line) == f"object-group service G\n {printed}\n"


def test_remarks_have_no_number_of_their_own() -> None:
    """ios-facts §11: `remark not given a sequence number`."""
    after = typed(
        "", "ip access-list extended X", "remark one", "permit tcp any any", "remark two",
        "permit ip any any",
    ).config  # fmt: skip
    assert [n for n, text in numbers(after, "X") if not text.startswith("remark")] == [10, 20]
    less = typed(after, "ip access-list extended X", "no 20").config
    assert [text for _, text in numbers(less, "X")] == [
        "remark one",
        "permit tcp any any",
        "remark two",
    ]


def test_resequence_renumbers_and_moves_nothing() -> None:
    config = typed(X, "ip access-list extended X", "15 permit esp any any").config
    after = typed(config, "ip access-list resequence X 1000 10").config
    assert numbers(after, "X") == [
        (1000, "permit udp any any eq isakmp"),
        (1010, "permit esp any any"),
        (1020, "deny   ip any any"),
    ]


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        (Dialect(numbered_dynamic=False), "7 dynamic DX permit ip any any"),
        (Dialect(object_group_in_dynamic=False), "dynamic DX permit object-group OG any any"),
    ],
    ids=["numbered dynamic", "object-group in dynamic"],
)
def test_an_image_may_refuse_a_dynamic_entry(dialect: Dialect, line: str) -> None:
    """Both are unknown (ios-facts §5 and §11): switches."""
    inside = typed(IN_USE, "ip access-list extended X")
    assert inside.mode is not None
    with pytest.raises(Refused, match="Invalid input"):
        apply(inside.config, inside.mode, line, dialect)


# --- modes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        (("interface Gi0/0",), "config-if"),
        (("interface GigabitEthernet0/0.10",), "config-subif"),
        (("ip access-list extended X",), "config-ext-nacl"),
        (("ip access-list standard X",), "config-std-nacl"),
        (("object-group service G",), "config-service-group"),
        (("object-group network G",), "config-network-group"),
        (("class-map match-any C",), "config-cmap"),
        (("class-map type logging match-any C",), "config-cmap"),
        (("policy-map P",), "config-pmap"),
        (("policy-map P", "class class-default"), "config-pmap-c"),
        (("control-plane",), "config-cp"),
        (("control-plane host",), "config-cp-host"),
        (("event manager applet A",), "config-applet"),
        (("event manager applet A", "trigger occurs 1 period 10"), "config-applet-trigger"),
        (("archive",), "config-archive"),
        (("line vty 0 4",), "config-line"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)
def test_a_header_enters_its_mode(lines: tuple[str, ...], mode: str) -> None:
    entered = typed("", *lines).mode
    assert entered is not None
    assert prompt(entered) == mode


def test_exit_leaves_one_mode_and_end_all() -> None:
    inside = ("class-map match-any C", "policy-map P", "class class-default")
    assert typed("", *inside, "exit").mode == ("policy-map P",)
    assert typed("", *inside, "exit", "exit").mode == ()
    assert typed("", "exit").mode is None
    assert typed("", *inside, "end").mode is None


@pytest.mark.parametrize("line", ["", "   ", "! a comment", " ! another"])
def test_blank_lines_and_comments_do_nothing(line: str) -> None:
    assert typed(X, "ip access-list extended X", line).mode == ("ip access-list extended X",)
    assert shown(X, "ip access-list extended X", line) == X


@pytest.mark.parametrize(
    ("line", "mode"),
    [
        ("hostname r9", ()),
        ("ip route 0.0.0.0 0.0.0.0 10.0.0.1", ()),
        ("policy-map P", ("policy-map P",)),
        ("interface Gi0/1", ("interface GigabitEthernet0/1",)),
        ("event manager environment _x 1", ()),
        ("line vty 0 4", ("line vty 0 4",)),
    ],
)
@pytest.mark.parametrize(
    "inside",
    [
        ("interface Gi0/0",),
        ("ip access-list extended X",),
        ("object-group service G",),
        ("class-map match-any C", "policy-map Q", "class C"),
        ("event manager applet A", "trigger occurs 1"),
        ("line con 0",),
    ],
    ids=lambda value: value[-1],
)
def test_a_line_of_another_mode_falls_through(
    inside: tuple[str, ...], line: str, mode: tuple[str, ...]
) -> None:
    """A running-config can be pasted: IOS leaves a sub-mode by itself."""
    assert typed("", *inside, line).mode == mode


# --- lines that exist once -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "lines", "after"),
    [
        ("hostname a\n", ("hostname b",), "hostname b\n"),
        (
            "event manager environment _x 1\n",
            ("event manager environment _x 2",),
            "event manager environment _x 2\n",
        ),
        (
            "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n",
            ("interface gi0/0", "ip address 10.0.0.2 255.0.0.0"),
            "interface GigabitEthernet0/0\n ip address 10.0.0.2 255.0.0.0\n",
        ),
        (
            "interface GigabitEthernet0/0\n no ip address\n",
            ("interface GigabitEthernet0/0", "ip address 10.0.0.2 255.0.0.0"),
            "interface GigabitEthernet0/0\n ip address 10.0.0.2 255.0.0.0\n",
        ),
        (
            "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n",
            ("interface GigabitEthernet0/0", "ip address 10.0.0.2 255.0.0.0 secondary"),
            "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n"
            " ip address 10.0.0.2 255.0.0.0 secondary\n",
        ),
        (
            "interface GigabitEthernet0/0\n ip access-group A in\n ip access-group B out\n",
            ("interface GigabitEthernet0/0", "ip access-group C in"),
            "interface GigabitEthernet0/0\n ip access-group C in\n ip access-group B out\n",
        ),
        (
            "interface GigabitEthernet0/0\n shutdown\n",
            ("interface GigabitEthernet0/0", "no shutdown"),
            "interface GigabitEthernet0/0\n",
        ),
        (
            "interface GigabitEthernet0/0\n",
            ("interface GigabitEthernet0/0", "no shutdown"),
            "interface GigabitEthernet0/0\n",
        ),
        (
            "no service password-encryption\n",
            ("no service password-encryption",),
            "no service password-encryption\n",
        ),
        ("no ip http server\n", ("ip http server",), "ip http server\n"),
        ("ip http server\n", ("no ip http server",), "no ip http server\n"),
        (
            "event manager applet A\n trigger occurs 1 period 5\n  correlate event E1\n",
            ("event manager applet A", "trigger occurs 1 period 10"),
            "event manager applet A\n trigger occurs 1 period 10\n  correlate event E1\n",
        ),
        (
            "event manager applet A\n action 0020 end\n",
            ("event manager applet A", "action 0010 if $x eq 1", "action 0020 exit"),
            'event manager applet A\n action 0010 if $x eq "1"\n action 0020 exit\n',
        ),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else None,
)
def test_a_line_that_exists_once_is_replaced(
    config: str, lines: tuple[str, ...], after: str
) -> None:
    assert shown(config, *lines) == after


@pytest.mark.parametrize("name", ["GigabitEthernet0/0", "gi0/0", "Gi 0/0", "gigabitethernet 0/0"])
def test_an_interface_has_many_spellings(name: str) -> None:
    config = "interface GigabitEthernet0/0\n shutdown\n"
    assert typed(config, f"interface {name}").mode == ("interface GigabitEthernet0/0",)
    assert shown(config, f"interface {name}", "no shutdown") == "interface GigabitEthernet0/0\n"


def test_sequence_numbers_stand_behind_password_encryption() -> None:
    """A real running-config (ios-facts §7)."""
    config = (
        "version 15.4\nservice timestamps log uptime\nservice password-encryption\nhostname r1\n"
    )
    assert shown(config, "service sequence-numbers").splitlines()[3] == "service sequence-numbers"


def test_actions_are_sorted_by_label_as_text() -> None:
    """ios-facts §3: ascending alphanumeric key sequence."""
    text = shown(
        "", "event manager applet A", "action 10 exit", "action 9 end", "event none",
        "action 1.0 puts x",
    )  # fmt: skip
    assert [line.split()[1] for line in text.splitlines() if " action" in line] == [
        "1.0",
        "10",
        "9",
    ]


# --- a whole configuration, typed ------------------------------------------------------------

BRANCH = """\
version 15.4
service timestamps debug datetime msec
service timestamps log datetime msec
service password-encryption
hostname branch7
boot-start-marker
boot-end-marker
logging buffered 51200
enable secret 5 $1$abcd$0123456789abcdefghijk
no aaa new-model
ip dhcp excluded-address 10.1.1.1 10.1.1.20
ip dhcp pool LAN
 network 10.1.1.0 255.255.255.0
 default-router 10.1.1.1
 dns-server 192.0.2.53
no ip domain lookup
ip domain name example.net
ip cef
object-group network OG_Servers
 host 192.0.2.10
 192.0.2.128 255.255.255.128
username netops privilege 15 secret 5 $1$efgh$0123456789abcdefghijk
archive
 log config
  logging enable
  hidekeys
 path flash:backup-
ip ssh version 2
class-map match-all CM_Voice
 match ip dscp ef
policy-map PM_Wan
 class CM_Voice
  priority percent 20
 class class-default
  fair-queue
interface Loopback0
 ip address 10.255.0.7 255.255.255.255
interface GigabitEthernet0/0
 description Internet
 ip address 203.0.113.10 255.255.255.0
 ip access-group ACL_WAN in
 ip nat outside
 duplex auto
 speed auto
 no cdp enable
 service-policy output PM_Wan
interface GigabitEthernet0/1
 description LAN
 ip address 10.1.1.1 255.255.255.0
 ip nat inside
interface GigabitEthernet0/2
 no ip address
 shutdown
router ospf 1
 network 10.0.0.0 0.255.255.255 area 0
ip forward-protocol nd
no ip http server
no ip http secure-server
ip nat inside source list ACL_Nat interface GigabitEthernet0/0 overload
ip route 0.0.0.0 0.0.0.0 203.0.113.1
ip access-list standard ACL_Mgmt
 permit 192.0.2.0 0.0.0.255
ip access-list extended ACL_Nat
 remark who may go out
 permit ip 10.1.1.0 0.0.0.255 any
ip access-list extended ACL_WAN
 permit udp any any eq isakmp
 deny   tcp any any eq www
 permit ip any any
logging host 192.0.2.99
snmp-server community public RO ACL_Mgmt
control-plane
banner motd ^C
interface Fake0
 shutdown
^C
line con 0
 logging synchronous
line vty 0 4
 access-class ACL_Mgmt in
 privilege level 15
 login local
 transport input ssh
scheduler allocate 20000 1000
ntp server 192.0.2.123
event manager applet NIGHTLY
 event timer cron cron-entry "0 3 * * *"
 action 1.0 cli command "enable"
"""


def _recipe(name: str) -> str:
    text = (CASES / name / "after.cfg").read_text()
    return to_text(parse(text))


@pytest.mark.parametrize(
    "text",
    [BRANCH, _recipe("worked-1-acl-bound-session-inside"), _recipe("worked-2-no-acl")],
    ids=["branch", "worked case 1", "worked case 2"],
)
def test_a_running_config_types_itself_into_an_empty_router(text: str) -> None:
    state = Applied(Node(""), ())
    for node in parse(text).children:  # a banner is typed as one line
        for line in (node.text, *_below(node)):
            assert state.mode is not None
            state = apply(state.config, state.mode, line)
    assert to_text(state.config).splitlines() == text.splitlines()


def _below(node: Node) -> list[str]:
    return [child.text for _, child in node.walk()]


def test_section_that_went_away_takes_no_line() -> None:
    """Another session removed it under one that is inside."""
    with pytest.raises(Refused, match="Invalid input"):
        apply(parse("hostname r1\n"), ("object-group service OG_Knock",), "udp eq 4500")
