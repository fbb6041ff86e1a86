"""What pagers and line editors leave in a saved session, as terminals send it."""

from __future__ import annotations

import pytest

from knockdeploy.ios.terminal_text import shown

PLAIN = "interface GigabitEthernet0/0\n ip address dhcp\n!\nend\n"
BACK = "\b" * 9


@pytest.mark.parametrize(
    "question",
    [
        f" --More-- {BACK}        {BACK}",  # IOS
        " --More--         ",  # the same, by a logger that leaves control characters out
        "<--- More --->\r              \r",
        "<--- More --->              ",
        "\x1b[7m--More--\x1b[m\r\x1b[K",  # a terminal server's
        "\x1b[7m--More--\x1b[27m\x1b[8D\x1b[K",
        " --More-- \n",
        "<--- More --->\n",
    ],
)
@pytest.mark.parametrize("at", range(4))
def test_a_pagers_question_is_no_line(question: str, at: int) -> None:
    lines = PLAIN.splitlines(keepends=True)
    text = "".join((*lines[:at], question, *lines[at:]))
    assert shown(text) == PLAIN
    assert shown(text.replace("\n", "\r\n")) == PLAIN


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("r1#shw\b \b\b \bhow run\n", "r1#show run\n"),
        ("abc\rX\n", "Xbc\n"),
        ("\b\bend\n", "end\n"),
        ("end\r\r\n", "end\n"),
        ("hostname r1\rend\r", "hostname r1\nend\n"),  # no newline at all: an old Macintosh
        (" remark B\udcfcro \x1b[1mbold\x1b[0m\n", " remark B\udcfcro bold\n"),
        ("\x1b[999999999999D\x1b[K\x1bMend\n", "end\n"),
        (" description no --More-- here\n", " description no --More-- here\n"),
        ("banner motd ^C\n\tindented  \n^C\n", "banner motd ^C\n\tindented  \n^C\n"),
    ],
)
def test_a_line_is_what_stood_on_the_screen(sent: str, seen: str) -> None:
    assert shown(sent) == seen
