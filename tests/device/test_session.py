"""Sessions against a script: what is sent when, and what each answer makes of it."""

from __future__ import annotations

import re
import time

import pytest
from planning import masker as masker_of

from device.script import READY, Script, session
from knockdeploy.change.observations import clear_entries
from knockdeploy.command import Command, Phase
from knockdeploy.device import reading, revert, write_memory
from knockdeploy.device.expectations import Expectations
from knockdeploy.device.login import prepare
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.session import RouterSession
from knockdeploy.device.terminal import Limits, Terminal
from knockdeploy.errors import (
    AuthorizationError,
    DeviceTimeoutError,
    LockedError,
    LoginRefusedError,
    PrivilegeError,
    RefusedLineError,
    RevertedError,
    RouterError,
    UnreachableError,
    UnsupportedError,
)
from knockdeploy.intent import Names
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import CLASSIC_IOS
from knockdeploy.sequence import Knock, KnockSequence

INVALID = "              ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"
ENTER = (
    "configure terminal\n",
    "configure terminal\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\n"
    "R1(config)#",
)
USER = tuple(text.replace("R1#", "R1>").replace("is 15", "is 1") for text in READY)
ASKED = ("enable\n", "enable\r\nPassword: ")
GROUP = "object-group service OG_Knock"
ENTER_GROUP = (f"{GROUP}\n", f"{GROUP}\r\nR1(config-service-group)#")


def command(line: str, *parents: str) -> Command:
    return Command(line, parents, Phase.OPEN)


def logged_in(*exchanges: tuple[str, str], greeting: str, secret: str = "") -> Script:
    script = Script(*exchanges)
    script.say(greeting)
    prepare(Terminal(script, "r1:22"), secret)
    return script


def test_privileged_login_is_one_round_trip() -> None:
    opened, script = session()
    assert (opened.hostname, opened.trips, script.is_done) == ("R1", 1, True)


def test_enable_is_asked_for_at_a_user_prompt() -> None:
    script = logged_in(
        (USER[0], USER[1]),
        ASKED,
        ("letmein\n", "\r\nR1#"),
        greeting="\r\n### keep out ###\r\n\r\nR1>",
        secret="letmein",
    )
    assert script.is_done


@pytest.mark.parametrize(
    ("exchanges", "secret"),
    [
        ([("enable\n", "enable\r\n% No password set\r\nR1>")], ""),
        ([ASKED], ""),
        ([ASKED, ("wrong\n", "\r\nPassword: ")], "wrong"),
        ([ASKED, ("wrong\n", "\r\n% Bad secrets\r\n\r\nR1>")], "wrong"),
    ],
    ids=["none set", "none known", "asked again", "refused"],
)  # fmt: skip
def test_refused_enable_is_a_refused_login(exchanges: list[tuple[str, str]], secret: str) -> None:
    with pytest.raises(LoginRefusedError) as caught:
        logged_in((USER[0], USER[1]), *exchanges, greeting="\r\nR1>", secret=secret)
    assert "secret" in caught.value.hint
    assert "wrong" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Currently in View Context with view 'SHOWS'", "has a parser view.*SHOWS"),
        (INVALID.strip(), "has a parser view"),
        ("Current privilege level is 7", "has privilege level 7, not 15"),
        ("Current privilege level is 1", "has privilege level 1, not 15"),
    ],
)
def test_a_session_that_sees_a_part_alone_is_no_session(said: str, words: str) -> None:
    answer = READY[1].replace("Current privilege level is 15", said)
    with pytest.raises(PrivilegeError, match=words):
        logged_in((READY[0], answer), greeting="\r\nR1#")


def test_a_level_that_aaa_keeps_to_itself_is_no_obstacle() -> None:
    answer = READY[1].replace("Current privilege level is 15", "Command authorization failed.")
    assert logged_in((READY[0], answer), greeting="\r\nR1#").is_done


def test_terminal_command_refused_by_aaa_is_named() -> None:
    denied = "terminal width 511\r\nCommand authorization failed.\r\n\r\nR1#"
    with pytest.raises(AuthorizationError) as caught:
        logged_in((READY[0], denied + READY[1].partition("R1#")[2]), greeting="\r\nR1#")
    assert caught.value.line == "terminal width 511"


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
    ("channel", "words"),
    [
        (Endless("x" * 100), "a line of more than 5000 characters"),
        (Endless("x\r\n" * 50), "more than 20000 characters"),
        (Endless("R1#\r\n" * 50), "more than 20000 characters"),
        (Endless("x\r\n", every_s=0.01), "for 0.2 s and does not end"),
        (Endless(f"{'%SYS-5-CONFIG_I: x' * 20}\r\n"), "more than 20000 characters"),
    ],
)
def test_an_answer_without_an_end_is_ended(channel: Endless, words: str) -> None:
    terminal = Terminal(channel, "r1:22", Limits(longest_s=0.2, chars=20_000, line_chars=5000))
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


