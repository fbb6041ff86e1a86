"""Bytes that are not ASCII: kept as they are on every way, and letters for people alone."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning import masker as masker_of

from knockdeploy.cli.console import Console
from knockdeploy.cli.private_files import keep
from knockdeploy.errors import InputError
from knockdeploy.intent import Names
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.octets import RAW, bytes_of, readable, tamed, text_of
from knockdeploy.secrets import Redactor
from knockdeploy.sequence import Knock, KnockSequence
from knockdeploy.store.before import Before
from knockdeploy.store.planfile import digest
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

# \xa0 and \x85 are a blank and the end of a line in Latin-1; UTF-8's à ends in the first.
REMARK = b"remark B\xfcro \x85 voil\xc3\xa0"
CONFIG = b"hostname r1\nip access-list extended ACL_WAN\n " + REMARK + b"\n permit ip any any\n"


@given(st.binary())
def test_every_byte_comes_back(data: bytes) -> None:
    assert bytes_of(text_of(data)) == data


def test_a_configuration_is_parsed_and_printed_byte_for_byte() -> None:
    assert bytes_of(to_text(parse(text_of(CONFIG)))) == CONFIG


def test_people_read_utf_8_and_latin_1_in_one_text() -> None:
    assert readable(text_of(b"caf\xe9, caf\xc3\xa9")) == "café, café"
    assert readable("café") == "café"
    assert Redactor()(text_of(b"caf\xe9")) == "café"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("café ü\n\tx ñ 日本 🎉", "café ü\n\tx ñ 日本 🎉"),
        ("\x1b[2J\x07\r\x9b", r"\x1b[2J\x07\r\x9b".replace(r"\r", r"\x0d")),
        ("\xad", r"\xad"),  # a soft hyphen, which no terminal shows
        ("\u202egnp\u2066", r"\u202egnp\u2066"),  # turns the direction of writing
        ("a\u200bb\u2028c\ufeff", r"a\u200bb\u2028c\ufeff"),
        ("\u3164\ufe0f", r"\u3164\ufe0f"),  # letters and marks, and nothing to be seen
        ("\uffff", r"\uffff"),
        ("\U000e0041\U00010000", r"\U000e0041" + "\U00010000"),
    ],
)
def test_what_steers_a_terminal_or_hides_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert tamed(text) == shown


def test_a_backup_is_kept_as_it_was(tmp_path: Path) -> None:
    run = Run(StateDir(tmp_path), "20261127T000000Z-0000")
    run.keep_before("r1", Before(text_of(CONFIG), ""))
    assert bytes_of(run.before("r1").running) == CONFIG


def test_a_transcript_is_written_as_it_is(tmp_path: Path) -> None:
    assert keep(tmp_path, "r1.txt", text_of(CONFIG)).read_bytes() == CONFIG


def test_what_cannot_be_written_leaves_the_file_of_before_and_nothing_else(tmp_path: Path) -> None:
    file = keep(tmp_path, "r1.txt", "before")
    is_full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        mock.patch.object(Path, "replace", side_effect=is_full),
        pytest.raises(InputError, match=r"No space left on device.*make room"),
    ):
        keep(tmp_path, "r1.txt", "after")
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_texts_that_differ_in_one_byte_have_other_digests() -> None:
    assert digest(text_of(b"caf\xe9")) != digest(text_of(b"caf\xe8"))


def test_a_port_that_is_none_is_masked() -> None:
    sequence = KnockSequence((Knock(46543), Knock(28654), Knock(40204)))
    masker = masker_of(sequence, b"key", Names())
    line = masker.line(("object-group service OG_Knock",), text_of(b"udp eq \xe9"))
    assert line.startswith("udp eq <other knock ")


def _printed(text: str, *, tty: bool) -> bytes:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii", errors=RAW)
    stream.isatty = lambda: tty  # type: ignore[method-assign]
    with mock.patch.object(sys, "stdout", stream):
        Console("show").secret(text)
    return buffer.getvalue()


def test_a_stream_that_is_read_escapes_what_it_cannot_read() -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"caf\xe9"), encoding="ascii", errors=RAW)
    assert stream.read() == r"caf\xe9"


def test_what_shows_secrets_is_exact_but_for_a_terminal() -> None:
    assert _printed(text_of(CONFIG), tty=False) == CONFIG + b"\n"
    assert _printed("caf\u00e9", tty=False) == b"caf\\xe9\n"
    assert _printed(text_of(b"a\x9bm"), tty=True) == b"a\\x9bm\n"
