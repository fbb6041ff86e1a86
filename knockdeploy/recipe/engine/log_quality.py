"""What of a router's log keeps an applet from reading knocks in its buffer (iosxe-facts §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.ios import acl
from knockdeploy.ios.log_buffer import KNOCK, buffered
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.marked_entries import MARK

_NEEDED: Final = "`logging buffered 262144 informational` on the router"
_STAMPS: Final = "service timestamps log datetime"
_STAMPED: Final = re.compile(r"(?:no )?service timestamps(?: log\b|$)")
LEAST_BYTES: Final = 65536
"""Some hundred lines: a knock among what else is logged in its window."""
_PACED: Final = re.compile(r"ip access-list (log-update|logging) |logging rate-limit ")
_LOGS: Final = re.compile(r" log(-input)?\b")
_DENIES: Final = re.compile(r"(\d+ )?deny ")


def refuse_unreadable(config: Node) -> None:
    """Refuse a log that does not tell knocks, or when they came.

    Raises:
        UnsupportedError: naming the line.
    """
    stamps = [node.text for node in config.children if _STAMPED.match(node.text)]
    if not any(text.startswith(_STAMPS) for text in stamps):
        raise UnsupportedError(_why_no_times(stamps), f"`{_STAMPS} msec` on the router")
    buffer = buffered(config)
    if buffer.highest < KNOCK:
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
    if (buffer := buffered(config)).n_bytes < LEAST_BYTES:
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
