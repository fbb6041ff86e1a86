"""What IOS prints over a session by itself: log messages, and events that are no answer. Pure.

Whatever is listed here is no answer, no refusal and no part of a configuration, wherever it comes.
"""

from __future__ import annotations

import re
from typing import Final

# `000123: *Mar  1 2002 00:26:44.431 NewYork: %SYS-5-CONFIG_I: ...`: number, mark, date or uptime
# and zone as `service sequence-numbers` and `service timestamps` have them, each may be missing
# (ios-facts §2).
_LOG: Final = re.compile(
    r"(?:\d++: )?"
    r"(?:[*.]?(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: [^\s:%]+)?"
    r"|\d+:\d\d:\d\d|(?:\d+[ywdhm])+): )?"
    r"%[A-Za-z]\w*+(?:-[\w/]++)*?-[0-7]-\w++ ?:"
    r"|-(?:Traceback|Process)="
)
_LOG_LINE: Final = re.compile(rf"\n(?:{_LOG.pattern})")
# Printed without `%` into the session that armed the router, over its prompt or in the middle of a
# line (ios-facts §9, second real session): in the last minute, and when it goes back.
_EVENT: Final = re.compile(
    r"(?:Rollback Confirmed Change: Rollback will begin in .{1,40}\."
    r"|Enter \"configure confirm\" if you wish to keep what you've configured"
    r"|Rollback Confirmed Change: [Rr]olling to ?:.{0,100}) ?$"
)
_MAY_BE_EVENT: Final = ("Rollback Confirmed Change: ", 'Enter "configure confirm"')
_EVENT_CHARS: Final = 160
# What follows when it goes back, up to its own last line.
_LISTING: Final = re.compile(r"!Pass \d+$")
_LISTED: Final = "Rollback Done"
# `reload in 5`: three lines to every terminal, the middle one tells.
_SHUTDOWN: Final = re.compile(r"\*\*\* --- SHUTDOWN .{1,20} ---$")
_STARS: Final = "***"
_WORDS: Final = (_STARS, *_MAY_BE_EVENT)
_ROLLING_BACK: Final = "olling to"


def without_event(line: str) -> str | None:
    """Return what an event was printed over, which goes on in the next line; None without one."""
    if not any(words in line for words in _MAY_BE_EVENT):
        return None
    start = max(0, len(line) - _EVENT_CHARS)
    found = _EVENT.search(line, start)
    return line[: found.start()] if found else None


class Incoming:
    """What arrived since a line was typed: ``lines``, and the unfinished one, ``tail``.

    Interjections are left out; ``n_chars`` counts them too. ``longest`` is the longest line;
    ``is_rolled_back`` is set once the router has said that its revert timer fired (ios-facts §9).
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.n_chars = 0
        self.longest = 0
        self.is_rolled_back = False
        self._is_interrupted = False
        self._is_listing = False
        self._last = ""  # line that is not blank
        self._rest = ""
        self._held = ""  # the line that an event was printed over
        self._n_stars = 0
        self._is_star_due = False

    @property
    def tail(self) -> str:
        """The line that has not ended yet: a prompt or a question, if nothing follows."""
        return self._held + self._rest

    @property
    def end(self) -> str:
        """Where it ends, and a prompt must stand: before an interjection, or unfinished."""
        return self.tail or (self._last if self._is_interrupted else "")

    def feed(self, text: str) -> None:
        """Take more of what the router prints, without carriage returns."""
        self.n_chars += len(text)
        text = self._rest + text
        *complete, self._rest = text.split("\n")
        # most texts have nothing of what each interjection has
        has_word = any(each in text for each in _WORDS)
        if self._is_within_one or (complete and (has_word or _LOG_LINE.search(f"\n{text}"))):
            for line in complete:
                self._take(line)
        else:  # nearly always
            self._keep(complete)
        self.longest = max(self.longest, len(self.tail))

    def _take(self, raw: str) -> None:
        self.longest = max(self.longest, len(raw))
        if _LOG.match(raw) or self._lists(raw):
            self._is_interrupted = True
            return
        line, self._held = self._held + raw, ""
        if (over := without_event(line)) is not None:
            self._held = over
            self.is_rolled_back = self.is_rolled_back or _ROLLING_BACK in line
        elif _SHUTDOWN.match(line):
            self._n_stars, self._is_interrupted = 0, True
            self._is_star_due = True
        elif line == _STARS:  # what it belongs to, the next line tells
            self._n_stars += not self._is_star_due
            self._is_star_due = False
        else:
            self.lines += [_STARS] * self._n_stars
            self._n_stars, self._is_star_due = 0, False
            self._keep([line])

    @property
    def _is_within_one(self) -> bool:
        """Whether what was interjected may go on in the next line."""
        is_event = self._held or self.is_rolled_back
        return bool(is_event or self._n_stars or self._is_star_due)

    def _keep(self, lines: list[str]) -> None:
        self.lines += lines
        self.longest = max(self.longest, max(map(len, lines), default=0))
        if last := next((line for line in reversed(lines) if line.strip()), ""):
            self._last, self._is_interrupted = last, False

    def _lists(self, raw: str) -> bool:
        """Tell whether a line belongs to the list of what going back did."""
        is_listed = self._is_listing or (self.is_rolled_back and _LISTING.match(raw) is not None)
        self._is_listing = is_listed and raw.rstrip() != _LISTED
        return is_listed
