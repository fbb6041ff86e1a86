"""What reaches a terminal, whatever a router printed."""

from __future__ import annotations

import json

import pytest

from knockdeploy.cli.console import Console
from knockdeploy.report.change import PlanOutcome
from knockdeploy.report.outcome import UNMANAGED, Outcome

EVIL = "a\x1b]0;title\x07b\x9b2J\rc\td\n\x7f"
SHOWN = r"a\x1b]0;title\x07b\x9b2J\x0dc" + "\td\n" + r"\x7f" + "\n"


def test_escape_sequences_are_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("plan")
    console.out(EVIL)
    console.say(EVIL)
    assert capsys.readouterr() == (SHOWN, SHOWN)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("permit\u202e22 pct", r"permit\u202e22 pct"),  # turns what follows around
        ("a\u200bb\u2060c\ufeffd\u00ade", r"a\u200bb\u2060c\ufeffd\xade"),  # have no width
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("a\u3164b\ufe0fc\U000e0041d", r"a\u3164b\ufe0fc\U000e0041d"),
        ("Gr\u00fc\u00dfe, \u65e5\u672c", "Gr\u00fc\u00dfe, \u65e5\u672c"),
    ],
)
def test_what_hides_from_the_eye_is_shown(
    text: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Console("plan").say(text)
    assert capsys.readouterr().err == f"{shown}\n"


def test_our_own_style_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    Console("plan").out("\x1b[2J", "green")
    assert capsys.readouterr().out == "\x1b[32m\\x1b[2J\x1b[0m\n"


def test_secrets_that_are_asked_for_are_as_they_are_but_steer_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Console("render").secret("a\x1bb")
    assert capsys.readouterr().out == "a\x1bb\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    Console("show").secret(EVIL)
    assert capsys.readouterr().out == SHOWN


def test_a_document_keeps_its_data_and_has_no_control_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Console("plan", json=True).finish({"r1": PlanOutcome("changed", EVIL)})
    out = capsys.readouterr().out
    assert all(letter == "\n" or letter.isprintable() for letter in out)
    assert json.loads(out)["hosts"]["r1"]["diff"] == EVIL


@pytest.mark.parametrize("as_json", [False, True])
def test_unmanaged_hosts_are_counted(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    console = Console("plan", json=as_json)
    console.finish({"r1": UNMANAGED, "r2": Outcome("unchanged"), "r3": UNMANAGED})
    assert capsys.readouterr().err.startswith("2 unmanaged")
    console.finish({"r2": Outcome("unchanged")})
    assert capsys.readouterr().err == ""
