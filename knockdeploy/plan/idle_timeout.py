"""Whether a router ends a session of ours in the middle of a proof, because nobody types."""

from __future__ import annotations

import math
from typing import Final

from knockdeploy.intent import Intent
from knockdeploy.ios.tree import Node
from knockdeploy.ios.vty_lines import idle_limit_s, vty_lines

_LOOKS_S: Final = 13.0  # at the door, three times, until it opens (change/confirm_time.py)
_MS: Final = 1000


def silence_s(intent: Intent) -> float:
    """Return the longest silence of a session while its knock is proved: a knock, and a look.

    Longer waits are bridged by empty lines.
    """
    knock = intent.timed_knock
    return knock.pause_ms / _MS * (len(knock.sequence) - 1) + _LOOKS_S


def bridged_s(config: Node) -> float:
    """Return after how long a wait needs an empty line, so that the router keeps the session."""
    limit = idle_limit_s(config)
    return limit / 2 if limit else math.inf


def ends_sessions(config: Node, intent: Intent) -> tuple[str, str] | None:
    """Return the header of the lines that end a session too soon, and what to tell of them."""
    limit, needed_s = idle_limit_s(config), silence_s(intent)
    if limit is None or limit >= needed_s:
        return None
    header = next(each.header for each in vty_lines(config) if each.idle_s == limit)
    return header, (
        f"{header} ends a session that is idle for {limit} s (exec-timeout), and the "
        f"proof may be silent for {needed_s:.0f} s: `exec-timeout 5 0`, or --no-proof"
    )
