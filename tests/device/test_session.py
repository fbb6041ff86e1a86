"""Sessions against a script: what is sent when, and what each answer makes of it."""

from __future__ import annotations

import re
import time

import pytest
from planning import masker as masker_of

from device.script import ENTER, INVALID, command, session
from knockdeploy.command import Command
from knockdeploy.device import reading
from knockdeploy.device.expectations import Expectations
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.session import RouterSession
from knockdeploy.device.terminal import AnswerLimits, Terminal
from knockdeploy.errors import (
    AuthorizationError,
    DeviceTimeoutError,
    LockedError,
    RefusedLineError,
    RevertedError,
    UnreachableError,
)
from knockdeploy.intent import Names
from knockdeploy.sequence import Knock, KnockSequence

GROUP = "object-group service OG_Knock"
ENTER_GROUP = (f"{GROUP}\n", f"{GROUP}\r\nR1(config-service-group)#")


def test_short_shows_share_a_write_and_each_has_its_answer() -> None:
    opened, _ = session(
        ("show clock\nshow bogus\n", f"show clock\r\n*11:00\r\nR1#show bogus\r\n{INVALID}R1#")
    )
    assert opened.ask("show clock", "show bogus") == ("*11:00", INVALID.replace("\r", "").rstrip())
    assert opened.trips == 2


def test_refused_exec_command_is_an_error() -> None:
    opened, _ = session(("show bogus\n", f"show bogus\r\n{INVALID}R1#"))
    with pytest.raises(RefusedLineError) as caught:
        opened.run("show bogus")
    assert caught.value.answer == "% Invalid input detected at '^' marker."


def test_block_is_sent_header_first_and_all_its_commands_are_told() -> None:
    opened, script = session(
        ENTER,
        ENTER_GROUP,
        (
            "udp eq 1\nexit\nend\n",
            "udp eq 1\r\nR1(config-service-group)#exit\r\nR1(config)#end\r\n"
            "*Mar  1 00:26:44.431: %SYS-5-CONFIG_I: Configured from console\r\nR1#",
        ),
    )
    told: list[str] = []
    opened.configure(
        [command(GROUP), command("udp eq 1", GROUP)], lambda done: told.append(done.line)
    )
    assert told == [GROUP, "udp eq 1"]
    assert (opened.mode, script.is_done) == ("", True)


def test_a_router_that_stays_in_exec_has_refused_to_be_configured() -> None:
    opened, _ = session(("configure terminal\n", "configure terminal\r\nR1#"))
    with pytest.raises(RefusedLineError) as caught:
        opened.enter()
    assert "no configuration mode" in str(caught.value)


@pytest.mark.parametrize("lines", [("description Zürich",), ("udp eq 1", "description Zürich")])
def test_letters_beyond_ascii_are_told_of_before_they_are_typed(lines: tuple[str, ...]) -> None:
    """IOS drops the eighth bit of what is typed, until it is told otherwise."""
    eight = "terminal exec-character-bits 8"
    opened, script = session(
        (f"{eight}\n", f"{eight}\r\nR1#"), ("configure terminal\n", "configure terminal\r\nR1#")
    )
    with pytest.raises(RefusedLineError):
        opened.configure([command(line, GROUP) for line in lines])
    assert script.is_done


def test_refused_header_stops_everything_and_configuration_mode_is_left() -> None:
    opened, script = session(
        ENTER, (f"{GROUP}\n", f"{GROUP}\r\n{INVALID}R1(config)#"), ("end\n", "end\r\nR1#")
    )
    told: list[Command] = []
    with pytest.raises(RefusedLineError) as caught:
        opened.configure([command(GROUP), command("udp eq 1", GROUP)], told.append)
    assert (caught.value.line, told, opened.mode, script.is_done) == (GROUP, [], "", True)


def test_answer_that_the_operator_calls_harmless_is_no_refusal() -> None:
    said = "x\r\nProfile 3 will be active\r\nR1(config)#end\r\nR1#"
    opened, _ = session(ENTER, ("x\nend\n", said))
    with pytest.raises(RefusedLineError, match="Profile 3") as caught:
        opened.configure([command("x")])
    assert "device.harmless" in caught.value.hint
    known = Expectations(harmless=(re.compile("Profile .* active"),))
    opened, script = session(ENTER, ("x\nend\n", said), expectations=known)
    opened.configure([command("x")])
    assert script.is_done


def test_what_looks_like_a_configuration_prompt_ends_no_answer_in_exec() -> None:
    shown = "R1(config)# is what one sees there"
    opened, script = session(("copy abc\n", f"copy abc\r\n{shown}\r\nR1#"))
    assert opened.run("copy abc") == shown
    assert script.is_done


