"""The router's own revert timer against a script: armed, read, stopped, confirmed."""

from __future__ import annotations

import pytest

from device.script import ENTER, INVALID, command, session
from knockdeploy.device import reading, revert
from knockdeploy.errors import (
    AuthorizationError,
    DeviceTimeoutError,
    LockedError,
    RefusedLineError,
    RevertedError,
    RouterError,
    UnsupportedError,
)

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


@pytest.mark.parametrize(("user", "who"), [("\r\nUser: a", "a"), ("", "somebody")])
def test_unknown_prose_beside_a_timer_of_somebody_else_is_locked(user: str, who: str) -> None:
    theirs = RUNS.replace("5 min", "9 min").replace("\r\nUser: a", user)
    opened, _ = session(PROSE, asked_for_the_timer(theirs, "end"), asked_for_the_timer(theirs))
    with pytest.raises(LockedError, match=f"a change by {who} has"):
        revert.arm(opened, 5)


@pytest.mark.parametrize(
    ("shown", "runs"), [(RUNS, True), ("%No Rollback Confirmed Change pending", False)]
)
def test_router_is_waiting_while_it_shows_a_timer(shown: str, runs: bool) -> None:
    opened, _ = session(asked_for_the_timer(shown))
    assert revert.is_pending(opened) is runs


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


@pytest.mark.parametrize("command", ["configure revert timer 6", "configure revert now"])
def test_unknown_prose_about_time_or_going_back_is_no_refusal(command: str) -> None:
    """The timer that is pending then is ours: only a confirmation is judged by it."""
    opened, script = session((f"{command}\n", f"{command}\r\nDone as you wish.\r\nR1#"))
    if command.endswith("now"):
        revert.revert_now(opened)
    else:
        revert.extend(opened, 6)
    assert script.is_done


def test_flash_without_room_for_the_copy_is_told() -> None:
    none = "%No Rollback Confirmed Change pending"
    full = "%Error opening flash:a-0 (No space left on device)"
    opened, _ = session(armed(f"{full}\r\nR1#"), asked_for_the_timer(none))
    with pytest.raises(RefusedLineError) as caught:
        revert.arm(opened, 5)
    assert caught.value.hint.startswith("make room in flash")


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


def test_confirming_nothing_means_the_router_has_reverted() -> None:
    said = "configure confirm\r\n%No Rollback Confirmed Change pending\r\nR1#"
    opened, _ = session(
        ("configure confirm\n", "configure confirm\r\nR1#"), ("configure confirm\n", said)
    )
    revert.confirm(opened)
    with pytest.raises(RevertedError):
        revert.confirm(opened)
