"""An EEM policy in Tcl on the virtual router: its registration, and one run (ios-facts-more §C)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.applet import DEFAULT_MAXRUN_S, environment
from knockdeploy.ios.view import hostname
from knockdeploy.lab.router.eem_thread import PolicyRun
from knockdeploy.lab.router.interpreter import AbortedError
from knockdeploy.lab.router.regexp import compiled
from knockdeploy.lab.tcl.process import TclError, shared

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

RUN_S: Final = 0.5
"""What a run takes on an ISR 2821, whatever it does (§C)."""
_REGISTRATION: Final = re.compile(
    r"^::cisco::eem::event_register_syslog (?P<options>.*?)"
    r"pattern (?P<pattern>\{.*?\}|\S+)(?P<more>.*)$",
    re.MULTILINE,
)
_MAXRUN: Final = re.compile(r"maxrun ([\d.]+)")


class PolicyError(ValueError):
    """The file cannot be registered as a policy; the text says why."""


@dataclass(frozen=True, slots=True)
class RegisteredPolicy:
    """A policy as it was registered: what becomes of its file afterwards changes nothing."""

    name: str
    pattern: str
    maxrun_s: float
    script: str
    bypasses_authorization: bool

    @classmethod
    def of(cls, name: str, script: str, *, bypasses_authorization: bool) -> RegisteredPolicy:
        """Return the policy of a file.

        Raises:
            PolicyError: it registers for no syslog event.
            RegexpError: its pattern is wrong.
        """
        found = _REGISTRATION.search(script)
        if found is None:
            msg = f"{name} registers no syslog event"
            raise PolicyError(msg)
        maxrun = _MAXRUN.search(found["options"] + found["more"])
        limit_s = float(maxrun[1]) if maxrun else DEFAULT_MAXRUN_S
        pattern = found["pattern"].strip("{}")
        compiled(pattern)  # refuses one that is wrong
        return cls(name, pattern, limit_s, script, bypasses_authorization)


class TclRun(PolicyRun):
    """A policy under way: what it does, it does at the end of the time a run takes.

    The commands of EEM are the methods ``_do_COMMAND``, called with the words behind it.
    """

    def __init__(
        self,
        policy: RegisteredPolicy,
        message: str,
        at_s: float,
        router: VirtualRouter,
        ended: Callable[[], None],
    ) -> None:
        """Begin, ``message`` having come at ``at_s``."""
        bypasses = policy.bypasses_authorization
        super().__init__(policy.name, router, ended, bypasses_authorization=bypasses, after_s=RUN_S)
        self._script = policy.script
        self._message = message
        self._at_s = at_s
        self._environment = environment(router.running)

    def step(self) -> None:
        """Run the whole script."""
        try:
            shared().run(self._script, self._environment, self._answer)
        except TclError as error:  # the text of IOS is not known
            self._router.log(f"%HA_EM-3-FMPD_ERROR: Error executing policy {self.name}: {error}")
        self._finish()

    def _answer(self, command: str, words: tuple[str, ...]) -> tuple[str, ...]:
        try:
            answer: tuple[str, ...] = getattr(self, f"_do_{command}")(*words)
        except AbortedError as error:
            raise TclError(*error.messages) from error
        return answer

    def _do_event_reqinfo(self) -> tuple[str, ...]:
        """Return when the message came, and what it is."""
        seconds, milliseconds = divmod(round(self._at_s * 1000), 1000)
        return (
            "event_pub_sec", str(seconds),
            "event_pub_msec", str(milliseconds),
            "event_type_string", "syslog",
            "msg", self._message,
        )  # fmt: skip

    def _do_context_save(self, name: str, *pairs: str) -> tuple[str, ...]:
        self._router.contexts[name] = dict(zip(pairs[::2], pairs[1::2], strict=True))
        return ()

    def _do_context_retrieve(self, name: str, variable: str) -> tuple[str, ...]:
        """Return what was saved, which is gone then (§C)."""
        saved = self._router.contexts.get(name, {})
        if variable not in saved:
            msg = f"could not find key {name}"
            raise TclError(msg)
        value = saved.pop(variable)
        return (value,)

    def _do_action_syslog(self, *words: str) -> tuple[str, ...]:
        self._router.log(f"%HA_EM-6-LOG: {self.name}: {words[words.index('msg') + 1]}")
        return ()

    def _do_cli_open(self) -> tuple[str, ...]:
        return ("fd", "file7", "tty_id", str(self._vty.open().number))

    def _do_cli_exec(self, _fd: str, command: str) -> tuple[str, ...]:
        """Return what a command prints, with the prompt behind it."""
        shown = self._vty.command(command)
        prompt = f"{hostname(self._router.running)}#"
        return ("\r\n".join([*shown.splitlines(), prompt]),)

    def _do_cli_close(self, _fd: str, _tty: str) -> tuple[str, ...]:
        self._vty.close()
        return ()
