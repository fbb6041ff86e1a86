"""The Tcl policies of a virtual router: which files are registered, and what raises them."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.tree import Node
from knockdeploy.lab.router.eem_thread import PolicyThreads
from knockdeploy.lab.router.regexp import RegexpError, compiled
from knockdeploy.lab.tcl.policy import PolicyError, RegisteredPolicy, TclRun

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_POLICY: Final = re.compile(r"event manager policy (?P<name>\S+)(?P<bypasses>.* bypass$)?")
_DIRECTORY: Final = re.compile(
    r'event manager directory user policy "?(?:boot)?flash0?:/*([^"]*?)/*"?$'
)


class Scripts:
    """Registers the policies that the configuration names, and runs them one at a time.

    A file that changes later does nothing until it is registered again (ios-facts-more §C).
    """

    def __init__(self, router: VirtualRouter) -> None:
        self._router = router
        self._policies: dict[str, RegisteredPolicy] = {}
        self.threads = PolicyThreads()

    @property
    def registered(self) -> tuple[RegisteredPolicy, ...]:
        """The policies in the order of their registration."""
        return tuple(self._policies.values())

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
            self._policy(found)
        except (PolicyError, RegexpError) as error:
            return (
                f"EEM configuration: policy file {found['name']} could not be registered: {error}"
            )
        return ""

    def follow(self) -> None:
        """Forget what is no longer configured, and register what is new."""
        wanted = {found["name"]: found for found in self._router.running.matches(_POLICY)}
        for name in set(self._policies) - set(wanted):
            del self._policies[name]
        for name in [each for each in wanted if each not in self._policies]:
            try:
                self._policies[name] = self._policy(wanted[name])
            except (PolicyError, RegexpError) as error:
                self._router.log(f"%HA_EM-4-FMPD_POLICY_NOT_EXIST: {error}")

    def see(self, message: str, now_s: float) -> None:
        """Look at a message: each policy whose pattern it fits is raised."""
        for policy in self._policies.values():
            if compiled(policy.pattern).search(message):
                run = partial(TclRun, policy, message, now_s, self._router)
                self.threads.raised(policy.name, run)

    def restart(self) -> None:
        """Forget what was saved and registered: both are in RAM."""
        self.threads.restart()
        self._router.contexts.clear()
        self._policies.clear()

    def _policy(self, line: re.Match[str]) -> RegisteredPolicy:
        name = line["name"]
        directory = _directory(self._router.running)
        path = f"{directory}/{name}" if directory else name
        script = self._router.flash.get(path)
        if script is None:
            msg = f"policy file flash:{path} could not be found"
            raise PolicyError(msg)
        return RegisteredPolicy.of(name, script, bypasses_authorization=bool(line["bypasses"]))


def _directory(running: Node) -> str | None:
    return next((match[1] for match in running.matches(_DIRECTORY)), None)