def test_a_session_ended_by_the_router_says_what_may_have_ended_it() -> None:
    opened, script = session(("show clock\n", "show cl"))
    script.closed = True
    with pytest.raises(UnreachableError) as caught:
        opened.run("show clock")
    assert "exec-timeout" in caught.value.hint


@pytest.mark.parametrize("banner", ["word#", "R1#", "R1>", "# keep out #"])
def test_a_line_of_a_banner_before_a_pause_is_not_taken_for_the_prompt(banner: str) -> None:
    told = f"\r\nmore of it\r\n\r\nR1#{READY[1]}".replace("R1#", "branch-1#")
    script = Script((READY[0], told))
    script.say(f"\r\n{banner}")
    assert prepare(Terminal(script, "r1:22"), "") == Prompt("branch-1#")


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


def test_question_inside_a_shown_configuration_is_no_question() -> None:
    text = "show running-config\r\nbanner login ^C\r\nYour password: ^C\r\nend\r\n\r\nR1#"
    opened, script = session(("show running-config\n", text))
    assert opened.run("show running-config").endswith("end")
    assert script.is_done


ARM = "configure terminal revert timer 5"


def armed(text: str) -> tuple[str, str]:
    return f"{ARM}\n", f"{ARM}\r\n{text}"


def test_arming_enters_configuration_mode() -> None:
    opened, _ = session(
        armed(
            "Rollback Confirmed Change: Backing up current running config to flash:a-0\r\n\r\n"
            "Enter configuration commands, one per line.  End with CNTL/Z.\r\n"
            "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config\r\n"
            "R1(config)#"
        )
    )
    revert.arm(opened, 5)
    assert opened.mode == "config"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("%Turn config archive on before using Rollback Confirmed Change\r\nR1#", UnsupportedError),
        (f"{INVALID}R1#", UnsupportedError),
        ("%Rollback Confirmed Change already in progress\r\nR1#", LockedError),
        ("Configuration mode locked exclusively by user 'x'.\r\nR1#", LockedError),
        ("Command authorization failed.\r\nR1#", AuthorizationError),
    ],
)  # fmt: skip
def test_what_keeps_the_timer_from_being_armed(text: str, error: type[RouterError]) -> None:
    opened, _ = session(armed(text))
    with pytest.raises(error) as caught:
        revert.arm(opened, 5)
    assert caught.value.hint or error is AuthorizationError


EVENT = "Rollback Confirmed Change: Rollback will begin in one minute.\r\n"
KEEP = 'Enter "configure confirm" if you wish to keep what you\'ve configured\r\n'
WARNED = (
    f"{EVENT}{KEEP}*Feb 15 15:56:41.573: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_WARNING_ABSTIMER: System "
    "will rollback to config flash:archive-Feb-15-15-56-38.517-1 in one minute. Enter "
    '"configure confirm" if you wish to keep what you\'ve configured\r\n'
)
"""What a router says in the last minute, over the prompt (ios-facts §9, second real session)."""
STEP = "show archive config rollback timer"
RUNS = "\r\nTime configured: 10:00\r\nTimer type: absolute timer\r\nTimer value: 5 min\r\nUser: a"


def test_warning_of_the_last_minute_is_no_answer_to_arming() -> None:
    begun = "Enter configuration commands, one per line.  End with CNTL/Z.\r\n"
    opened, script = session(armed(f"{begun}R1(config)#{WARNED}"), ("x\nend\n", f"x\r\n{LEFT}"))
    revert.arm(opened, 5)
    opened.configure([command("x")])
    assert script.is_done


LEFT = "R1(config)#end\r\nR1#"


@pytest.mark.parametrize(
    "answer",
    [
        f"x\r\nR1(config)#{WARNED}end\r\nR1#",
        f"{WARNED}x\r\n{LEFT}",
        f"x\r\n{WARNED}{LEFT}",
        f"x\r\nR1(config)#end\r\n{WARNED}R1#",
        f"x\r\nR1(config)#end\r\nR1#{WARNED}",
        f"x\r\nR1(config)#e{EVENT}{KEEP}nd\r\nR1#",
        f"x\r\n\n\n\n***\r\n*** --- SHUTDOWN in 0:05:00 ---\r\n***\r\n{LEFT}",
    ],
)
def test_events_are_no_answers_wherever_they_come(answer: str) -> None:
    opened, script = session(
        ENTER, ("x\nend\n", answer), ("show clock\n", "show clock\r\n1\r\nR1#")
    )
    opened.configure([command("x")])
    assert opened.run("show clock") == "1"
    assert script.is_done


