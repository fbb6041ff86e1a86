"""The applet that counts down: what is looked at before anything is written."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from knockdeploy.device.arming import arming, countdowns
from knockdeploy.device.countdown import Countdown
from knockdeploy.device.guard import Guard
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import LockedError, RefusedLineError, RevertedError, UnsupportedError
from knockdeploy.ios.parse import parse

from .script import ENTER, Script, session

REGISTERED = "show event manager policy registered"
TABLE = "No.  Class     Type    Event Type          Trap  Time Registered           Name\r\n"
ANOTHERS = "knockdeploy_revert_beef_1"
COPY = "copy running-config flash:knockdeploy-revert-cafe.cfg"
SERVER = parse("hostname R1\narchive\n path tftp://10.9.9.9/r1\n")
ARMED = arming(SERVER, 5, mark="cafe")
OURS, NEXT = ARMED.applet(1), ARMED.applet(2)
Exchange = tuple[str, str]


def shows(*applets: str) -> Exchange:
    rows = "".join(
        f"{number}    applet    user    timer countdown     Off   Mon Nov 22 13:16:19 2026  {name}"
        "\r\n time 300.000\r\n"
        for number, name in enumerate(applets, 1)
    )
    return f"{REGISTERED}\n", f"{REGISTERED}\r\n{TABLE}{rows}R1#"


def typed(header: str, *lines: str) -> tuple[Exchange, ...]:
    """The exchanges of an applet's block: its header alone, then its lines."""
    body = "".join(f"{line}\r\nR1(config-applet)#" for line in lines)
    return (
        ENTER,
        (f"{header}\n", f"{header}\r\nR1(config-applet)#"),
        ("".join(f"{each}\n" for each in (*lines, "exit", "end")),
         f"{body}exit\r\nR1(config)#end\r\nR1#"),
    )  # fmt: skip


def counts(number: int = 1, minutes: int = 5) -> tuple[Exchange, ...]:
    return typed(*(each.line for each in ARMED.countdown(minutes, number)))


def lets_go(applet: str) -> tuple[Exchange, ...]:
    line = f"no event manager applet {applet}"
    return ENTER, (f"{line}\nend\n", f"{line}\r\nR1(config)#end\r\nR1#")


COPIED = (
    (f"{COPY}\n", f"{COPY}\r\nDestination filename [knockdeploy-revert-cafe.cfg]? "),
    ("\n", "\r\n1573 bytes copied in 0.652 secs (2413 bytes/sec)\r\nR1#"),
)
ARMING = (shows(), *COPIED, *counts(), shows(OURS), shows(OURS))


def armed(*then: Exchange) -> tuple[Countdown, RouterSession, Script]:
    opened, script = session(*ARMING, *then)
    countdown = Countdown(ARMED)
    countdown.arm(opened, 5)
    return countdown, opened, script


def test_copy_is_there_before_anything_counts() -> None:
    opened, script = session(*ARMING)
    guard = Guard(ARMED)
    guard.arm(opened)
    assert guard.left_s > 0
    assert script.is_done


def test_another_runs_applet_is_seen_before_anything_is_written() -> None:
    """Neither its copy nor its countdown may be touched: the script takes no further line."""
    opened, script = session(shows(ANOTHERS))
    with pytest.raises(LockedError):
        Countdown(ARMED).arm(opened, 5)
    assert script.is_done


def test_of_two_runs_that_arm_at_once_the_second_takes_away_its_own_alone() -> None:
    """Whoever armed since then has looked before we did, and goes on."""
    delete = "delete /force flash:knockdeploy-revert-cafe.cfg"
    opened, script = session(
        *ARMING[:-1], shows(ANOTHERS, OURS), *lets_go(OURS), (f"{delete}\n", f"{delete}\r\nR1#")
    )
    with pytest.raises(LockedError):
        Countdown(ARMED).arm(opened, 5)
    assert script.is_done


def test_applet_that_the_router_has_not_registered_arms_nothing() -> None:
    opened, script = session(shows(), *COPIED, *counts(), shows())
    with pytest.raises(UnsupportedError, match="has not registered"):
        Countdown(ARMED).arm(opened, 5)
    assert script.is_done


def test_next_applet_counts_before_the_one_that_does_is_let_go() -> None:
    """There is no moment in which nothing would bring the router back."""
    countdown, opened, script = armed(
        *counts(2, 20), shows(OURS, NEXT), *lets_go(OURS), shows(NEXT)
    )
    countdown.extend(opened, 20)
    assert countdown.is_pending(opened)
    assert script.is_done


def test_applet_that_was_confirmed_is_gone() -> None:
    countdown, opened, script = armed(shows(OURS), *lets_go(OURS))
    countdown.confirm(opened)
    assert script.is_done


def test_applet_that_has_run_cannot_be_confirmed() -> None:
    """The copy has no applet: where ours is gone, the copy was put back."""
    countdown, opened, script = armed(shows())
    with pytest.raises(RevertedError):
        countdown.confirm(opened)
    assert script.is_done


@pytest.mark.parametrize(("said", "is_back"), [("Rollback Done", True), ("%Error opening", False)])
def test_copy_is_put_back_at_once(said: str, is_back: bool) -> None:
    replace = "configure replace flash:knockdeploy-revert-cafe.cfg force"
    countdown, opened, script = armed((f"{replace}\n", f"{replace}\r\n{said}\r\nR1#"))
    with nullcontext() if is_back else pytest.raises(RefusedLineError):
        countdown.revert_now(opened)
    assert script.is_done


def test_applet_whose_last_line_was_never_typed_puts_nothing_back() -> None:
    """Its session was lost: nobody has to wait for it. One that is whole counts."""
    header, *lines = (each.line for each in arming(parse("hostname R1\n"), 5).countdown(5))
    typed = [header, *(f" {line}" for line in lines)]
    assert countdowns(parse("\n".join(typed[:-1]))) == ()
    assert countdowns(parse("\n".join(typed))) == (header.split()[-1],)