def test_refused_line_of_a_body_is_named_and_the_accepted_ones_are_known() -> None:
    opened, script = session(
        ENTER,
        ENTER_GROUP,
        (
            "udp eq 1\nbogus\nudp eq 2\nexit\n",
            f"udp eq 1\r\nR1(config-service-group)#bogus\r\n{INVALID}"
            "R1(config-service-group)#udp eq 2\r\nR1(config-service-group)#exit\r\nR1(config)#",
        ),
        ("end\n", "end\r\nR1#"),
    )
    told: list[str] = []
    lines = [command(GROUP), *(command(x, GROUP) for x in ("udp eq 1", "bogus", "udp eq 2"))]
    with pytest.raises(RefusedLineError) as caught:
        opened.configure([*lines, command("never sent")], lambda done: told.append(done.line))
    assert caught.value.line == "bogus"
    assert told == [GROUP, "udp eq 1", "udp eq 2"]
    assert script.is_done


def test_line_refused_by_aaa_is_an_authorization_error() -> None:
    opened, _ = session(
        ENTER, ("x\nend\n", "x\r\nCommand authorization failed.\r\n\r\nR1(config)#end\r\nR1#")
    )
    with pytest.raises(AuthorizationError) as caught:
        opened.configure([command("x")])
    assert caught.value.kind == "authorization"


def test_complaint_on_leaving_a_section_names_the_section() -> None:
    applet = "event manager applet EEM_Knock"
    opened, _ = session(
        ENTER,
        (f"{applet}\n", f"{applet}\r\nR1(config-applet)#"),
        (
            "exit\nend\n",
            "exit\r\nEEM configuration: no event registered\r\nR1(config)#end\r\nR1#",
        ),
    )
    with pytest.raises(RefusedLineError) as caught:
        opened.configure([command(applet)])
    assert (caught.value.line, caught.value.answer) == (
        applet,
        "EEM configuration: no event registered",
    )


def test_header_that_enters_nothing_is_a_refusal() -> None:
    opened, script = session(
        ENTER, (f"{GROUP}\n", f"{GROUP}\r\nR1(config)#"), ("end\n", "end\r\nR1#")
    )
    with pytest.raises(RefusedLineError, match=r"mode \(config\)"):
        opened.configure([command(GROUP), command("udp eq 1", GROUP)])
    assert script.is_done


def test_line_that_leaves_its_section_is_a_refusal() -> None:
    opened, _ = session(
        ENTER,
        ENTER_GROUP,
        ("hostname X\nexit\nend\n", "hostname X\r\nR1(config)#exit\r\nR1#end\r\nR1#"),
    )
    with pytest.raises(RefusedLineError) as caught:
        opened.configure([command(GROUP), command("hostname X", GROUP)])
    assert caught.value.line == "hostname X"


def test_timer_that_fires_during_a_change_is_reverted() -> None:
    opened, _ = session(
        ENTER,
        ("x\nend\n", "x\r\nRollback Confirmed Change: Rolling to:flash:a-1\r\n"
                     "R1(config)#end\r\nR1#"),
    )  # fmt: skip
    with pytest.raises(RevertedError):
        opened.configure([command("x")])


def test_configuration_lock_of_somebody_else_is_locked() -> None:
    opened, _ = session(
        (ENTER[0], "configure terminal\r\nConfiguration mode locked exclusively by user 'x' "
         "process '13' from terminal '0'. Please try later.\r\nR1#"),
    )  # fmt: skip
    with pytest.raises(LockedError, match="user 'x'"):
        opened.configure([command("x")])


def test_silence_is_a_timeout_and_a_closed_session_is_unreachable() -> None:
    opened, script = session(("show clock\n", ""), ("show clock\n", "show cl"))
    with pytest.raises(DeviceTimeoutError):
        opened.run("show clock", within_s=75)
    assert script.timeout_s == 75
    script.closed = True
    with pytest.raises(UnreachableError):
        opened.run("show clock")


class Endless:
    """A channel that prints the same again and again."""

    def __init__(self, text: str, every_s: float = 0.0) -> None:
        self._text = text.encode()
        self._every_s = every_s

    def sendall(self, s: bytes, /) -> None:
        """Take what is typed."""

    def recv(self, nbytes: int, /) -> bytes:
        time.sleep(self._every_s)
        return self._text

    def settimeout(self, timeout: float | None, /) -> None:
        """Never be silent."""


