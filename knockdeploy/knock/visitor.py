"""Whoever knocks and looks, as a client does: from here, or from another machine."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from knockdeploy.errors import UnreachableError
from knockdeploy.intent import Intent, Service
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.probe import Seen, probe, probe_until_open
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.sequence import KnockSequence

_WITHIN_S: Final = 3.0  # an answer within 3 s is open


@dataclass(frozen=True, slots=True)
class Visitor:
    """Knocks at ``address`` and looks at its services, from ``elsewhere`` if there is one."""

    address: str
    intent: Intent
    tell: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    elsewhere: Elsewhere | None = None

    def get_ready(self) -> None:
        """See that knocks can be sent: before anything is sent to the router.

        Raises:
            UnreachableError: from the other machine nothing can be done.
        """
        if self.elsewhere:
            self.tell(f"knocking from {self.elsewhere.where}")
            self.elsewhere.ready(self.address, self.port(self.intent.services[0]))

    @property
    def pause_ms(self) -> int:
        """The pause between two knocks of the right sequence."""
        return self.intent.timed_knock.pause_ms

    def knock(self, sequence: KnockSequence, before_last: Callable[[], None] | None = None) -> None:
        """Knock; ``before_last`` is called in the pause before the last knock."""
        n_pauses = itertools.count(2)

        def sleep(pause_s: float) -> None:
            started = time.monotonic()
            if before_last and next(n_pauses) == len(sequence):
                before_last()
            self.sleep(max(0.0, pause_s - (time.monotonic() - started)))

        send = self.elsewhere.knock if self.elsewhere else send_knock
        try:
            pause = replace(self.intent.timed_knock, sequence=sequence).pause_ms
            send(self.address, sequence, pause_ms=pause, sleep=sleep)
        except UnreachableError as error:  # the counters will say that none arrived
            self.tell(str(error))

    def probe(self, service: Service, *, until_open: bool = False) -> Seen:
        """Look whether a service answers."""
        from_there = self.elsewhere.probe if self.elsewhere else probe

        def look(within_s: float) -> Seen:
            port = self.port(service)
            return from_there(self.address, port, service_port=service.port, within_s=within_s)

        return probe_until_open(look, within_s=_WITHIN_S) if until_open else look(_WITHIN_S)

    def port(self, service: Service) -> int:
        """Return the port at which clients find a service."""
        return self.intent.outside_port(service.port)
