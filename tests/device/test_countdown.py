"""The applet that counts down: what is looked at before anything is written."""

from __future__ import annotations

import pytest

from knockdeploy.device.arming import arming, countdowns
from knockdeploy.device.countdown import Countdown
from knockdeploy.errors import LockedError
from knockdeploy.ios.parse import parse

from .script import session

REGISTERED = "show event manager policy registered"
ANOTHERS = (
    f"{REGISTERED}\r\nNo.  Class     Type    Event Type          Trap  Time Registered      "
    "     Name\r\n1    applet    user    timer countdown     Off   Mon Nov 22 13:16:19 2026  "
    "knockdeploy_revert_beef_1\r\n time 300.000\r\nR1#"
)


def test_another_runs_applet_is_seen_before_anything_is_written() -> None:
    """Neither its copy nor its countdown may be touched: the script takes no further line."""
    opened, script = session((f"{REGISTERED}\n", ANOTHERS))
    server = parse("hostname R1\narchive\n path tftp://10.9.9.9/r1\n")
    with pytest.raises(LockedError):
        Countdown(arming(server, 5, mark="cafe")).arm(opened, 5)
    assert script.is_done


def test_applet_whose_last_line_was_never_typed_puts_nothing_back() -> None:
    """Its session was lost: nobody has to wait for it. One that is whole counts."""
    header, *lines = (each.line for each in arming(parse("hostname R1\n"), 5).countdown(5))
    typed = [header, *(f" {line}" for line in lines)]
    assert countdowns(parse("\n".join(typed[:-1]))) == ()
    assert countdowns(parse("\n".join(typed))) == (header.split()[-1],)
