"""What of a router's log keeps an applet from reading knocks in its buffer (iosxe-facts §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios import acl
from knockdeploy.ios.log_levels import KNOCK, level_of
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.marked_entries import MARK

_NEEDED: Final = "`logging buffered 262144 informational` on the router"
_BUFFERED: Final = re.compile(r"(no )?logging buffered\b(?: discriminator \S+)?(.*)")
_SIZE: Final = re.compile(r"\d\d+$")  # one digit is a level
_STAMPS: Final = "service timestamps log datetime"
_STAMPED: Final = re.compile(r"(?:no )?service timestamps(?: log\b|$)")
_USUAL_BYTES: Final = 4096
_LEAST_BYTES: Final = 65536  # some hundred lines: a knock among what else is logged in its window
_PACED: Final = re.compile(r"ip access-list (log-update|logging) |logging rate-limit ")
_LOGS: Final = re.compile(r" log(-input)?\b")
_DENIES: Final = re.compile(r"(\d+ )?deny ")


class Buffered(NamedTuple):
    """What the router keeps of its log: how much, and up to which severity; the line says so."""

    line: str = ""
    n_bytes: int = _USUAL_BYTES
    level: str = ""
    is_off: bool = False

    @property
    def is_small(self) -> bool:
        """Whether other messages may soon push knocks out."""
        return self.n_bytes < _LEAST_BYTES

    @property
    def is_without_knocks(self) -> bool:
        """Whether it keeps nothing informational, as knocks are."""
        kept = level_of(self.level)
        return kept is not None and kept < KNOCK


def buffered(config: Node) -> Buffered:
    """Return what a configuration says of the log buffer."""
    match = next(config.matches(_BUFFERED), None)
    if match is None:
        return Buffered()
    words = match[2].split()
    n_bytes = next((int(word) for word in words if _SIZE.match(word)), _USUAL_BYTES)
    return Buffered(match[0], n_bytes, words[-1] if words else "", bool(match[1]))


def refuse_unreadable(config: Node) -> None:
    """Refuse a log that does not tell knocks, or when they came.

    Raises:
        UnsupportedError: naming the line.
    """
    stamps = [node.text for node in config.children if _STAMPED.match(node.text)]
    if not any(text.startswith(_STAMPS) for text in stamps):
        raise UnsupportedError(_why_no_times(stamps), f"`{_STAMPS} msec` on the router")
    buffer = buffered(config)
    if buffer.is_off or buffer.is_without_knocks:
        raise UnsupportedError(
            f"'{buffer.line}': the applet reads knocks from the log buffer, where they are "
            "informational",
            _NEEDED,
        )


def _why_no_times(stamps: Sequence[str]) -> str:
    if any("uptime" in text for text in stamps):
        return (
            f"'{stamps[0]}': after a day of uptime the log shows whole hours (1d03h), "
            "so the time between knocks is not known"
        )
    line = f"'{stamps[0]}'" if stamps else f"no line '{_STAMPS} ...'"
    return f"{line}: the log has no timestamps, so the time between knocks is not known"


def warnings(config: Node, acl_name: str) -> Iterator[str]:
    """Yield what may lose lines of a knock before they are read."""
    yield from held_back(config)
    if (buffer := buffered(config)).is_small:
        yield (
            f"the log buffer has {buffer.n_bytes} bytes: other messages may overwrite a knock "
            f"before it is read: {_NEEDED}"
        )
    section = config.child(acl.header(acl_name))
    if other := next(_others(section), None) if section else None:
        yield (
            f"'{other}' logs into the same buffer as the knocks do, as fast as strangers send: "
            "enough of them overwrite a knock before it is read"
        )


def held_back(config: Node) -> Iterator[str]:
    """Yield which lines may keep a knock from being logged in time."""
    for node in config.children:
        if _PACED.match(node.text):
            yield f"'{node.text}' may hold back or lose the line of a knock"


def denied_of_others(config: Node) -> str | None:
    """Return an entry of any list that denies and logs, and hears no knock."""
    lists = (node for node in config.children if acl.is_extended(node.text))
    denied = (entry for node in lists for entry in _others(node) if _DENIES.match(entry))
    return next(denied, None)


def _others(section: Node) -> Iterator[str]:
    """Yield the entries that log and are not there to hear knocks."""
    for entry in (" ".join(node.text.split()) for node in section.children):
        if _LOGS.search(entry) and f" {MARK} " not in entry and "remark" not in entry:
            yield entry
