"""One run of an EEM applet: one action at a time, within ``maxrun`` (ios-facts §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knockdeploy.ios.applet import Applet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.eem_vty import Machine, PolicyVty
from knockdeploy.lab.router.interpreter import AbortedError, Interpreter


@dataclass(frozen=True, slots=True)
class Raised:
    """An event that was raised: for which applet, each tag's message, and the last one."""

    applet: Applet
    messages: Mapping[str, str]
    last: str

    @property
    def name(self) -> str:
        """The applet's."""
        return self.applet.name

    def begin(
        self, environment: Mapping[str, str], machine: Machine, ended: Callable[[], None]
    ) -> PolicyRun:
        """Run the applet; ``ended`` is called when that is over."""
        return PolicyRun(self, environment, machine, ended)


class PolicyRun:
    """A policy under way. ``ended`` is called when it is over, however it ended."""

    def __init__(
        self,
        raised: Raised,
        environment: Mapping[str, str],
        machine: Machine,
        ended: Callable[[], None],
    ) -> None:
        self._raised = raised
        self._machine = machine
        self._ended = ended
        self._vty = PolicyVty(
            raised.name, machine, bypasses_authorization=raised.applet.bypasses_authorization
        )
        self._wait_s = 0.0
        self._program = _Program(
            raised, {**environment, "_syslog_msg": raised.last}, self, machine.behaviour
        )
        self._limit = machine.clock.call_later(raised.applet.maxrun_s, self._fail)
        self._step = machine.clock.call_later(0, self._run_next)

    @property
    def name(self) -> str:
        """The applet's."""
        return self._raised.name

    def stop(self) -> None:
        """End the run where it stands; ``ended`` is not called."""
        self._limit.cancel()
        self._step.cancel()
        self._vty.close()

    def say(self, text: str) -> None:
        """Log what the applet says."""
        self._machine.say(f"%HA_EM-6-LOG: {self._raised.applet.name}: {text}")

    def wait(self, seconds: float) -> None:
        """Let the next action run so much later."""
        self._wait_s = seconds

    def command(self, text: str) -> str:
        """Run a command on a VTY of the policy's own."""
        return self._vty.result(text)

    def count(self, name: str, operation: str, value: int) -> int:
        """Change a counter, which all applets share where the image lets them."""
        scope = "" if self._machine.behaviour.counters_shared else self.name
        return self._machine.counters.change((scope, name), operation, value)

    def _run_next(self) -> None:
        if self._program.current is None:
            self._finish()
            return
        self._wait_s = 0.0
        try:
            self._program.step()
        except AbortedError as error:
            self._fail(*error.messages)
            return
        self._step = self._machine.clock.call_later(self._wait_s, self._run_next)

    def _fail(self, *messages: str) -> None:
        """Give up: an action cannot be run, or maxrun is over (no other text is in print)."""
        action = self._program.current
        for message in messages:
            self._machine.log(message)
        self._machine.log(
            f"%HA_EM-3-FMPD_ERROR: Error executing applet {self._raised.applet.name} "
            f"statement {action.label if action else ''}"
        )
        self._finish()

    def _finish(self) -> None:
        self.stop()
        self._ended()


class _Program(Interpreter):
    """The applet's actions with the one that asks about the events that raised it."""

    def __init__(
        self,
        raised: Raised,
        variables: dict[str, str],
        effects: PolicyRun,
        behaviour: Behaviour,
    ) -> None:
        super().__init__(raised.applet.actions, variables, effects, behaviour)
        self._raised = raised
        self._last_only = behaviour.reqinfo == "last"

    def do_info(self, *words: str) -> None:
        """Set ``$_syslog_msg`` to the message of a tag's event; unset it if there was none."""
        if words[:3] != ("type", "event", "reqinfo"):
            raise AbortedError
        tag = words[words.index("tag") + 1] if "tag" in words else None
        if tag is None or self._last_only:
            self.variables["_syslog_msg"] = self._raised.last
        elif tag in self._raised.messages:
            self.variables["_syslog_msg"] = self._raised.messages[tag]
        else:
            self.variables.pop("_syslog_msg", None)