def test_events_are_no_part_of_a_running_config() -> None:
    shown = f"version 15.2\r\nhostname R{EVENT}{KEEP}1\r\n{WARNED}end\r\n\r\nR1#{WARNED}"
    opened, _ = session(("show running-config\n", f"show running-config\r\n{shown}"))
    assert reading.running_config(opened) == "version 15.2\nhostname R1\nend"


def test_router_that_goes_back_meanwhile_is_reverted_whatever_it_was_asked() -> None:
    listing = (
        "Rollback Confirmed Change: rolling to:flash:archive-1\r\n!Pass 1\r\n"
        "!List of Rollback Commands:\r\nno x\r\nend\r\n\r\nTotal number of passes: 1\r\n"
        "Rollback Done\r\n"
    )
    shown = f"version 15.2\r\n{listing}hostname R1\r\nend\r\n\r\nR1#"
    opened, _ = session(("show running-config\n", f"show running-config\r\n{shown}"))
    with pytest.raises(RevertedError):
        reading.running_config(opened)


PROSE = armed("The clock is running.\r\nR1(config)#")


def asked_for_the_timer(answer: str, leaves: str = "") -> tuple[str, str]:
    echo = f"{leaves}\r\nR1#" if leaves else ""
    return f"{leaves}\n{STEP}\n".lstrip("\n"), f"{echo}{STEP}\r\n{answer}\r\n\r\nR1#"


@pytest.mark.parametrize("value", ["5 min", ""])
def test_unknown_prose_while_arming_is_judged_by_the_timer_itself(value: str) -> None:
    opened, script = session(PROSE, asked_for_the_timer(RUNS.replace("5 min", value), "end"))
    revert.arm(opened, 5)
    assert script.is_done


def test_unknown_prose_beside_a_timer_of_somebody_else_is_locked() -> None:
    theirs = RUNS.replace("5 min", "9 min")
    opened, _ = session(PROSE, asked_for_the_timer(theirs, "end"), asked_for_the_timer(theirs))
    with pytest.raises(LockedError, match="a change by a "):
        revert.arm(opened, 5)


def test_unknown_prose_without_a_timer_is_a_refusal_of_arming() -> None:
    none = "%No Rollback Confirmed Change pending"
    opened, _ = session(PROSE, asked_for_the_timer(none, "end"), asked_for_the_timer(none))
    with pytest.raises(RefusedLineError, match="The clock is running"):
        revert.arm(opened, 5)


def test_confirmation_answered_by_unknown_prose_is_judged_by_the_timer_itself() -> None:
    none = "%No Rollback Confirmed Change pending"
    prose = ("configure confirm\n", "configure confirm\r\nKept.\r\nR1#")
    opened, script = session(prose, asked_for_the_timer(none), prose, asked_for_the_timer(RUNS))
    revert.confirm(opened)
    with pytest.raises(RefusedLineError, match="Kept"):
        revert.confirm(opened)
    assert script.is_done


NOTICE = "%No space left\r\nR1(config)#"
LEAVE = ("end\n", "end\r\nR1#")
CONFIRM = ("configure confirm\n", "configure confirm\r\nR1#")
NOTHING = (
    "configure confirm\n",
    "configure confirm\r\n%No Rollback Confirmed Change pending\r\nR1#",
)
DENIED = ("configure confirm\n", "configure confirm\r\n%Not your session\r\nR1#")


@pytest.mark.parametrize(
    ("said", "answer", "then"),
    [
        (NOTICE, CONFIRM, "was stopped"),
        (NOTICE, NOTHING, "does not run"),
        ("Rollback Confirmed Change: Backing up current running config to flash:a-0\r\n"
         "%Copy in progress\r\nR1(config)#", CONFIRM, "was stopped"),
    ],
)  # fmt: skip
def test_timer_that_may_run_after_a_failed_arming_is_stopped(
    said: str, answer: tuple[str, str], then: str
) -> None:
    opened, script = session(armed(said), LEAVE, answer)
    with pytest.raises(RefusedLineError, match=r"%.*the revert timer ") as caught:
        revert.arm(opened, 5)
    assert caught.value.message.endswith(then)
    assert str(caught.value) == caught.value.message
    assert script.is_done


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        ("%Copy in progress", RefusedLineError),
        ("Configuration mode locked exclusively by user 'unknown' process '13' from terminal '0'. "
         "Please try later.", LockedError),
    ],
)  # fmt: skip
def test_arming_that_fails_in_exec_mode_after_the_copy_was_begun_is_stopped_too(
    refused: str, kind: type[RouterError]
) -> None:
    """From `Backing up` on the timer may run, whatever mode the router is in (ios-facts §9)."""
    said = "Rollback Confirmed Change: Backing up current running config to flash:a-0\r\n"
    opened, script = session(armed(f"{said}{refused}\r\nR1#"), CONFIRM)
    with pytest.raises(kind, match="the revert timer was stopped"):
        revert.arm(opened, 5)
    assert script.is_done


