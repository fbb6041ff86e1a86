"""What a proof looks at: the router's counters and entries at one moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from knockdeploy.change.needed import Change
from knockdeploy.command import Command
from knockdeploy.device.session import RouterSession
from knockdeploy.ios.counters import TemporaryEntry, sources
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Look:
    """The router's counters and temporary entries at one moment; ``sources`` have an entry."""

    packets: int | None
    permits: int | None
    sources: frozenset[str]


class Watched:
    """What a proof asks of the router, on the session that carries the change."""

    def __init__(self, session: RouterSession, change: Change) -> None:
        self._session = session
        self._change = change
        self._recipe = change.terms.recipe

    def look(self) -> Look:
        """Read counters and entries; one round trip."""
        recipe, at = self._recipe, self._change.at
        commands = recipe.shows(at)
        answers = dict(zip(commands, self._session.ask(*commands), strict=True))
        return Look(
            packets=recipe.trigger.heard(answers, at),
            permits=recipe.enforcement.let_in(answers, at),
            sources=sources(recipe.grant.standing(answers, at)),
        )

    def is_idle(self) -> bool:
        """Tell whether our policies neither run nor wait to: they run one at a time.

        An image that does not know the commands names none.
        """
        shown = self._session.ask(
            "show event manager policy pending", "show event manager policy active"
        )
        ours = set(self._recipe.engine.policies(self._change.at))
        return not any(ours.intersection(text.split()) for text in shown)

    def stir(self) -> None:
        """Keep the session from being ended for its silence."""
        self._session.stir()

    def clear(self, sources: Collection[str]) -> tuple[str, ...]:
        """Clear the entries for these sources; return those whose entry stays."""
        at, to = self._change.at, self._change.outside
        left = clear_entries(self._session, self._recipe, at, sorted(sources), to)
        return tuple(str(entry.source) for entry in left)


def list_entries(
    session: RouterSession, recipe: Recipe, at: Placement, *before: str
) -> tuple[TemporaryEntry, ...]:
    """Return what knocks have opened, once the lines ``before`` are typed; one round trip."""
    commands = recipe.grant.shows(at)
    answers = session.ask(*before, *commands)[len(before) :]
    return recipe.grant.standing(dict(zip(commands, answers, strict=True)), at)


def clear_entries(
    session: RouterSession, recipe: Recipe, at: Placement, sources: Collection[str], to: str | None
) -> tuple[TemporaryEntry, ...]:
    """Clear what was opened for these sources; return what is still there.

    One round trip, two where an entry stays. ``to`` is where clients aim.
    """
    if recipe.grant.is_configured:
        return _taken_out(session, recipe, at, sources)
    left: tuple[TemporaryEntry, ...] = ()
    for _ in range(2):
        lines = recipe.grant.clearing(sources, left, at, to)
        if not lines:
            break
        standing = list_entries(session, recipe, at, *lines)
        left = tuple(entry for entry in standing if entry.source in sources)
        if not left:
            break
    return left


def _taken_out(
    session: RouterSession, recipe: Recipe, at: Placement, sources: Collection[str]
) -> tuple[TemporaryEntry, ...]:
    standing = list_entries(session, recipe, at)
    lines = recipe.grant.clearing(sources, standing, at, None)
    if not lines:
        return ()
    session.configure([Command(line, (at.acl_header,), alone=True) for line in lines])
    standing = list_entries(session, recipe, at)
    return tuple(entry for entry in standing if entry.source in sources)
