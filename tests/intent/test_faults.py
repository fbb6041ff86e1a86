"""How a value that is wrong is shown, and what is said to be known."""

from __future__ import annotations

import pytest

from knockdeploy.intent.faults import bare, nearest, quoted

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("aplet", ["applet", "tcl"], "did you mean applet?"),
        ("APPLET", ["applet", "tcl"], "did you mean applet?"),
        ("perl", ["applet", "tcl"], "known are applet, tcl"),
        (5, ["applet", "tcl"], "known are applet, tcl"),
        ("?", [*_LETTERS[:10]], f"known are {', '.join(_LETTERS[:10])}"),
        ("?", [*_LETTERS[:11]], f"known are {', '.join(_LETTERS[:10])} and 1 more"),
        ("?", [*_LETTERS], f"known are {', '.join(_LETTERS[:10])} and 16 more"),
    ],
)
def test_the_nearest_known_word_or_all_of_them(word: object, known: list[str], hint: str) -> None:
    assert nearest(word, known) == hint


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x", "'x'"),
        ("\x1b\n", r"'\x1b\n'"),
        ("Zürich", "'Zürich'"),
        ("東京-r1", "'東京-r1'"),
        ("\u202e", r"'\u202e'"),  # turns the direction of writing
        ("f\u0430", r"'f\u0430'"),  # a Cyrillic letter in a Latin word
        ("\u0444\u0430", "'фа'"),
        pytest.param(10**5000, "something too large", id="thousands-of-digits"),
        (["22/tcp"], "['22/tcp']"),
        ("x" * 8, "'xxxxxxxx'"),
        ("x" * 9, "'xxxxx...'"),
    ],
)
def test_a_value_is_one_line_and_not_too_long(value: object, shown: str) -> None:
    assert quoted(value, 10) == shown


def test_a_text_may_be_shown_without_its_quotes() -> None:
    assert (bare("key"), bare(5)) == ("key", "5")
