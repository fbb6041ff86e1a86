"""What a client has to know of one router's door."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.sequence import MAX_PAUSE_MS, KnockSequence, Protocol

_USABLE_MS: Final = 800
"""Of each second of the window: the rest is for the network."""
_OPENS_WITHIN_S: Final = 2
"""An applet opens half a second after the last knock (ios-facts-more §C)."""
_READS_LOG_WITHIN_S: Final = 5
"""One that reads the log waits for the last line first, and types entries (iosxe-facts §8)."""
_WORD: Final = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Door:
    """Where to knock, how, and what it opens. Its repr shows no port of the knock.

    ``port`` is where clients find SSH, or else the first TCP service; None where there is none.
    ``spacing_ms`` is how far apart the router needs its knocks.
    """

    name: str
    address: str
    sequence: KnockSequence
    window_s: int
    services: tuple[str, ...]
    port: int | None
    user: str
    spacing_ms: int = 0

    def pause_ms(self, *, waits_ms: int = 0) -> int:
        """Return the pause between two knocks for a client that waits at each TCP knock.

        Raises:
            InputError: if its waits alone take longer than the window.
        """
        *but_last, _ = self.sequence
        n_waits = sum(knock.protocol is Protocol.TCP for knock in but_last)
        left_ms = _USABLE_MS * self.window_s - waits_ms * n_waits
        if left_ms < 0:
            needed_s = math.ceil(waits_ms * n_waits / _USABLE_MS)
            raise self.cannot(
                f"{self.window_s} s are too short for a client that waits {waits_ms} ms at each "
                "TCP knock",
                f"at least {needed_s}, or protocol: udp",
                "knock.window_seconds",
            )
        return max(self.spacing_ms, min(MAX_PAUSE_MS, left_ms // max(1, len(but_last))))

    @property
    def opens_within_s(self) -> int:
        """How long a client waits for the door; knocks are far apart where they go by the log."""
        return _READS_LOG_WITHIN_S if self.spacing_ms else _OPENS_WITHIN_S

    def login_port(self) -> int:
        """Return where a client logs in, or raise InputError."""
        if self.port is None:
            raise self.cannot("no TCP service that SSH could come through", "22/tcp", "services")
        return self.port

    def word(self, text: str) -> str:
        """Return name or address for a line of commands, or raise InputError."""
        if _WORD.fullmatch(text):
            return text
        message = f"{text!r} cannot be part of a command line"
        raise self.cannot(message, "letters, digits, points, - and _", None)

    def cannot(self, message: str, hint: str, key: str | None) -> InputError:
        """Return why this door cannot be said in a format."""
        return InputError(Mistake(message, hint, host=self.name, key=key))
