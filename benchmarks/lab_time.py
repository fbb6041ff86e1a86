"""Time of virtual routers that passes as somebody waits for it, however slow this machine is.

Once this is imported, whoever knocks at a router with a PatientClock in this process waits so.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final
from unittest import mock

from knockdeploy.change import door_test, push
from knockdeploy.change.needed import Change
from knockdeploy.change.observations import Watched
from knockdeploy.change.prover import Prover
from knockdeploy.cli import knocking
from knockdeploy.device import knock_in
from knockdeploy.intent import Intent
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.probe import Seen, probe
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.knock.visitor import Visitor
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.router.clock import Handle, ManualClock
from knockdeploy.sequence import KnockSequence

Sleep = Callable[[float], None]
Tell = Callable[[str], None]
_LONGEST_S: Final = 0.1
"""How long we wait where they wait longer: what polls must not keep us busy."""
_LOOK_S: Final = 0.2
"""What passes between a knock to come in and a look whether it opened."""
_SLEEPS: dict[str, Sleep] = {}
"""What passes the time of the router at an address."""


class PatientClock(ManualClock):
    """A clock that stands still until ``advance`` moves it, but for what is due at once."""

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Handle:
        """Run ``call`` when ``advance`` reaches its time, or soon if that is now."""
        handle = super().call_later(delay_s, call)
        if delay_s <= 0:
            asyncio.get_running_loop().call_soon(self.advance)
        return handle


def let_pass(lab: Fabric, machine: Machine, seconds: float) -> None:
    """Let the time of a router pass, once it has what was sent to it before."""
    clock = machine.clock
    assert isinstance(clock, PatientClock)  # noqa: S101
    time.sleep(min(seconds, _LONGEST_S))
    lab.call(lambda: None)  # what has arrived by now is read before the next call
    lab.call(lambda: clock.advance(seconds))


@contextlib.contextmanager
def passing(lab: Fabric) -> Iterator[None]:
    """Let the time of routers with a PatientClock pass while a proof waits for them.

    So no knock is late where we are: its window passes only in the pauses between knocks.
    """
    patient = [m for m in lab.routers.values() if isinstance(m.clock, PatientClock)]
    sleeps = {address: partial(let_pass, lab, m) for m in patient for address in m.place.interfaces}
    _SLEEPS.update(sleeps)
    try:
        yield
    finally:
        for address in sleeps:
            del _SLEEPS[address]


def _visitor(address: str, intent: Intent, tell: Tell, *, elsewhere: Elsewhere | None) -> Visitor:
    return Visitor(address, intent, tell, _SLEEPS.get(address, time.sleep), elsewhere)


def _prover(
    router: Watched,
    change: Change,
    by: Visitor,
    tell: Tell,
    **times: Any,  # noqa: ANN401  # as Prover has them
) -> Prover:
    return Prover(router, change, by, tell, by.sleep, **times)


def _send(
    address: str, sequence: KnockSequence, *, pause_ms: int, source: str | None = None
) -> None:
    sleep = _SLEEPS.get(address, time.sleep)
    send_knock(address, sequence, pause_ms=pause_ms, source=source, sleep=sleep)


def _probe(
    address: str, port: int, *, service_port: int, within_s: float, source: str | None = None
) -> Seen:
    if passes := _SLEEPS.get(address):
        passes(_LOOK_S)
    return probe(address, port, service_port=service_port, within_s=within_s, source=source)


for _module in (push, door_test):  # who proves, and by whom
    mock.patch.object(_module, "Visitor", _visitor).start()
    mock.patch.object(_module, "Prover", _prover).start()
for _module in (knock_in, knocking):  # who comes in by a knock
    mock.patch.object(_module, "send_knock", _send).start()
    mock.patch.object(_module, "probe", _probe).start()
