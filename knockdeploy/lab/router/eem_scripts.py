"""The Tcl policies of a virtual router: which files are registered, and what raises them."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.ios.tree import Node
from knockdeploy.lab.router.eem_thread import Router, Threads
from knockdeploy.lab.router.regexp import RegexpError
from knockdeploy.lab.tcl.policy import Contexts, PolicyError, TclDetector, TclPolicy

_POLICY: Final = re.compile(r"event manager policy (?P<name>\S+)(?P<bypasses>.* bypass$)?")
_DIRECTORY: Final = re.compile(
    r'event manager directory user policy "?(?:boot)?flash0?:/*([^"]*?)/*"?$'
)


class Scripts:
    """Registers the policies that the configuration names, and runs them one at a time.

    A file that changes later does nothing until it is registered again (ios-facts-more §C).
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._detectors: dict[str, TclDetector] = {}
        self._contexts: Contexts = {}
        self.threads = Threads(router)

    @property
    def registered(self) -> tuple[TclPolicy, ...]:
        """The policies in the order of their registration."""
        return tuple(detector.policy for detector in self._detectors.values())

    def refusal(self, line: str) -> str:
        """Return why a line that registers a policy is refused, "" where it is not.

        The texts of classic IOS are not known.
        """
        found = _POLICY.match(line)
        if found is None:
            return ""
        if _directory(self._router.running) is None:
            return "EEM configuration: no user policy directory configured"
        try:
            self._detector(found)
        except (PolicyError, RegexpError) as error:
            return (
                f"EEM configuration: policy file {found['name']} could not be registered: {error}"
            )
        return ""

    def follow(self) -> None:
        """Forget what is no longer configured, and register what is new."""
        lines = (node.text for node in self._router.running.children)
        policies = (_POLICY.match(each) for each in lines if each.startswith("event manager "))
        wanted = {found["name"]: found for found in policies if found}
        for name in set(self._detectors) - set(wanted):
            del self._detectors[name]
        for name, line in wanted.items():
            if name not in self._detectors:
                self._register(line)

    def see(self, message: str, now_s: float) -> None:
        """Look at a message."""
        for detector in self._detectors.values():
            if raised := detector.see(message, now_s):
                self.threads.raised(raised)

    def restart(self) -> None:
        """Forget what was saved and registered: both are in RAM."""
        self.threads.restart()
        self._contexts.clear()
        self._detectors.clear()

    def _register(self, line: re.Match[str]) -> None:
        try:
            self._detectors[line["name"]] = self._detector(line)
        except (PolicyError, RegexpError) as error:
            self._router.log(f"%HA_EM-4-FMPD_POLICY_NOT_EXIST: {error}")

    def _detector(self, line: re.Match[str]) -> TclDetector:
        name = line["name"]
        directory = _directory(self._router.running)
        path = f"{directory}/{name}" if directory else name
        script = self._router.flash.get(path)
        if script is None:
            msg = f"policy file flash:{path} could not be found"
            raise PolicyError(msg)
        policy = TclPolicy.of(name, script, bypasses_authorization=bool(line["bypasses"]))
        return TclDetector(policy, self._contexts)


def _directory(running: Node) -> str | None:
    found = (_DIRECTORY.match(node.text) for node in running.children)
    return next((match[1] for match in found if match), None)