@pytest.mark.parametrize(
    ("channel", "longest_s", "words"),
    [
        (Endless("x" * 100), 60, "a line of more than 5000 characters"),
        (Endless("x\r\n" * 50), 60, "more than 20000 characters"),
        (Endless("R1#\r\n" * 50), 60, "more than 20000 characters"),
        (Endless("x\r\n", every_s=0.01), 0.2, "for 0.2 s and does not end"),
        (Endless(f"{'%SYS-5-CONFIG_I: x' * 20}\r\n"), 60, "more than 20000 characters"),
    ],
)
def test_an_answer_without_an_end_is_ended(channel: Endless, longest_s: float, words: str) -> None:
    limits = AnswerLimits(longest_s=longest_s, chars=20_000, line_chars=5000)
    terminal = Terminal(channel, "r1:22", limits)
    opened = RouterSession(
        terminal,
        Prompt("R1#"),
        another=lambda: opened,
        hang_up=lambda: None,
        expectations=Expectations(silence_s=0.1),
    )
    with pytest.raises(DeviceTimeoutError, match=words):
        opened.run("show running-config")
    assert opened.is_lost


def test_a_hostname_that_somebody_changed_is_told_and_no_slow_router_blamed() -> None:
    opened, _ = session(("show clock\n", "show clock\r\n12:00:00 UTC\r\nBRANCH-NEW#"))
    with pytest.raises(
        DeviceTimeoutError, match="prompt was R1# and has become BRANCH-NEW#"
    ) as said:
        opened.run("show clock")
    assert "hostname" in said.value.hint


def test_a_router_that_stops_behind_its_prompt_or_in_a_line_is_silent() -> None:
    for shown in ("R1#", "show cl", "a line of a banner #"):
        opened, _ = session(("show clock\n", shown))
        with pytest.raises(DeviceTimeoutError, match="has not answered"):
            opened.run("show clock")


def test_a_session_ended_by_the_router_says_what_may_have_ended_it() -> None:
    opened, script = session(("show clock\n", "show cl"))
    script.closed = True
    with pytest.raises(UnreachableError) as caught:
        opened.run("show clock")
    assert "exec-timeout" in caught.value.hint


def test_questions_are_answered_and_unexpected_ones_interrupted() -> None:
    question = "copy running-config flash:\r\nDestination filename [running-config]? "
    opened, script = session(
        ("copy running-config flash:\n", question),
        ("backup\n", "backup\r\n1540 bytes copied in 0.5 secs\r\nR1#"),
        ("copy running-config flash:\n", question),
        ("\x03", "\r\nR1#"),
    )
    text = opened.run("copy running-config flash:", replies={"Destination": "backup\n"})
    assert text.endswith("1540 bytes copied in 0.5 secs")
    with pytest.raises(RefusedLineError, match="Destination filename"):
        opened.run("copy running-config flash:")
    assert script.is_done


def test_question_is_answered_by_what_is_meant_for_it_alone() -> None:
    """The Return that takes a file's name would confirm that flash is erased."""
    opened, script = session(
        ("copy running-config flash:x\n", "copy running-config flash:x\r\nErase flash:? [confirm]"),
        ("\x03", "\r\nR1#"),
    )
    with pytest.raises(RefusedLineError, match="Erase flash"):
        opened.run("copy running-config flash:x", replies={r"filename \[.*\]\?": "\n"})
    assert script.is_done


def test_question_inside_a_shown_configuration_is_no_question() -> None:
    text = "show running-config\r\nbanner login ^C\r\nYour password: ^C\r\nend\r\n\r\nR1#"
    opened, script = session(("show running-config\n", text))
    assert opened.run("show running-config").endswith("end")
    assert script.is_done


def test_half_a_configuration_is_not_used() -> None:
    half = "show running-config\r\nBuilding configuration...\r\n\r\n!\r\nhostname R1\r\nR1#"
    opened, _ = session(("show running-config\n", half))
    with pytest.raises(DeviceTimeoutError, match="has not come to its `end`"):
        reading.running_config(opened)


def test_no_configuration_is_not_an_empty_one() -> None:
    said = "show running-config\r\nBuilding configuration...\r\n\r\nR1#"
    opened, _ = session(("show running-config\n", said))
    with pytest.raises(RefusedLineError, match="no configuration"):
        reading.running_config(opened)


def test_refused_line_is_masked_by_the_section_it_stood_in() -> None:
    answered = (
        "no udp eq 28122\r\n%Failed: udp eq 28122 is in use\r\nR1(config-service-group)#"
        "exit\r\nR1(config)#end\r\nR1#"
    )
    opened, _ = session(ENTER, ENTER_GROUP, ("no udp eq 28122\nexit\nend\n", answered))
    with pytest.raises(RefusedLineError) as caught:
        opened.configure([command("no udp eq 28122", GROUP)])
    assert caught.value.parents == (GROUP,)
    masker = masker_of(KnockSequence((Knock(46543), Knock(28654))), b"key", Names())
    error = caught.value.masked(masker)
    for text in (str(error), error.message):
        assert "28122" not in text
        assert "the router refused the line 'no udp eq <other knock " in text
    assert error.line == "no udp eq 28122"
