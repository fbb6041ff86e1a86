"""The Embedded Event Manager: what it watches for, and one policy at a time (ios-facts §3)."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.applet import Applet, AppletError, applet_name, applet_of
from knockdeploy.ios.tree import Node
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.eem_run import AppletRun, Raised
from knockdeploy.lab.router.eem_scripts import Scripts
from knockdeploy.lab.router.eem_thread import PolicyThreads
from knockdeploy.lab.router.eem_timers import Timers
from knockdeploy.lab.router.regexp import RegexpError, compiled

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_OF_DATA_PLANE: Final = "-6-IPACCESSLOG"
_THREADS: Final = re.compile(r"event manager scheduler applet thread class (\S+) number (\d+)$")
_DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class _Held:
    """The event a tag remembers."""

    at_s: float
    message: str


class Detector:
    """Waits for the events of one applet.

    A tag remembers one event (ios-facts §13: the last). The correlation is looked at when an
    event arrives, over what the tags remember of the last ``window_s`` seconds. What `andnot`
    makes of them is open: where it ``waits``, a whole period has to pass without its event.
    """

    def __init__(self, applet: Applet, behaviour: Behaviour) -> None:
        self.applet = applet
        self._patterns = [(event.tag, compiled(event.pattern)) for event in applet.events]
        self._keeps_first = behaviour.tag_keeps == "first"
        self._clears = behaviour.cleared_after_match
        self._andnot = behaviour.andnot
        self._unwanted = {tag for operator, tag in applet.correlate if operator == "andnot"}
        self._held: dict[str, _Held] = {}
        self._occurred_s: deque[float] = deque()

    @property
    def wait_s(self) -> float:
        """How long what is raised waits for what `andnot` forbids."""
        return self.applet.window_s if self._unwanted and self._andnot == "waits" else 0.0

    def forbids(self, now_s: float) -> bool:
        """Tell whether what `andnot` forbids was seen in the period that is over now."""
        return any(
            tag in self._held and self._is_recent(self._held[tag], now_s) for tag in self._unwanted
        )

    def see(self, message: str, now_s: float) -> Raised | None:
        """Look at a message; return the event it raises, if it does."""
        tags = [tag for tag, pattern in self._patterns if pattern.search(message)]
        if not tags:
            return None
        self._held = {tag: held for tag, held in self._held.items() if self._is_recent(held, now_s)}
        for tag in tags:
            if not (self._keeps_first and tag in self._held):
                self._held[tag] = _Held(now_s, message)
        if not self._correlates():
            return None
        messages = {tag: held.message for tag, held in self._held.items()}
        if self._clears:
            self._held = {}
        return Raised(self.applet, messages, message) if self._occurs(now_s) else None

    def _is_recent(self, held: _Held, now_s: float) -> bool:
        return now_s - held.at_s <= self.applet.window_s

    def _correlates(self) -> bool:
        """Evaluate the correlation from left to right, as it is written."""
        holds = False
        for operator, tag in self.applet.correlate:
            is_held = tag in self._held
            if operator == "and":
                holds = holds and is_held
            elif operator == "andnot":
                holds = holds and (self._andnot == "ignored" or not is_held)
                holds = holds and self._andnot != "never"
            else:
                holds = holds or is_held
        return holds

    def _occurs(self, now_s: float) -> bool:
        """Count an occurrence of the whole correlation; tell whether they are enough (§3)."""
        self._occurred_s.append(now_s)
        while now_s - self._occurred_s[0] > self.applet.window_s:
            self._occurred_s.popleft()
        if len(self._occurred_s) < self.applet.occurs:
            return False
        self._occurred_s.clear()
        return True


class EventManager:
    """The registered policies, and the threads that run them: applets in some, Tcl in another."""

    def __init__(self, router: VirtualRouter) -> None:
        self._router = router
        self._detectors: dict[str, Detector] = {}
        self._timers = Timers(router.clock, lambda applet: self._run(Raised(applet, {}, "")))
        self._classes: dict[str, PolicyThreads] = {}
        self.scripts = Scripts(router)

    @property
    def applets(self) -> tuple[Applet, ...]:
        """The registered applets, in the order of their registration."""
        return tuple(detector.applet for detector in self._detectors.values())

    @property
    def pending(self) -> tuple[str, ...]:
        """The names of the policies that wait for their turn."""
        return tuple(name for each in self._threads() for name in each.pending)

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the policies that run."""
        return tuple(name for each in self._threads() for name in each.active)

    def read(self) -> None:
        """Register every policy of the running configuration, and no other."""
        self.prune()
        for node in self._router.running.children:
            if applet_name(node.text):
                self.register(node)

    def register(self, node: Node) -> None:
        """Register the applet of a section; one that cannot be is not, and the old one is gone.

        IOS does so when the mode of the applet is left.
        """
        name = applet_name(node.text) or ""
        behaviour = self._router.behaviour
        try:
            applet = applet_of(node)
            if name in self._detectors and self._detectors[name].applet == applet:
                return
            detector = Detector(applet, behaviour)
        except (AppletError, RegexpError):
            self._forget(name)
        else:
            self._forget(name)
            self._detectors[name] = detector
            self._timers.start(applet)

    def prune(self) -> None:
        """Forget the policies that are no longer configured; Tcl ones that are new register."""
        headers = (node.text for node in self._router.running.children)
        names = {applet_name(each) for each in headers if each.startswith("event manager ")}
        for name in set(self._detectors) - names:
            self._forget(name)
        self.scripts.follow()

    def see(self, line: str) -> None:
        """Look at a line that was logged."""
        behaviour = self._router.behaviour
        if _OF_DATA_PLANE in line and not behaviour.acl_log_wakes_eem:
            return
        text = line if behaviour.message_stamped else "%" + line.partition("%")[2]
        message = f"\n{text}" if behaviour.message_newline else text
        now_s = self._router.clock.now()
        for detector in tuple(self._detectors.values()):
            raised = detector.see(message, now_s)
            if raised is not None:
                self._raise(raised, detector)
        self.scripts.see(message, now_s)

    def _raise(self, raised: Raised, detector: Detector) -> None:
        def due() -> None:
            is_registered = self._detectors.get(raised.applet.name) is detector
            if is_registered and not detector.forbids(self._router.clock.now()):
                self._run(raised)

        if detector.wait_s:
            self._router.clock.call_later(detector.wait_s, due)
        else:
            self._run(raised)

    def restart(self) -> None:
        """Forget what was seen and counted and stop what runs, as a reload does."""
        if not self._router.behaviour.counters_kept:
            self._router.counters.clear()
        for threads in self._classes.values():
            threads.restart()
        self.scripts.restart()
        for name in tuple(self._detectors):
            self._forget(name)
        self.read()

    def _forget(self, name: str) -> None:
        self._detectors.pop(name, None)
        self._timers.stop(name)

    def _run(self, raised: Raised) -> None:
        """Run an applet in a thread of its class, or let it wait for one."""
        is_ignored = self._router.behaviour.applet_classes == "ignored"
        name = _DEFAULT if is_ignored else raised.applet.thread_class
        if name not in self._classes:
            self._classes[name] = PolicyThreads(lambda: self._n_threads(name))
        run = partial(AppletRun, raised, self._router)
        self._classes[name].raised(raised.applet.name, run)

    def _threads(self) -> tuple[PolicyThreads, ...]:
        return (*self._classes.values(), self.scripts.threads)

    def _n_threads(self, name: str) -> int:
        """Return how many applets of a class run at a time: configured, or the image's number."""
        behaviour = self._router.behaviour
        if name != _DEFAULT and behaviour.applet_classes == "stuck":
            return 0
        matches = self._router.running.matches(_THREADS)
        found = next((int(match[2]) for match in matches if match[1] == name), None)
        return found or (behaviour.applet_threads if name == _DEFAULT else 0)
