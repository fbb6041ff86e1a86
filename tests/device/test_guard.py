"""The router's own undo, line by line: timers that are set again, flash that asks and refuses."""

from __future__ import annotations

import pytest

from knockdeploy.device import flash, revert
from knockdeploy.device.arming import arming
from knockdeploy.device.guard import Guard
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    DeviceTimeoutError,
    LockedError,
    RefusedLineError,
    RevertedError,
    UnreachableError,
    UnsupportedError,
)
from knockdeploy.ios.parse import parse

from .script import ENTER, INVALID, session

ARM = "configure terminal revert timer 5\n"
ARMED = (
    f"{ARM.strip()}\r\nRollback Confirmed Change: Backing up current running config to flash:a\r\n"
    "\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nR1(config)#"
)
LEAVE = ("end\n", "end\r\nR1#")
TIMER = "show archive config rollback timer"
JANE = (
    f"{TIMER}\r\nTime configured: Sun Nov 22 13:16:19 UTC 2026\r\nTimer type: absolute timer\r\n"
    "Timer value: 3 min\r\nUser: jane\r\nR1#"
)
NOBODY = f"{TIMER}\r\n%No Rollback Confirmed Change pending\r\nR1#"


def guard(now: list[float]) -> Guard:
    running = parse("hostname R1\narchive\n path flash:a\n")
    return Guard(arming(running, 5), lambda: now[0])


@pytest.mark.parametrize(("told", "error"), [(JANE, LockedError), (NOBODY, RefusedLineError)])
def test_refusal_nobody_knows_is_somebody_elses_timer_if_one_runs(
    told: str, error: type[Exception]
) -> None:
    """The wording of a second arming is in no document (ios-facts §9): nothing is confirmed."""
    opened, script = session((ARM, f"{ARM.strip()}\r\n%Not just now\r\nR1#"), (f"{TIMER}\n", told))
    with pytest.raises(error):
        revert.arm(opened, 5)
    assert script.is_done


def test_timer_is_set_again_only_when_it_is_needed() -> None:
    now = [0.0]
    again = "configure revert timer 5"
    opened, script = session((ARM, ARMED), LEAVE, (f"{again}\n", f"{again}\r\nR1#"))
    armed = guard(now)
    armed.arm(opened)
    now[0] = 200.0
    assert armed.left_s == 100
    assert not armed.see_to(opened, 100)
    assert armed.see_to(opened, 101)
    assert armed.left_s == 300
    assert script.is_done


def test_longer_step_gets_a_longer_timer() -> None:
    now = [0.0]
    again = "configure revert timer 21"
    opened, script = session((ARM, ARMED), LEAVE, (f"{again}\n", f"{again}\r\nR1#"))
    armed = guard(now)
    armed.arm(opened)
    assert armed.see_to(opened, 1201)
    assert script.is_done


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("% Invalid input detected at '^' marker.", DeviceTimeoutError),
        ("%No Rollback Confirmed Change pending", RevertedError),
    ],
)
def test_timer_that_cannot_be_set_again_is_told(said: str, error: type[Exception]) -> None:
    again = "configure revert timer 6"
    opened, _ = session((ARM, ARMED), LEAVE, (f"{again}\n", f"{again}\r\n{said}\r\nR1#"))
    armed = guard([0.0])
    armed.arm(opened)
    with pytest.raises(error):
        armed.see_to(opened, 301 - 0.5)


FILE = "knockdeploy-Mar--1-00-26-40.000-0"
TYPED_ARCHIVE = (
    ENTER,
    ("archive\n", "archive\r\nR1(config-archive)#"),
    (
        "path flash:knockdeploy-\nexit\nend\n",
        "path flash:knockdeploy-\r\nR1(config-archive)#exit\r\nR1(config)#end\r\nR1#",
    ),
)


LEFT = "hostname R1\narchive\n path flash:knockdeploy-\n"
DIR = "dir flash:"
LISTED = (f"{DIR}\n", f"{DIR}\r\n    1  -rw-  5066  <no date>  {FILE}\r\nR1#")
DELETE = f"delete /force flash:{FILE}"
DELETED = (f"{DELETE}\n", f"{DELETE}\r\nR1#")
SHOW = "show running-config"
SHOWN = (
    f"{SHOW}\n",
    f"{SHOW}\r\nversion 15.2\r\nhostname R1\r\narchive\r\n path flash:knockdeploy-\r\n"
    "end\r\n\r\nR1#",
)
NO_PATH = "no path flash:knockdeploy-"
FORGOTTEN = (
    ENTER,
    ("archive\n", "archive\r\nR1(config-archive)#"),
    (
        f"{NO_PATH}\nexit\nend\n",
        f"{NO_PATH}\r\nR1(config-archive)#exit\r\nR1(config)#end\r\nR1#",
    ),
)


def test_what_an_earlier_run_left_goes_before_anything_is_armed() -> None:
    """Files first: whoever is cut off between leaves the lines by which the rest is found."""
    opened, script = session(
        LISTED, DELETED, SHOWN, *FORGOTTEN, *TYPED_ARCHIVE, (ARM, ARMED), LEAVE
    )
    Guard(arming(parse(LEFT), 5)).arm(opened)
    opened.leave()
    assert script.is_done


def test_files_that_cannot_be_deleted_are_told_and_the_rest_goes() -> None:
    refused = (f"{DELETE}\n", f"{DELETE}\r\n%Error deleting (Read-only file system)\r\nR1#")
    for there in ((LISTED, refused), ((f"{DIR}\n", f"{DIR}\r\n{INVALID}R1#"),)):
        opened, script = session(*there, SHOWN, *FORGOTTEN)
        armed = Guard(arming(parse("hostname R1\n"), 5))
        assert armed.clean(opened)
        assert ["flash" in note for note in armed.notes] == [True]
        assert script.is_done


