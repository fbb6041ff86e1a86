"""Which rung a router is armed with, and what that takes on it (ios-facts §9)."""

from __future__ import annotations

import pytest

from knockdeploy.device.arming import Rung, arming, disarmed, is_ours, removal
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text

HOST = "version 15.2\nhostname r1\n"
OURS = "archive\n path flash:knockdeploy-\n"
COUNTDOWN = """\
event manager applet knockdeploy_revert_1
 event timer countdown time 300 maxrun 900
 action 1.0 cli command "enable"
 action 2.0 cli command "configure replace flash:knockdeploy-revert.cfg force"
"""


@pytest.mark.parametrize(
    ("archive", "rung"),
    [
        ("archive\n path flash:saved\n", Rung.TIMER),
        ("archive\n path disk0:/old/$h\n maximum 5\n", Rung.TIMER),
        ("", Rung.ARCHIVE),
        ("archive\n log config\n  logging enable\n", Rung.ARCHIVE),
        ("archive\n maximum 5\n write-memory\n", Rung.ARCHIVE),
        *((f"archive\n path {scheme}://10.9.9.9/$h\n", Rung.COPY)
          for scheme in ("tftp", "ftp", "scp", "sftp", "rcp", "http", "https")),
        (OURS, Rung.ARCHIVE),  # an earlier run's: it goes, and comes again
    ],
)  # fmt: skip
def test_rung_is_the_best_that_writes_to_nobody_elses_place(archive: str, rung: Rung) -> None:
    found = arming(parse(HOST + archive), 5)
    assert found.rung is rung
    assert bool(found.lines) is (rung is not Rung.TIMER)


def test_countdown_is_typed_as_real_routers_have_it() -> None:
    found = arming(parse(HOST + "archive\n path tftp://10.9.9.9/r1\n"), 5)
    typed = "".join(f"{' ' * len(each.parents)}{each.line}\n" for each in found.lines)
    assert typed == COUNTDOWN


@pytest.mark.parametrize(
    ("lines", "asks"),
    [
        ("aaa authorization commands 15 default group tacacs+\n", True),
        ("aaa authorization exec default local\n", False),
        ("aaa authorization commands 15 default local\n"
         "event manager session cli username eem\n", False),
    ],
)  # fmt: skip
def test_countdown_asks_to_be_authorized_where_nobody_is_named_for_it(
    lines: str, asks: bool
) -> None:
    """ios-facts §3: with AAA command authorization an applet needs a user or the bypass."""
    found = arming(parse(HOST + lines + "archive\n path tftp://10.9.9.9/r1\n"), 5)
    assert found.lines[0].line.endswith(" authorization bypass") is asks


@pytest.mark.parametrize(
    ("rest", "kept", "lines"),
    [
        (OURS, "", ["no path flash:knockdeploy-"]),
        ("archive\n path flash0:/knockdeploy-\n maximum 5\n", "archive\n maximum 5\n",
         ["no path flash0:/knockdeploy-"]),
        (COUNTDOWN, "", ["no event manager applet knockdeploy_revert_1"]),
        ("archive\n path flash:saved\n", "archive\n path flash:saved\n", []),
    ],
)  # fmt: skip
def test_what_armed_a_router_is_known_by_its_name(rest: str, kept: str, lines: list[str]) -> None:
    running = parse(HOST + rest)
    assert to_text(disarmed(running)) == HOST + kept
    assert [each.line for each in removal(running)] == lines


@pytest.mark.parametrize(
    ("file", "ours"),
    [
        ("knockdeploy--Mar--1-00-26-40.000-0", True),
        ("knockdeploy-1", True),  # older images number alone
        ("knockdeploy-revert.cfg", True),
        ("knockdeploy-notes.txt", False),
        ("archive-Mar--1-00-26-40.000-0", False),
        ("c2900-universalk9-mz.SPA.152-4.M6.bin", False),
    ],
)
def test_files_of_ours_are_no_others(file: str, ours: bool) -> None:
    assert is_ours(file) is ours
