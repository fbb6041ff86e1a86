"""The line being typed at a terminal, and its echo."""

from __future__ import annotations

from collections.abc import Callable

from knockdeploy.octets import bytes_of

_RUBOUT = ("\b", "\x7f")
_ERASE_LINE, _ERASE_WORD = "\x15", "\x17"
_SCROLL = 10  # columns IOS moves a line that has reached the right margin


class Editor:
    """The line being typed and its echo."""

    def __init__(self, write: Callable[[str], None], width: int, prompt: str) -> None:
        """Echo with ``write``; ``width`` 0 is a terminal that never ends."""
        self._write = write
        self._width = width
        self._prompt = prompt
        self._column = len(prompt)
        self.text = ""

    def press(self, key: str) -> None:
        """Take one key: a character, or one that erases."""
        if key in _RUBOUT:
            self._erase(1)
        elif key == _ERASE_LINE:
            self._erase(len(self.text))
        elif key == _ERASE_WORD:
            before, blank, _ = self.text.rstrip().rpartition(" ")
            self._erase(len(self.text) - len(before + blank))
        elif key.isprintable() or bytes_of(key) > b"\x7f":
            self.insert(key)

    def insert(self, keys: str) -> None:
        """Take keys as they are: what Ctrl-V does with one (ios-facts §2)."""
        is_short = not self._width or self._column + len(keys) < self._width - 1
        for each in (keys,) if is_short else keys:
            self.text += each
            self._echo(each)

    def replace(self, text: str) -> None:
        """Put the completed line in place of the typed one."""
        if text.startswith(self.text):
            added = text[len(self.text) :]
            self.text = text
            self._echo(added)

    def _erase(self, n_chars: int) -> None:
        n_chars = min(n_chars, len(self.text))
        if n_chars:
            self.text = self.text[:-n_chars]
            self._echo("\b \b" * n_chars, moves=-n_chars)

    def _echo(self, text: str, moves: int | None = None) -> None:
        self._write(text)
        self._column += len(text) if moves is None else moves
        if self._width and self._column >= self._width - 1:
            # At the right margin IOS shows the tail alone, behind a `$`: a tool that compares
            # the echo with what it sent must have said `terminal width` first.
            tail = self.text[-max(1, self._width - len(self._prompt) - _SCROLL - 2) :]
            self._write(f"\r{self._prompt}${tail}" + " " * _SCROLL + "\b" * _SCROLL)
            self._column = len(self._prompt) + 1 + len(tail)
