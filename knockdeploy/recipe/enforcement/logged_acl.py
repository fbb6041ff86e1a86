"""The inbound ACL where it hears the knocks as well: plain entries, and nothing answers (§8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final

from knockdeploy.intent import Intent
from knockdeploy.ios import acl, filters
from knockdeploy.ios.aces import numbered, numbers_of, regular_numbers
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_names
from knockdeploy.recipe.enforcement.interface_acl import InterfaceAcl
from knockdeploy.recipe.owned import Lines, Owned, lines_that
from knockdeploy.recipe.part import ShowOutput
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.role import Role
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger.acl_log import matched

SILENT: Final = "enforcement.silent"
NUMBERS: Final = "enforcement.numbers"
_ANSWERS: Final = "ip unreachables"
_SILENCE: Final = f"no {_ANSWERS}"
_MOST_CHARS: Final = 150
"""Of numbers in the record: it is one line, and has more to keep."""
_FIRST: Final = 1000
_STEP: Final = 10


class LoggedAcl(InterfaceAcl):
    """The inbound ACL with entries that name no group, and interfaces that do not answer."""

    templates = (
        "ios/enforcement/logged_acl.j2",
        "ios/enforcement/silence.j2",
        "ios/enforcement/binding.j2",
    )
    prints_numbers: ClassVar[bool] = True

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return the interfaces that answered until now."""
        silenced = _silenced(at) if at.interfaces else interface_names(intent.interface)
        return {**super().values(intent, at), "silenced": silenced}

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the ACL, or our entries in it, what binds it, and what silences."""
        silent = _silenced(at)
        return tuple(
            replace(row, lines=_with_silence(row)) if row.name in silent else row
            for row in super().owned(at)
        )

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the ACL that shall have our entries, and what answered before us."""
        at = super().place(running, intent, at, dialect)
        had = running.recorded
        silent = had.all(SILENT)
        ours = (_word(n) for n in at.interfaces if _word(n) in silent or _answers(running, n))
        return _silencing(_numbering(at, had.get(NUMBERS)), *ours)

    def recorded(self, running: Running, wanted: Node, at: Placement) -> Placement:
        """Return ``at`` with a record of what becomes ours, and of the numbers of all else."""
        at = super().recorded(running, wanted, at)
        section = running.config.child(at.acl_header)
        if running.record or section is None or not at.acl_exists:
            return at
        regular = regular_numbers(section)
        if regular:
            return _numbering(at, "{}+{}".format(*regular))
        listed = ".".join(map(str, numbers_of(section)))
        return _numbering(at, listed if len(listed) <= _MOST_CHARS else None)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with the ACL that has our entries, and what we silenced."""
        at = super().find(running, intent, at)
        had = running.recorded
        return _silencing(_numbering(at, had.get(NUMBERS)), *had.all(SILENT))

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Refuse what would shut hosts behind the router; yield what to know of the ACL."""
        yield from super().review(running, intent, at, protected)
        if names := [name for name in _silenced(at) if _answers(running, name)]:
            yield (
                f"`{_SILENCE}` on {', '.join(names)}: nothing tells a knock port from others, and "
                "path MTU discovery through it gets no answer either"
            )

    def let_in(self, output: ShowOutput, at: Placement) -> int | None:
        """Return how many knocks came by: the entries that hear them count."""
        return matched(output, at)

    def stages(
        self, running: Running, wanted: Node, at: Placement, *, binds_first: bool
    ) -> tuple[Node, ...]:
        """Return what is wanted: a new list first without what it denies, to hear the knock."""
        section = wanted.child(at.acl_header)
        if section is None or acl.entries(running.config, at.acl):
            return (wanted,)
        heard = [i for i, node in enumerate(section.children) if node.role == Role.KNOCK]
        ours = section.children[: max(heard, default=-1) + 1]
        kept = tuple(node for node in ours if node.role != Role.DENY)
        first = section.with_children((*kept, Node(filters.EVERYTHING.text)))
        numbers = [_FIRST + _STEP * i for i in range(len(first.children))]
        return wanted.put((section.text,), numbered(first, numbers)), wanted


def _word(interface: str) -> str:
    return interface.split(maxsplit=1)[0]


def _silenced(at: Placement) -> tuple[str, ...]:
    return tuple(name for name in at.interfaces if _word(name) in at.record.all(SILENT))


def _silencing(at: Placement, *names: str) -> Placement:
    return replace(at, displaced={**at.displaced, _SILENCE: _ANSWERS}).recording(SILENT, *names)


def _numbering(at: Placement, recorded: str | None) -> Placement:
    """Return ``at`` with the numbers of others' entries, as the record has them.

    FIRST+STEP, or each, with points between them.
    """
    regular = re.fullmatch(r"(\d+)\+(\d+)", recorded or "")
    numbers = (int(regular[1]), int(regular[2])) if regular else None
    each = re.fullmatch(r"\d+(\.\d+)+", recorded or "")
    irregular = tuple(map(int, each[0].split("."))) if each else ()
    kept = recorded if regular or each else None
    return replace(at, numbers=numbers, irregular=irregular).recording(NUMBERS, kept)


def _answers(running: Running, name: str) -> bool:
    return running.config.at((f"interface {name}", _SILENCE)) is None


def _with_silence(row: Owned) -> Lines:
    silence = lines_that(lambda text: text == _SILENCE)
    return lambda section: silence(section) | row.owned_lines(section)
