"""Design §6, Sending: what goes out together and what goes alone."""

from __future__ import annotations

from knockdeploy.command import Command, Phase
from knockdeploy.device.sending import writes

from .script import command

ACL, GROUP = "ip access-list extended ACL_WAN", "object-group service OG_Knock"
APPLET, TRIGGER = "event manager applet EEM_Knock", "trigger occurs 1 period 10"


def alone(line: str, *parents: str) -> Command:
    return Command(line, parents, Phase.OPEN, alone=True)


def sent(*commands: Command) -> list[list[str]]:
    return [[typed.text for typed in write] for write in writes(commands)]


def test_header_is_read_before_its_body_and_goes_with_the_body_before() -> None:
    assert sent(
        command(GROUP),
        command("udp eq 46543", GROUP),
        command("udp eq 28654", GROUP),
        command(ACL),
        command("permit ip any any", ACL),
    ) == [
        [GROUP],
        ["udp eq 46543", "udp eq 28654", "exit", ACL],
        ["permit ip any any", "exit", "end"],
    ]


def test_a_section_that_is_there_already_is_entered() -> None:
    assert sent(command("ip access-group ACL in", "interface Gi0/0")) == [
        ["interface Gi0/0"],
        ["ip access-group ACL in", "exit", "end"],
    ]


def test_consecutive_global_lines_form_a_block() -> None:
    one, two = "event manager environment _a 1", "service sequence-numbers"
    assert sent(command(one), command(two), command(GROUP), command(two)) == [
        [one, two, GROUP],
        ["exit"],
        [two, "end"],
    ]


def test_section_that_follows_many_lines_or_one_alone_begins_a_write() -> None:
    """Between them a slow router's timer is looked at, and what one line alone did is known."""
    many = [command(f"udp eq {port}", GROUP) for port in range(40000, 40110)]
    assert sent(command(GROUP), *many, command(ACL))[2:] == [[ACL], ["exit", "end"]]
    entry = alone("7 permit tcp any any", ACL)
    assert sent(entry, command(GROUP))[1:] == [[entry.line, "exit"], [GROUP], ["exit", "end"]]


def test_zone_pair_goes_with_its_policy_and_with_nothing_before() -> None:
    """Without its policy the pair may let in nothing (ios-facts-more §A)."""
    pair = "zone-pair security P source A destination self"
    policy = command("service-policy type inspect P", pair)
    assert sent(command(GROUP), command(pair), policy) == [
        [GROUP],
        ["exit"],
        [pair, policy.line, "exit", "end"],
    ]


def test_entries_marked_alone_go_one_at_a_time() -> None:
    assert sent(
        alone("7 permit tcp any any", ACL),
        alone("8 permit udp any any", ACL),
        command("remark not alone", ACL),
    ) == [
        [ACL],
        ["7 permit tcp any any"],
        ["8 permit udp any any"],
        ["remark not alone", "exit", "end"],
    ]


def test_class_that_another_follows_is_read_before_it_is_left() -> None:
    """Refused, its `exit` leaves the policy, and `class B` would make a class-map B."""
    policy = "policy-map type inspect P"
    assert sent(
        command(policy),
        command("class type inspect A", policy),
        command("pass", policy, "class type inspect A"),
        command("class type inspect B", policy),
        command("drop", policy, "class type inspect B"),
    ) == [
        [policy],
        ["class type inspect A"],
        ["pass", "exit", "class type inspect B", "drop", "exit", "exit", "end"],
    ]


def test_header_inside_a_body_goes_with_it() -> None:
    assert sent(
        command(APPLET),
        command('event tag K1 syslog pattern "x"', APPLET),
        command(TRIGGER, APPLET),
        command("correlate event K1", APPLET, TRIGGER),
        command('action 0100 syslog msg "x"', APPLET),
    ) == [
        [APPLET],
        [
            'event tag K1 syslog pattern "x"',
            TRIGGER,
            "correlate event K1",
            "exit",
            'action 0100 syslog msg "x"',
            "exit",
            "end",
        ],
    ]


def test_empty_class_is_left_before_the_next_one_is_entered() -> None:
    policy = "policy-map PM_CoPP"
    assert sent(command(policy), command("class A", policy), command("class B", policy)) == [
        [policy],
        ["class A"],
        ["exit", "class B", "exit", "exit", "end"],
    ]


def test_every_command_is_typed_once_and_in_order() -> None:
    given = [
        command("a"),
        command(APPLET),
        command("event tag K1 syslog", APPLET),
        command(TRIGGER, APPLET),
        command("no ip access-list extended X"),
        command("b", ACL),
    ]
    typed = [one.command for write in writes(given) for one in write if one.command]
    assert typed == given


def test_nothing_to_send_is_no_block() -> None:
    assert sent() == [["end"]]
