"""The last net: what no output may contain."""

from __future__ import annotations

import html
import json
import logging
import sys
from io import StringIO

import pytest

from knockdeploy.secrets import Redactor
from knockdeploy.sequence import Knock, KnockSequence

SEQUENCE = KnockSequence(tuple(map(Knock, (46543, 28654, 40204))))
NET = Redactor(["s3cr3t-of-r1", "cisco", 'qu"ote\\d<&>'], [SEQUENCE])


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("login s3cr3t-of-r1 failed", "login <secret> failed"),
        ("xs3cr3t-of-r1y", "x<secret>y"),
        ("password cisco", "password <secret>"),
        ("platform cisco_ios on ciscos", "platform cisco_ios on ciscos"),
        (" udp eq 46543", " udp eq <knock>"),
        ("+ tcp eq 28654", "+ tcp eq <knock>"),
        (r'"-> [0-9.]+\(46543\)"', r'"-> [0-9.]+\(<knock>\)"'),
        ("DROP  1.2.3.4(50000) -> 5.6.7.8(46543)", "DROP  1.2.3.4(50000) -> 5.6.7.8(<knock>)"),
        ("000001: %CP-6-UDP: DROP  1.2.3.4(5) -> 5.6.7.8(999)",
         "000001: %CP-6-UDP: DROP  1.2.3.4(5) -> 5.6.7.8(<knock>)"),
        ("[46543, 28654, 40204]", "[<knock>, <knock>, <knock>]"),
        ('[\n    46543,\n    28654\n]', "[\n    <knock>,\n    <knock>\n]"),
        ("knock 46543:udp", "knock <knock>:udp"),
        ("port 46543 is busy", "port <knock> is busy"),
        ("raddr=('127.0.0.1', 46543)", "raddr=('127.0.0.1', <knock>)"),
        ("46543 routers of 28654000", "46543 routers of 28654000"),
        ("eq 465430", "eq 465430"),
        ("10.46543.1", "10.46543.1"),
        ("tcp eq 22", "tcp eq 22"),
        ("the router refused the line 'no udp eq 28122': %x",
         "the router refused the line 'no udp eq <knock>': %x"),
        ("the router refused the line 'permit udp any any eq 28122': %x",
         "the router refused the line 'permit udp any any eq <knock>': %x"),
        ("the router refused the line 'tcp eq 22': %x",
         "the router refused the line 'tcp eq 22': %x"),
        ("+ tcp eq 8443", "+ tcp eq 8443"),
        (r"x \(28122\)", r"x \(<knock>\)"),
        (r"x \\(28122\\)", r"x \\(<knock>\\)"),
        ("", ""),
    ],
)  # fmt: skip
def test_secrets_do_not_pass(text: str, redacted: str) -> None:
    assert NET(text) == redacted


def test_a_password_does_not_pass_in_json_python_or_html() -> None:
    secret = '"qu"ote\\d<&>\\'  # what is written in another way stands at both ends, too
    net = Redactor([secret])
    assert net(secret) == net(html.escape(secret)) == "<secret>"
    assert net(json.dumps({"x": secret})) == '{"x": "<secret>"}'
    assert net(repr([secret])) == "['<secret>']"


def test_without_secrets_text_passes_as_it_is() -> None:
    assert Redactor()("eq 46543 cisco") == "eq 46543 cisco"
    assert Redactor(["", "a"])("a word") == "a word"


@pytest.mark.parametrize(("password", "passes"), [("abc", True), ("abcd", False)])
def test_a_password_of_three_letters_would_hide_words(password: str, *, passes: bool) -> None:
    text = f"an {password} of words"
    assert (Redactor([password])(text) == text) is passes


def test_data_is_redacted_below() -> None:
    data = {"a": ["cisco", {"b": "eq 46543"}], "c": 46543, "d": None, "e": ("cisco",)}
    assert NET.data(data) == {
        "a": ["<secret>", {"b": "eq <knock>"}],
        "c": 46543,
        "d": None,
        "e": ["<secret>"],
    }


@pytest.mark.parametrize(
    ("password", "left"), [("cisco12", "xcisco12y <secret>"), ("cisco123", "x<secret>y <secret>")]
)
def test_a_long_password_is_replaced_inside_words_and_a_short_one_is_not(
    password: str, left: str
) -> None:
    """Eight characters are long: no other word has them by chance."""
    assert Redactor([password])(f"x{password}y {password}") == left


def test_a_longer_secret_is_replaced_before_one_that_it_contains() -> None:
    assert Redactor(["password", "password-and-more"])("password-and-more") == "<secret>"


def test_log_records_lose_arguments_and_tracebacks() -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NET)
    logger = logging.Logger("test")  # noqa: LOG001  nobody else's
    logger.addHandler(handler)
    try:
        int("s3cr3t-of-r1")
    except ValueError:
        logger.exception("with %s", "cisco", stack_info=True)
    logger.warning("tried %s", {"password": "s3cr3t-of-r1"})
    text = stream.getvalue()
    assert "with <secret>" in text
    assert "literal for int() with base 10: '<secret>'" in text
    assert "s3cr3t" not in text
    assert sys.exc_info() == (None, None, None)
