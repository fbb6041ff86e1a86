"""One run of an EEM applet: one action at a time, within ``maxrun`` (ios-facts §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knockdeploy.ios.applet import Applet, environment
from knockdeploy.lab.router.eem_thread import PolicyRun
from knockdeploy.lab.router.eem_words import COUNTERS
from knockdeploy.lab.router.interpreter import AbortedError, Interpreter

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter


@dataclass(frozen=True, slots=True)
class Raised:
    """An event that was raised: for which applet, each tag's message, and the last one."""

    applet: Applet
    messages: Mapping[str, str]
    last: str


class AppletRun(PolicyRun):
    """An applet under way."""

    def __init__(self, raised: Raised, router: VirtualRouter, ended: Callable[[], None]) -> None:
        applet = raised.applet
        bypasses = applet.bypasses_authorization
        super().__init__(applet.name, router, ended, bypasses_authorization=bypasses)
        self._raised = raised
        self._wait_s = 0.0
        variables = {**environment(router.running), "_syslog_msg": raised.last}
        self._program = Interpreter(applet.actions, variables, self, router.behaviour)
        self._limit = router.clock.call_later(applet.maxrun_s, self._fail)

    def stop(self) -> None:
        """End the run where it stands; nobody is told."""
        self._limit.cancel()
        super().stop()

    def say(self, text: str) -> None:
        """Log what the applet says."""
        self._router.say(f"%HA_EM-6-LOG: {self.name}: {text}")

    def wait(self, seconds: float) -> None:
        """Let the next action run so much later."""
        self._wait_s = seconds

    def command(self, text: str) -> str:
        """Run a command on a VTY of the policy's own."""
        return self._vty.result(text)

    def count(self, name: str, operation: str, value: int) -> int:
        """Change a counter and return what it is then; KeyError: an unknown operation.

        All applets share it where the image lets them; one that nobody has set is 0.
        """
        counters = self._router.counters
        key = "" if self._router.behaviour.counters_shared else self.name, name
        counters[key] = COUNTERS[operation](counters.get(key, 0), value)
        return counters[key]

    def message(self, tag: str | None) -> str | None:
        """Return the message of a tag's event, None if there was none; of no tag the last one."""
        if tag is None or self._router.behaviour.reqinfo == "last":
            return self._raised.last
        return self._raised.messages.get(tag)

    def step(self) -> None:
        """Run the next action."""
        if self._program.current is None:
            self._finish()
            return
        self._wait_s = 0.0
        try:
            self._program.step()
        except AbortedError as error:
            self._fail(*error.messages)
            return
        self._next_step = self._router.clock.call_later(self._wait_s, self.step)

    def _fail(self, *messages: str) -> None:
        """Give up: an action cannot be run, or maxrun is over (no other text is in print)."""
        action = self._program.current
        for message in messages:
            self._router.log(message)
        self._router.log(
            f"%HA_EM-3-FMPD_ERROR: Error executing applet {self.name} "
            f"statement {action.label if action else ''}"
        )
        self._finish()
