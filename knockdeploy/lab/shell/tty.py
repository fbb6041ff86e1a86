"""One terminal line of a router: keystrokes in, echo and pages out, as IOS does it.

Everything typed goes through one queue of characters. Nothing flushes it: what was typed ahead
is the answer to the next question, the key at ``--More--`` or the next command, whoever asks.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knockdeploy.lab.shell.editor import Editor
from knockdeploy.octets import bytes_of

if TYPE_CHECKING:
    from knockdeploy.lab.shell.shell import Help

MORE = " --More-- "
_ERASE_MORE = "\b" * 9 + " " * 8 + "\b" * 9
_END_OF_LINE = ("\r", "\n")
CTRL_C, CTRL_Z = "\x03", "\x1a"
_ESCAPE, _LITERALLY = "\x1b", "\x16"
_SEVEN = 7
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {"?"}
"""Characters that do nothing but stand in a line."""


class HungUpError(Exception):
    """The other side is gone: whoever reads from the terminal is done."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One line as typed; ``end`` is the key that ended it: of a line, Ctrl-Z or Ctrl-C."""

    text: str
    end: str = "\n"


class Tty:
    """The two ends of a line: ``feed`` what arrived, ``read`` and ``write`` for the router.

    Output is collected and handed to ``send`` when the reader has nothing left to read, so that
    the echo of a pasted block is one packet and not one per character.
    """

    def __init__(self, send: Callable[[str], None], *, buffer_chars: int | None = None) -> None:
        self.width = 80
        self.height = 24
        self.bits = 7  # of a typed character (Cisco's command reference, exec-character-bits)
        self._send = send
        self._buffer_chars = buffer_chars
        self._keys: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._out: list[str] = []
        self._input_ended = False
        self._lost = asyncio.Event()
        self._after_cr = False

    def feed(self, text: str) -> None:
        """Take what arrived; what the buffer has no room for is lost without a word."""
        room = len(text)
        if self._buffer_chars is not None:
            room = max(0, self._buffer_chars - len(self._keys))
        self._keys.extend(text[:room])
        self._arrived.set()

    def end_input(self) -> None:
        """End reading with HungUpError, once what was typed ahead is used up."""
        self._input_ended = True
        self._arrived.set()

    def lose(self) -> None:
        """Take note that nobody is there any more, neither to type nor to read."""
        self.end_input()
        self._lost.set()

    @property
    def is_lost(self) -> bool:
        """Whether nobody is there any more."""
        return self._lost.is_set()

    async def lost(self) -> None:
        """Wait until nobody is there any more, and raise HungUpError."""
        self.flush()
        await self._lost.wait()
        raise HungUpError

    def write(self, text: str) -> None:
        """Print text; a newline is sent as carriage return and newline."""
        self._out.append(text.replace("\n", "\r\n"))

    def flush(self) -> None:
        """Send what was printed so far."""
        if self._out and not self._lost.is_set():
            self._send("".join(self._out))
        self._out.clear()

    async def pause(self, seconds: float) -> None:
        """Let the router be busy for a while, with everything printed before that seen."""
        if seconds > 0:
            self.flush()
            await asyncio.sleep(seconds)

    async def key(self) -> str:
        """Return the next key; a carriage return and newline in a row count as one."""
        while True:
            while not self._keys:
                if self._input_ended:
                    raise HungUpError
                self.flush()
                self._arrived.clear()
                await self._arrived.wait()
            key = self._keys.popleft()
            if not key.isascii() and self.bits == _SEVEN:
                key = chr(bytes_of(key)[-1] & 0x7F)
            swallowed = key == "\n" and self._after_cr
            self._after_cr = key == "\r"
            if not swallowed:
                return key

    async def read(self, prompt: str, helper: Help | None = None, *, secret: bool = False) -> Typed:
        """Print the prompt and return one line, echoed unless it is secret."""
        self.write(prompt)
        echo = (lambda _text: None) if secret else self.write
        editor = Editor(echo, self.width, prompt)
        while True:
            self._take_plain(editor)
            key = await self.key()
            if key in _END_OF_LINE:
                self.write("\n")
                return Typed(editor.text, key)
            if key in (CTRL_C, CTRL_Z):
                self.write("^Z\n" if key == CTRL_Z else "\n")
                return Typed(editor.text if key == CTRL_Z else "", key)
            if key == _ESCAPE:
                await self._skip_sequence()
            elif key == _LITERALLY:
                editor.insert(await self.key())
            elif helper and key == "?":
                self.write(f"?\n{helper.help(editor.text)}\n{prompt}{editor.text}")
            elif helper and key == "\t":
                editor.replace(helper.complete(editor.text))
            else:
                editor.press(key)

    def _take_plain(self, editor: Editor) -> None:
        """Take the plain characters that were typed ahead at once, up to the first other key."""
        if text := "".join(itertools.takewhile(_PLAIN.__contains__, self._keys)):
            for _ in text:
                self._keys.popleft()
            self._after_cr = False
            editor.insert(text)

    async def page(self, text: str) -> None:
        """Print text, stopping at ``--More--`` after each screen unless the height is 0."""
        if not self.height:
            self.write(text)
            return
        room = self.height - 1
        for line in text.splitlines(keepends=True):
            if room <= 0:
                room = await self._more()
                if not room:
                    return
            self.write(line)
            room -= 1

    async def _more(self) -> int:
        """Ask at ``--More--``; return how many further lines may be shown."""
        self.write(MORE)
        key = await self.key()
        self.write(_ERASE_MORE)
        if key == " ":
            return self.height - 1
        return 1 if key in _END_OF_LINE else 0

    async def _skip_sequence(self) -> None:
        """Eat the rest of an arrow key: ESC [ A."""
        if await self.key() == "[":
            await self.key()
