"""What one router answered, and how a check makes a finding of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.counters import TemporaryEntry
from knockdeploy.ios.tree import Node, Path
from knockdeploy.recipe.owned import Owned
from knockdeploy.recipe.platforms import CLASSIC_IOS
from knockdeploy.recipe.recipe import Recipe

LOGGING = "show logging | include ogging:"  # the settings alone: the buffer holds knock ports
USERS = "show users wide"
CLOCK = "show clock"
CEF = "show ip cef summary"
NO_CEF = "no ip cef"
EVENT_MANAGER = "show event manager version"
SHOWS = (LOGGING, USERS, CLOCK, CEF, EVENT_MANAGER)
"""What the checks read beside the configuration and the directory of its archive."""

_REFUSED = re.compile(
    r"^[ \t]*+(?:% ?(?:Invalid|Incomplete|Ambiguous|Unrecognized)|\^[ \t]*+$)", re.M
)


@dataclass(frozen=True, slots=True)
class Router:
    """``answers`` are those of ``show`` commands; ``rendered`` is what we would have it say.

    ``owned`` are the objects that it would have. ``temporary`` is what knocks have opened below
    ``temporary_in``; ``is_saved`` says whether startup-config has what is ours, None where nobody
    asked; ``saved_entries`` are those that a knock opened and somebody saved. ``recipe``
    is what its platform makes of an intent.
    """

    running: Node
    answers: Mapping[str, str] = field(default_factory=dict)
    directory: str = ""
    rendered: Node = field(default_factory=lambda: Node(""))
    owned: tuple[Owned, ...] = ()
    temporary: tuple[TemporaryEntry, ...] = ()
    temporary_in: str = ""
    is_saved: bool | None = None
    saved_entries: tuple[str, ...] = ()
    recipe: Recipe = CLASSIC_IOS

    def answer_to(self, command: str) -> str:
        """Return the answer to a command; "" if it was not sent, or refused."""
        answer = self.answers.get(command, "")
        return "" if _REFUSED.search(answer[:400]) else answer

    def lines(self, start: str) -> tuple[str, ...]:
        """Return the lines of the configuration, outside of sections, that start so."""
        return tuple(node.text for node in self.running.children if node.text.startswith(start))


Check = Callable[[Router, Intent], Iterator[Finding]]


def error(rule: str, message: str, line: str = "", parents: Path = ()) -> Finding:
    """Return a finding: a deployment would be refused or taken back."""
    return Finding(rule, "error", message, line, parents)


def warning(rule: str, message: str, line: str = "", parents: Path = ()) -> Finding:
    """Return a finding: somebody should look before a deployment."""
    return Finding(rule, "warning", message, line, parents)


def info(rule: str, message: str, line: str = "", parents: Path = ()) -> Finding:
    """Return a finding: good to know, and no reason to do anything."""
    return Finding(rule, "info", message, line, parents)
