"""A policy of the event manager in Tcl: a file on flash, what it reads, and its registration.

What such policies can do is ios-facts-more §C.
It is one file for every router of a platform: what differs are variables. Its name has its digest:
another version is another policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import ClassVar, Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.policy_file import KIND as FILE
from knockdeploy.ios.policy_file import md5_of
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.owned import Owned, Scope
from knockdeploy.recipe.part import Engine
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.record import ENVIRONMENT
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Secret

DIRECTORY: Final = "engine.directory"
_FILES: Final = ("knock.tcl", "log_knock.tcl")
_POLICIES: Final = "engine.policies"
_KIND: Final = "event manager policy"
_WHERE: Final = "event manager directory user"
_SET: Final = re.compile(rf'{_WHERE} policy "?([^"]+)"?$')
_OURS: Final = re.compile(rf"{_KIND} (knockdeploy-[0-9a-f]{{8}}\.tcl)(?: |$)")
_SOURCE: Final = re.compile(r"^source (\S+)\n", re.MULTILINE)


class TclPolicy(Engine):
    """The policy in ``file``, which reads ``variables``; it lies in ``usual`` unless told else.

    Those ``for_probes`` are there where probes have a knock of their own; ``secret_variables`` list
    knock ports.
    """

    file: ClassVar[str]
    usual: ClassVar[str]
    variables: ClassVar[tuple[str, ...]]
    for_probes: ClassVar[tuple[str, ...]]
    secret_variables: ClassVar[frozenset[str]] = frozenset()
    instead = "engine: applet needs no file and no Tcl"

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the variables, the directory where we brought it, the file and the policy.

        Those of another version are there to go.
        """
        scope = Scope.LINE if at.record.has(DIRECTORY) else Scope.ENTRIES
        name = policy_name(self.file)
        former = [each for each in at.found.get(_POLICIES, "").split() if each != name]
        return (
            *map(self._variable, self.variables),
            *(self._variable(each).only(where=at.is_probed) for each in self.for_probes),
            Owned(_WHERE, "policy", "policy-directory", scope),
            *self._policy(at, name),
            *(
                replace(row, stale=True, made=False)
                for each in former
                for row in self._policy(at, each)
            ),
        )

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the directory of policies, and with what is registered of ours."""
        set_to = _directory(running)
        if set_to and view.is_remote(set_to):
            raise UnsupportedError(
                f"'{_WHERE} policy {set_to}' is not a directory of this router",
                "engine: applet needs no file; or a directory on flash",
            )
        for node in running.config.children:
            if node.text.startswith("scripting tcl secure-mode"):
                raise UnsupportedError(
                    f"'{node.text}': only signed Tcl scripts run on this router",
                    "engine: applet needs no script",
                )
        had = running.record
        is_ours = had.has(DIRECTORY) if had and set_to else set_to is None
        return self._with(at, running, is_ours=is_ours)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with what is registered of ours, and whether the directory is."""
        return self._with(at, running, is_ours=running.recorded.has(DIRECTORY))

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return the name of the policy, and where its file is."""
        name = policy_name(self.file)
        return {
            "policy_name": name,
            "policy_directory": at.found.get(DIRECTORY, self.usual),
            "policy_file": self._path(at, name),
            "policy_digest": md5_of(script(self.file)),
        }

    def files(self, at: Placement) -> Mapping[str, bytes]:
        """Return the file of the policy."""
        return {self._path(at, policy_name(self.file)): script(self.file)}

    def _with(self, at: Placement, running: Running, *, is_ours: bool) -> Placement:
        registered = " ".join(match[1] for match in running.config.matches(_OURS))
        directory = _directory(running) or self.usual
        found = {**at.found, DIRECTORY: directory, _POLICIES: registered}
        return replace(at, found=found).recording(DIRECTORY, is_ours)

    def _variable(self, name: str) -> Owned:
        secret = Secret.LISTED if name in self.secret_variables else None
        return Owned(ENVIRONMENT, f"_knock_{name}", "environment", Scope.LINE, secret=secret)

    def _policy(self, at: Placement, name: str) -> tuple[Owned, Owned]:
        file = Owned(FILE, self._path(at, name), "policy-file", Scope.LINE)
        policy = Owned(_KIND, name, "policy", Scope.LINE, replaced=True, rests_on=file.header)
        return file, policy

    def _path(self, at: Placement, name: str) -> str:
        return f"{at.found.get(DIRECTORY, self.usual).rstrip('/')}/{name}"


def is_registered(config: Node) -> bool:
    """Tell whether a policy of ours is registered."""
    return any(config.matches(_OURS))


def scripts() -> Mapping[str, bytes]:
    """Return the policies of all platforms by their digests."""
    return {md5_of(each): each for each in map(script, _FILES)}


@cache
def script(file: str = _FILES[0]) -> bytes:
    """Return a policy, with the files that its lines `source` in their places."""
    folder = files("knockdeploy.templates").joinpath("ios/engine")
    text = folder.joinpath(file).read_text("ascii")
    return _SOURCE.sub(lambda found: folder.joinpath(found[1]).read_text("ascii"), text).encode()


def policy_name(file: str = _FILES[0]) -> str:
    """Return the name of a policy and of its file on the router."""
    return f"knockdeploy-{md5_of(script(file))[:8]}.tcl"


def _directory(running: Running) -> str | None:
    return next((match[1] for match in running.config.matches(_SET)), None)
