"""An EEM applet as a value: what wakes it, and its actions in the order in which they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from knockdeploy.ios.tree import Node

_HEADER: Final = re.compile(r"event manager applet (\S+)")
_WORD: Final = re.compile(r'"([^"]*)"|(\S+)')
# What the multi-event guide and the engine give where nothing is configured (ios-facts §3).
DEFAULT_WINDOW_S: Final = 180.0
DEFAULT_MAXRUN_S: Final = 20.0


class AppletError(ValueError):
    """The lines make no applet that could be registered; the text says why."""


@dataclass(frozen=True, slots=True)
class Event:
    """A syslog event; ``tag`` is "" for the only event of an applet without tags."""

    tag: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its label and its words, quotes taken off."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applet:
    """A policy of the event manager.

    It is raised when ``correlate`` (tags, each with the operator before it; the first operator
    is "") has held ``occurs`` times within ``window_s`` seconds; one of a countdown, once, so many
    seconds after it was registered.
    """

    name: str
    events: tuple[Event, ...]
    correlate: tuple[tuple[str, str], ...]
    occurs: int
    window_s: float
    maxrun_s: float
    actions: tuple[Action, ...]
    countdown_s: float | None = None


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a line; what stands in quotes is one word without them."""
    return tuple(quoted or bare for quoted, bare in _WORD.findall(text))


def applet_name(header: str) -> str | None:
    """Return the name in an applet's header, or None if it is none."""
    match = _HEADER.match(header)
    return match[1] if match else None


def applet_of(node: Node) -> Applet:
    """Return the applet that a section describes.

    Raises:
        AppletError: it has no event, or correlates tags that no event has.
    """
    lines = [words_of(child.text) for child in node.children]
    events, options = _events([words for words in lines if words[0] == "event"])
    trigger = next((child for child in node.children if words_of(child.text)[0] == "trigger"), None)
    options |= _options(words_of(trigger.text)) if trigger else {}
    return Applet(
        name=applet_name(node.text) or "",
        events=events,
        correlate=_correlation(trigger, {event.tag for event in events}),
        occurs=int(options.get("occurs", 1)),
        window_s=options.get("period", DEFAULT_WINDOW_S),
        maxrun_s=options.get("maxrun", DEFAULT_MAXRUN_S),
        actions=_actions([words for words in lines if words[0] == "action"]),
        countdown_s=options.get("time"),
    )


def _events(lines: list[tuple[str, ...]]) -> tuple[tuple[Event, ...], dict[str, float]]:
    events = []
    options: dict[str, float] = {}
    for words in lines:
        tag = words[2] if words[1:2] == ("tag",) else ""
        if words[1:3] == ("timer", "countdown"):
            options |= _options(words)
        if "syslog" not in words or "pattern" not in words[:-1]:
            continue  # other timers, CLI and the like: nothing here raises them
        events.append(Event(tag, words[words.index("pattern") + 1]))
        options |= _options(words)
    if not events and "time" not in options:
        msg = "no event registered"
        raise AppletError(msg)
    return tuple(events), options


def _options(words: tuple[str, ...]) -> dict[str, float]:
    named = dict(pairwise(words))
    return {
        name: float(named[name])
        for name in ("occurs", "period", "maxrun", "time")
        if re.fullmatch(r"\d+(\.\d+)?", named.get(name, ""))
    }


def _correlation(trigger: Node | None, tags: set[str]) -> tuple[tuple[str, str], ...]:
    below = trigger.children if trigger else ()
    lines = (words_of(child.text) for child in below)
    words = next((words for words in lines if words[0] == "correlate"), None)
    if words is None:
        return tuple(("" if not i else "or", tag) for i, tag in enumerate(sorted(tags)))
    # correlate event A {and|or|andnot} event B ...
    operators = ("", *words[3::3])
    operands = words[2::3]
    if unknown := set(operands) - tags:
        msg = f"no event has the tag {min(unknown)}"
        raise AppletError(msg)
    return tuple(zip(operators, operands, strict=True))


def _actions(lines: list[tuple[str, ...]]) -> tuple[Action, ...]:
    # Labels are sorted as strings, whatever order they were typed in (ios-facts §3).
    return tuple(
        sorted((Action(words[1], words[2:]) for words in lines), key=lambda action: action.label)
    )
