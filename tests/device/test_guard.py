"""The router's own undo, line by line: timers that are set again, flash that asks and refuses."""

from __future__ import annotations

import pytest

from knockdeploy.device import flash, revert
from knockdeploy.device.arming import arming
from knockdeploy.device.guard import Guard
from knockdeploy.errors import DeviceTimeoutError, LockedError, RefusedLineError, RevertedError
from knockdeploy.ios.parse import parse

from .script import session

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
