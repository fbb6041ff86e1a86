"""What is ours on a router: one row for each object, in the order in which it is made."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from knockdeploy.ios.tree import Node
from knockdeploy.secrets import Secret

ANY_NAME = "*"
Lines = Callable[[Node], frozenset[int]]
# What names an object comes third there, and more may follow; `interface` takes all that follows.
_NAME_FIRST = re.compile(
    r"(event manager (?:directory user|scheduler applet thread class|\S+)|zone-pair \S+|"
    r"policy-file) (\S+)"
)
_WHOLE_NAME = re.compile(r"(interface|control-plane)(?: (.+))?$")


class Scope(enum.Enum):
    """How much of an object is ours."""

    SECTION = "section"  # all of it
    ENTRIES = "entries"  # lines in what is somebody else's
    LINE = "line"  # a line outside sections


@dataclass(frozen=True, slots=True)
class Owned:
    """An object of ours; ``kind`` and ``name`` are its header."""

    kind: str
    name: str
    rule: str
    """What a finding calls it."""
    scope: Scope = Scope.SECTION
    key: str = ""
    """What to change in the intent where the name is taken."""
    users: tuple[str, ...] | None = None
    """Headers of the sections that may refer to it; None: any."""
    lines: Lines | None = field(default=None, compare=False)
    """Tells our lines in a section that is somebody else's."""
    replaced: bool = False
    """Never edited, always typed anew: half of the old one with half of the new must never run."""
    made: bool = True
    """A deployment makes it; otherwise it may be there all the same."""
    stale: bool = False
    """It is to go."""
    rests_on: str = ""
    """Header of another object: this one is typed anew whenever that one changes."""
    ordered: bool = False
    """The order of its lines counts."""
    secret: Secret | None = None
    """How it names knock ports."""

    @property
    def header(self) -> str:
        """How its header begins."""
        return f"{self.kind} {self.name}"

    def only(self, *, where: bool) -> Owned:
        """Return the row as it is where the object is made; elsewhere that is to go."""
        return replace(self, made=where, stale=not where)

    def owned_lines(self, section: Node) -> frozenset[int]:
        """Return the positions of our lines in a section of this kind."""
        if self.scope is Scope.ENTRIES and self.lines is not None:
            return self.lines(section)
        return frozenset()


@dataclass(frozen=True, slots=True)
class Former:
    """An object that knocks under another name than the intent has now."""

    key: str
    line: str
    name: str


def lines_that(is_ours: Callable[[str], bool]) -> Lines:
    """Return what tells our lines where each can be told by itself."""

    def lines(section: Node) -> frozenset[int]:
        return frozenset(i for i, child in enumerate(section.children) if is_ours(child.text))

    return lines


@functools.lru_cache(maxsize=16384)
def identity(header: str) -> tuple[str, str]:
    """Return kind and name of what a header defines: two of the same are one object."""
    if match := _WHOLE_NAME.match(header):
        return match[1], match[2] or ""
    if match := _NAME_FIRST.match(header):
        return match[1], match[2]
    kind, _, name = header.rpartition(" ")
    return kind.replace(" match-any", "").replace(" match-all", ""), name


class Table:
    """The rows of one router, found by header."""

    def __init__(self, rows: Sequence[Owned]) -> None:
        self._by_identity: dict[tuple[str, str], list[tuple[int, Owned]]] = {}
        for rank, row in enumerate(rows):
            self._by_identity.setdefault((row.kind, row.name), []).append((rank, row))
        self._kinds = tuple({row.kind for row in rows})
        self.anywhere = tuple({row.kind for row in rows if row.name == ANY_NAME})

    def is_of_a_kind(self, header: str) -> bool:
        """Tell whether it is of the kind of an object of ours: of many lines, most are not."""
        return header.startswith(self._kinds)

    def _of(self, header: str) -> Iterator[tuple[int, Owned]]:
        if not self.is_of_a_kind(header):
            return
        kind, name = identity(header)
        known = self._by_identity
        yield from known.get((kind, name)) or known.get((kind, ANY_NAME)) or ()

    def row(self, header: str) -> Owned | None:
        """Return the row of an object, None where it is not ours."""
        return next((row for _, row in self._of(header)), None)

    def rank(self, header: str) -> int:
        """Return how late it is made; what is in no row comes first."""
        return max((rank for rank, _ in self._of(header)), default=-1)

    def owns(self, header: str) -> bool:
        """Tell whether all of a section, or a line outside sections, is ours."""
        return any(row.scope is not Scope.ENTRIES for _, row in self._of(header))

    def lines(self, section: Node) -> frozenset[int]:
        """Return the positions of our lines in a section that is somebody else's."""
        found = [row.owned_lines(section) for _, row in self._of(section.text)]
        return frozenset().union(*found) if found else frozenset()