def test_timer_is_confirmed_from_a_new_session_where_this_one_may_not() -> None:
    opened, script = session(armed(NOTICE), LEAVE, DENIED)
    fresh, second = session(CONFIRM)
    opened.another = lambda: fresh
    with pytest.raises(RefusedLineError, match="the revert timer was stopped"):
        revert.arm(opened, 5)
    assert script.is_done
    assert second.is_done


@pytest.mark.parametrize(
    ("answer", "then"),
    [(CONFIRM, "was stopped"), (NOTHING, "may still run"), (DENIED, "may still")],
)
def test_silence_while_arming_is_long_and_then_said(answer: tuple[str, str], then: str) -> None:
    opened, script = session((f"{ARM}\n", f"{ARM}\r\n"))
    fresh, _ = session(answer)
    opened.another = lambda: fresh
    with pytest.raises(DeviceTimeoutError, match=f"the revert timer {then}"):
        revert.arm(opened, 5)
    assert script.timeout_s == 120


def test_somebody_elses_change_is_never_confirmed() -> None:
    opened, script = session(armed("%Rollback Confirmed Change already in progress\r\nR1#"))
    with pytest.raises(LockedError):
        revert.arm(opened, 5)
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


def test_confirming_nothing_means_the_router_has_reverted() -> None:
    said = "configure confirm\r\n%No Rollback Confirmed Change pending\r\nR1#"
    opened, _ = session(
        ("configure confirm\n", "configure confirm\r\nR1#"), ("configure confirm\n", said)
    )
    revert.confirm(opened)
    with pytest.raises(RevertedError):
        revert.confirm(opened)


BUSY = "write memory\r\nstartup-config file open failed (Device or resource busy)\r\nR1#"


def test_saving_waits_for_another_session_that_saves() -> None:
    saved = "write memory\r\nBuilding configuration...\r\n[OK]\r\nR1#"
    opened, _ = session(("write memory\n", BUSY), ("write memory\n", saved))
    pauses: list[float] = []
    write_memory.save(opened, pauses.append)
    assert len(pauses) == 1


def test_saving_gives_up_on_a_file_that_stays_busy() -> None:
    opened, script = session(*[("write memory\n", BUSY)] * 6)
    pauses: list[float] = []
    with pytest.raises(LockedError):
        write_memory.save(opened, pauses.append)
    assert (len(pauses), script.is_done) == (5, True)


def test_saving_without_ok_is_not_saved() -> None:
    opened, _ = session(("write memory\n", "write memory\r\n%Error: no space\r\nR1#"))
    with pytest.raises(RefusedLineError, match="no space"):
        write_memory.save(opened)


AT = Placement(acl="ACL")


def test_temporary_entries_are_cleared_in_one_round_trip() -> None:
    clear = "clear access-template ACL DACL host 198.51.100.7 any"
    show = "show ip access-lists ACL"
    left = "Extended IP access list ACL\r\n    7 Dynamic DACL permit ip any any\r\n"
    opened, _ = session((f"{clear}\n{show}\n", f"{clear}\r\nR1#{show}\r\n{left}R1#"))
    assert clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], None) == ()
    assert opened.trips == 2


def test_entry_that_any_does_not_clear_is_cleared_with_its_destination() -> None:
    show = "show ip access-lists ACL"
    head = "Extended IP access list ACL\r\n    7 Dynamic DACL permit object-group OG any any\r\n"
    ours = "       permit object-group OG host 198.51.100.7 host 203.0.113.10 (time left 275)\r\n"
    others = "       permit object-group OG host 192.0.2.9 host 203.0.113.10\r\n"
    first = "clear access-template ACL DACL host 198.51.100.7 any"
    second = "clear access-template ACL DACL host 198.51.100.7 host 203.0.113.10"

    def exchange(clear: str, left: str) -> tuple[str, str]:
        return f"{clear}\n{show}\n", f"{clear}\r\nR1#{show}\r\n{head}{left}R1#"

    opened, script = session(exchange(first, ours + others), exchange(second, others))
    assert clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], None) == ()
    assert script.is_done
    opened, script = session(exchange(first, ours), exchange(second, ours))
    (left,) = clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], None)
    assert (left.source, script.is_done) == ("198.51.100.7", True)
    shown = ours.replace("host 203.0.113.10", "any")  # printed otherwise than it was made
    opened, script = session(exchange(first, shown), exchange(second, ""))
    assert clear_entries(opened, CLASSIC_IOS, AT, ["198.51.100.7"], "203.0.113.10") == ()
