"""A login against a script: privileged at once or by enable, with a view or without."""

from __future__ import annotations

import pytest

from device.script import INVALID, READY, Script, session
from knockdeploy.device.login import prepare
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import (
    AuthorizationError,
    LoginRefusedError,
    PrivilegeError,
)

USER = tuple(text.replace("R1#", "R1>").replace("is 15", "is 1") for text in READY)
ASKED = ("enable\n", "enable\r\nPassword: ")


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
    ("exchanges", "secret", "hint"),
    [
        ([("enable\n", "enable\r\n% No password set\r\nR1>")], "", "configure `enable secret`"),
        ([("enable\n", "enable\r\n% No password set\r\nR1>")], "x", "configure `enable secret`"),
        ([ASKED], "", "give `secret`"),
        ([ASKED, ("wrong\n", "\r\nPassword: ")], "wrong", "correct `secret`"),
        ([ASKED, ("wrong\n", "\r\n% Bad secrets\r\n\r\nR1>")], "wrong", "correct `secret`"),
    ],
    ids=["none set", "none set there", "none known", "asked again", "refused"],
)  # fmt: skip
def test_refused_enable_is_a_refused_login(
    exchanges: list[tuple[str, str]], secret: str, hint: str
) -> None:
    with pytest.raises(LoginRefusedError) as caught:
        logged_in((USER[0], USER[1]), *exchanges, greeting="\r\nR1>", secret=secret)
    assert caught.value.hint.startswith(hint)
    for said in ("% No password set", "% Bad secrets"):
        assert (said in str(caught.value)) == (said in exchanges[-1][1])
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


@pytest.mark.parametrize("banner", ["word#", "R1#", "R1>", "# keep out #"])
def test_a_line_of_a_banner_before_a_pause_is_not_taken_for_the_prompt(banner: str) -> None:
    told = f"\r\nmore of it\r\n\r\nR1#{READY[1]}".replace("R1#", "branch-1#")
    script = Script((READY[0], told))
    script.say(f"\r\n{banner}")
    assert prepare(Terminal(script, "r1:22"), "") == Prompt("branch-1#")
