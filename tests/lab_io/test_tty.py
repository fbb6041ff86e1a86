"""The terminal alone: what waits, what is sent together, what happens when nobody is there."""

from __future__ import annotations

import asyncio

import pytest

from knockdeploy.lab.shell.tty import HungUpError, Tty


def test_echo_of_a_pasted_block_is_sent_at_once() -> None:
    sent: list[str] = []

    async def run() -> None:
        terminal = Tty(sent.append)
        terminal.feed("one\ntwo\n")
        await terminal.read("#")
        await terminal.read("#")
        terminal.flush()

    asyncio.run(run())
    assert sent == ["#one\r\n#two\r\n"]


def test_secret_is_not_echoed() -> None:
    sent: list[str] = []

    async def run() -> str:
        terminal = Tty(sent.append)
        terminal.feed("hush\x7fh\n")
        typed = await terminal.read("Password: ", secret=True)
        terminal.flush()
        return typed.text

    assert asyncio.run(run()) == "hush"
    assert sent == ["Password: \r\n"]


def test_reader_gets_what_was_typed_ahead_before_the_end() -> None:
    async def run() -> str:
        terminal = Tty(lambda _: None)
        terminal.feed("last\n")
        terminal.end_input()
        typed = await terminal.read("#")
        with pytest.raises(HungUpError):
            await terminal.read("#")
        return typed.text

    assert asyncio.run(run()) == "last"


def test_buffer_takes_no_more_than_it_holds_until_it_is_read() -> None:
    async def run() -> tuple[str, str]:
        terminal = Tty(lambda _: None, buffer_chars=4)
        terminal.feed("ab\n")
        terminal.feed("cd\n")
        terminal.feed("e")
        first = await terminal.read("#")
        terminal.feed("f\n")
        return first.text, (await terminal.read("#")).text

    assert asyncio.run(run()) == ("ab", "cf")


def test_nothing_is_sent_to_a_terminal_that_is_lost() -> None:
    sent: list[str] = []

    async def run() -> None:
        terminal = Tty(sent.append)
        terminal.lose()
        terminal.write("anybody?")
        with pytest.raises(HungUpError):
            await terminal.lost()

    asyncio.run(run())
    assert sent == []


def test_arrow_keys_are_not_part_of_the_line() -> None:
    async def run() -> str:
        terminal = Tty(lambda _: None)
        terminal.feed("a\x1b[Ab\n")
        return (await terminal.read("#")).text

    assert asyncio.run(run()) == "ab"
