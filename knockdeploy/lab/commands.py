"""The words of a command line: unique prefixes, parameters, and IOS's own complaints.

A command is written as its words: ``show ip access-lists <name>``. ``<word>`` takes one word,
``<rest...>`` everything to the end of the line; what may be left out is a command of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
_REST = "...>"


class CommandError(Exception):
    """A line is no command."""


class UnknownWordError(CommandError):
    """A word fits nowhere; ``column`` is where it stands, ``first`` whether it opens the line."""

    def __init__(self, column: int, *, first: bool) -> None:
        super().__init__(column)
        self.column = column
        self.first = first


class InvalidWordError(CommandError):
    """A word has a right place but a wrong value; raised by what runs the command."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class AmbiguousWordError(CommandError):
    """Several commands begin like this."""


class IncompleteCommandError(CommandError):
    """The words are right, but more of them are needed."""


@dataclass(slots=True)
class _Branch(Generic[T]):
    """What may follow the words so far: further words, one parameter, or the end."""

    words: dict[str, _Branch[T]] = field(default_factory=dict)
    parameter: tuple[str, _Branch[T]] | None = None
    action: T | None = None

    def add(self, words: list[str], action: T) -> None:
        if not words:
            self.action = action
        elif words[0].startswith("<"):
            name, branch = self.parameter or (words[0], _Branch())
            self.parameter = (name, branch)
            branch.add(words[1:], action)
        else:
            self.words.setdefault(words[0], _Branch()).add(words[1:], action)

    def matching(self, word: str) -> list[str]:
        word = word.lower()
        if word in self.words:
            return [word]
        return sorted(known for known in self.words if known.startswith(word))


class Commands(Generic[T]):
    """A table of commands, and what each stands for."""

    def __init__(self, table: Mapping[str, T]) -> None:
        self._root: _Branch[T] = _Branch()
        for words, action in table.items():
            self._root.add(words.split(), action)

    def find(self, line: str) -> tuple[T, tuple[str, ...]]:
        """Return what the line means and the words it gives as parameters.

        Raises:
            CommandError: of the kind that IOS would name.
        """
        branch, parameters = self._root, list[str]()
        for column, word in _words(line):
            names = branch.matching(word)
            if len(names) == 1:
                branch = branch.words[names[0]]
            elif names:
                raise AmbiguousWordError
            elif branch.parameter is None:
                raise UnknownWordError(column, first=branch is self._root)
            else:
                name, branch = branch.parameter
                takes_rest = name.endswith(_REST)
                parameters.append(line[column:].rstrip() if takes_rest else word)
                if takes_rest:
                    break
        if branch.action is None:
            raise IncompleteCommandError
        return branch.action, tuple(parameters)

    def choices(self, line: str) -> list[str]:
        """Return the words that may stand where ``line`` ends."""
        words = line.split(" ")
        unfinished = words.pop().lower()
        branch = self._root
        for word in filter(None, words):
            names = branch.matching(word)
            if len(names) == 1:
                branch = branch.words[names[0]]
            elif branch.parameter is not None and not names:
                branch = branch.parameter[1]
            else:
                return []
        found = [word for word in sorted(branch.words) if word.startswith(unfinished)]
        if branch.parameter is not None and not unfinished:
            found.append(branch.parameter[0].strip("<.>").upper())
        if branch.action is not None and not unfinished:
            found.append("<cr>")
        return found


def _words(line: str) -> Iterable[tuple[int, str]]:
    """Yield each word and the column it begins in."""
    column = 0
    for part in line.split(" "):
        if part:
            yield column, part
        column += len(part) + 1