def test_nothing_is_taken_away_where_somebody_else_was_quicker() -> None:
    """The path, and the files, may be those of whoever armed with them just now."""
    refused = "%Rollback Confirmed Change already pending"
    opened, script = session(*TYPED_ARCHIVE, (ARM, f"{ARM.strip()}\r\n{refused}\r\nR1#"))
    with pytest.raises(LockedError):
        Guard(arming(parse("hostname R1\n"), 5)).arm(opened)
    assert script.is_done


def test_what_arms_is_taken_away_where_the_router_does_not_arm() -> None:
    refused = (ARM, f"{ARM.strip()}\r\n{INVALID}R1#")
    opened, script = session(*TYPED_ARCHIVE, refused, LISTED, DELETED, SHOWN, *FORGOTTEN)
    with pytest.raises(UnsupportedError):
        Guard(arming(parse("hostname R1\n"), 5)).arm(opened)
    assert script.is_done


def test_confirmation_whose_answer_was_lost_may_have_been_taken() -> None:
    opened, script = session((ARM, ARMED), LEAVE, ("configure confirm\n", ""))
    armed = guard([0.0])
    armed.arm(opened)
    opened.leave()
    script.closed = True
    with pytest.raises(UnreachableError):
        armed.confirm(opened)
    assert not armed.is_told


@pytest.mark.parametrize("command", ["configure confirm", "configure revert now"])
def test_router_confirms_and_goes_back_when_it_is_told_to(command: str) -> None:
    opened, script = session((ARM, ARMED), LEAVE, (f"{command}\n", f"{command}\r\nR1#"))
    armed = guard([0.0])
    armed.arm(opened)
    opened.leave()
    (armed.confirm if "confirm" in command else armed.revert_now)(opened)
    assert armed.is_told
    assert (armed.left_s < 0) is ("confirm" in command)
    assert script.is_done


def test_what_arms_is_taken_away_by_another_session_where_the_first_is_lost() -> None:
    """It may have been armed: it is stopped first; then its files go, then their path."""
    fresh, there = session(LISTED, DELETED, SHOWN, *FORGOTTEN)
    stopping, _ = session(("configure confirm\n", "configure confirm\r\nR1#"))
    opened, script = session(*TYPED_ARCHIVE, (ARM, ""))
    script.closed = True
    opened.another = iter((stopping, fresh)).__next__
    armed = Guard(arming(parse("hostname R1\n"), 5))
    with pytest.raises(UnreachableError) as caught:
        armed.arm(opened)
    assert there.is_done
    assert caught.value.message.endswith("; the revert timer was stopped")
    assert armed.left_s < 0


def test_router_that_cannot_be_reached_any_more_may_still_be_armed() -> None:
    def another() -> RouterSession:
        raise UnreachableError("no answer", "")

    opened, script = session(*TYPED_ARCHIVE, (ARM, ""))
    script.closed = True
    opened.another = another
    with pytest.raises(UnreachableError, match="may still be armed, for 5 minutes"):
        Guard(arming(parse("hostname R1\n"), 5)).arm(opened)


def test_without_an_undo_nothing_is_sent_and_nothing_goes_back() -> None:
    """`--no-revert`: whoever asks is told that the router keeps what it has."""
    opened, script = session()
    armed = Guard(arming(parse("hostname R1\n"), 5, reverts=False))
    armed.arm(opened)
    assert not armed.is_pending(opened)
    assert armed.left_s < 0
    assert not armed.see_to(opened, 10_000)
    armed.revert_now(opened)
    armed.confirm(opened)
    assert not armed.clean(opened)
    assert script.is_done


COPY = "copy running-config flash:x.cfg"


def test_copy_answers_what_is_asked() -> None:
    opened, script = session(
        (f"{COPY}\n", f"{COPY}\r\nDestination filename [x.cfg]? "),
        ("\n", "\r\n%Warning:There is a file already existing with this name \r\n"
               "Do you want to over write? [confirm]"),
        ("\n", "\r\n1573 bytes copied in 0.652 secs (2413 bytes/sec)\r\nR1#"),
    )  # fmt: skip
    flash.copy_running(opened, "flash:x.cfg")
    assert script.is_done


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("%Error opening flash:x.cfg (No space left on device)", "make room in flash"),
        ("%Error opening flash:x.cfg (Read-only file system)", ""),
        ("", ""),
    ],
)
def test_copy_that_is_not_there_is_none(said: str, hint: str) -> None:
    opened, _ = session(
        (f"{COPY}\n", f"{COPY}\r\nDestination filename [x.cfg]? "), ("\n", f"\r\n{said}\r\nR1#")
    )
    with pytest.raises(RefusedLineError) as caught:
        flash.copy_running(opened, "flash:x.cfg")
    assert caught.value.hint.startswith(hint)


def test_files_are_read_as_routers_list_them() -> None:
    """A C2911, and a C1841 of 12.4."""
    listed = (
        "dir flash:\r\nDirectory of flash0:/\r\n\r\n"
        "    1  -rw-    97794040  Apr 30 2014 11:32:18 +00:00  c2900-universalk9-mz.SPA.bin\r\n"
        "    2  drw-           0   May 1 2014 00:20:10 +00:00  eem\r\n"
        "   15  -rw-        5066                    <no date>  knockdeploy-revert.cfg\r\n"
        "\r\n256487424 bytes total (158687232 bytes free)\r\nR1#"
    )
    opened, _ = session(("dir flash:\n", listed))
    assert flash.files(opened) == (
        "c2900-universalk9-mz.SPA.bin",
        "eem",
        "knockdeploy-revert.cfg",
    )
