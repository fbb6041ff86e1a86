"""An EEM applet as a value: what wakes it, and its actions in the order in which they run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from knockdeploy.ios.tree import Node

APPLET: Final = "event manager applet "
"""How the header of an applet begins; its name follows."""

_HEADER: Final = re.compile(rf"{APPLET}(\S+)")
_CLASS: Final = re.compile(r" class (\S+)")
_WORD: Final = re.compile(r'"([^"]*)"|(\S+)')
# What the multi-event guide and the engine give where nothing is configured (ios-facts §3).
DEFAULT_WINDOW_S: Final = 180.0
DEFAULT_MAXRUN_S: Final = 20.0


class AppletError(ValueError):
    """The lines make no applet that could be registered; the text says why."""


@dataclass(frozen=True, slots=True)
class SyslogEvent:
    """A syslog event; ``tag`` is "" for the only event of an applet without tags."""

    tag: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its label and its words, quotes taken off."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event: once after ``seconds``, again and again, or when time fits a cron entry."""

    kind: str  # countdown, watchdog, cron
    seconds: float = 0.0
    cron: str = ""


@dataclass(frozen=True, slots=True)
class Applet:
    """A policy of the event manager.

    It is raised when ``correlate`` (tags, each with the operator before it; the first operator
    is "") has held ``occurs`` times within ``window_s`` seconds, or by its timer. Policies of one
    ``thread_class`` wait for each other alone.
    """

    name: str
    events: tuple[SyslogEvent, ...]
    correlate: tuple[tuple[str, str], ...]
    occurs: int
    window_s: float
    maxrun_s: float
    actions: tuple[Action, ...]
    timer: Timer | None = None
    bypasses_authorization: bool = False
    thread_class: str = "default"


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a line; what stands in quotes is one word without them."""
    return tuple(quoted or bare for quoted, bare in _WORD.findall(text))


def environment(config: Node) -> dict[str, str]:
    """Return the variables that every policy has."""
    lines = (line.partition(" ") for line in config.behind("event manager environment "))
    return {name: value for name, _, value in lines}


def lacks_user(config: Node) -> bool:
    """Tell whether AAA asks about a policy's commands, and no user is named for them (§3)."""
    asks = any(config.behind("aaa authorization commands "))
    return asks and not any(config.behind("event manager session cli username "))


def applet_name(header: str) -> str | None:
    """Return the name in an applet's header, None if it is not one."""
    match = _HEADER.match(header)
    return match[1] if match else None


def applet_of(node: Node) -> Applet:
    """Return the applet that a section describes.

    Raises:
        AppletError: it has no event, or correlates tags that no event has.
    """
    lines = [words_of(child.text) for child in node.children]
    asked = [words for words in lines if words[0] == "event"]
    events, options = _events(asked)
    timer = _timer(asked)
    if not events and timer is None:
        msg = "no event registered"
        raise AppletError(msg)
    in_class = _CLASS.search(node.text)
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
        timer=timer,
        bypasses_authorization=" authorization bypass" in node.text,
        thread_class=in_class[1] if in_class else "default",
    )


def _events(lines: list[tuple[str, ...]]) -> tuple[tuple[SyslogEvent, ...], dict[str, float]]:
    """Return the syslog events, and what the lines of all events say beside."""
    events = []
    options: dict[str, float] = {}
    for words in lines:
        options |= _options(words)
        if "syslog" in words and "pattern" in words[:-1]:
            tag = words[2] if words[1:2] == ("tag",) else ""
            events.append(SyslogEvent(tag, words[words.index("pattern") + 1]))
    return tuple(events), options


def _timer(lines: list[tuple[str, ...]]) -> Timer | None:
    for words in lines:
        kind = words[2] if words[1:2] == ("timer",) and len(words) > 2 else ""  # noqa: PLR2004
        named = dict(pairwise(words))
        if kind == "cron" and "cron-entry" in named:
            return Timer(kind, cron=named["cron-entry"])
        if kind in {"countdown", "watchdog"} and "time" in _options(words):
            return Timer(kind, seconds=_options(words)["time"])
    return None


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
