"""A Tcl policy of the event manager reads the knocks from the log, with a state per source.

It is one file for every router: what differs are variables, and the ports it reads from the knock
group when it runs. Its name has its digest: another version is another policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import ClassVar, Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import ports, view
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.policies import AGGREGATE, HOST
from knockdeploy.ios.policies import classes as policed
from knockdeploy.ios.policy_file import KIND as FILE
from knockdeploy.ios.policy_file import digest
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.groups import KIND as GROUP
from knockdeploy.recipe.owned import Owned, Scope
from knockdeploy.recipe.part import Engine
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence

DIRECTORY: Final = "engine.directory"
_POLICIES: Final = "engine.policies"
_KIND: Final = "event manager policy"
_VARIABLE: Final = "event manager environment"
_COUNTS: Final = re.compile(rf"{_VARIABLE} _knock_Count ([\d ]+)$")
_WHERE: Final = "event manager directory user"
_USUAL: Final = "flash:/"
_SET: Final = re.compile(rf'{_WHERE} policy "?([^"]+)"?$')
_OTHERS_DROP: Final = (
    "knocks are not all that the control plane drops, and each packet that it does wakes the Tcl "
    "policy, half a second a run: more than two a second keep the door shut to whoever knocks; "
    "engine: applet hears knock ports alone"
)
_OURS: Final = re.compile(rf"{_KIND} (knockdeploy-[0-9a-f]{{8}}\.tcl)(?: |$)")


class Tcl(Engine):
    """The policy knock.tcl: order, window and one use, source by source."""

    templates = ("ios/engine/policy.j2",)
    reads_group: ClassVar[bool] = True
    instead = "engine: applet needs no file and no Tcl"

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the variables, the directory where we brought it, the file and the policy.

        Those of another version are there to go.
        """
        variables = ("Group", "Count", "Window", "Services", "Aim", "Timeout")
        scope = Scope.LINE if at.record.has(DIRECTORY) else Scope.ENTRIES
        former = [name for name in at.found.get(_POLICIES, "").split() if name != policy_name()]
        return (
            *map(_variable, variables),
            _variable("Probers").only(where=at.is_probed),
            Owned(_WHERE, "policy", "policy-directory", scope),
            *_policy(at, policy_name()),
            *(replace(row, stale=True, made=False) for name in former for row in _policy(at, name)),
        )

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the directory of policies, and with what is registered of ours.

        Raises:
            UnsupportedError: if the directory is none that a file could be written to, or only
                signed scripts run.
        """
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
        return _with(at, running, is_ours=is_ours)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with what is registered of ours, and whether the directory is."""
        is_ours = bool(running.record and running.record.has(DIRECTORY))
        return _with(at, running, is_ours=is_ours)

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Yield what else wakes the policy, which names no port: whatever is dropped is logged."""
        classes = chain.from_iterable(policed(running.config, each) for each in (HOST, AGGREGATE))
        theirs = any(each.drops and each.name != at.names.copp_class for each in classes)
        if theirs or any(at.policed.values()):
            yield _OTHERS_DROP

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return the name of the policy, and where its file is."""
        counts = (len(intent.ports), len(intent.decoy_knocks), len(intent.probe_ports))
        return {
            "counts": " ".join(map(str, counts)).removesuffix(" 0").removesuffix(" 0"),
            "policy_name": policy_name(),
            "policy_directory": at.found.get(DIRECTORY, _USUAL),
            "policy_file": _path(at, policy_name()),
            "policy_digest": digest(script()),
        }

    def unsupported(self, intent: Intent) -> UnsupportedError | None:
        """Return why the policy could not read a port: IOS prints some by a name."""
        for knock in intent.heard:
            if name := ports.word(knock.port, knock.protocol.value):
                key = "ports" if knock in intent.ports else "probe_ports"
                return UnsupportedError(
                    f"engine: tcl reads the numbers of ports, and IOS calls one of them {name}",
                    f"knock.{key}: another one in its place, or engine: applet",
                )
        return None

    def files(self, intent: Intent, at: Placement) -> Mapping[str, bytes]:
        """Return the file of the policy."""
        return {_path(at, policy_name()): script()}

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether the policy is registered and the group has these very knocks in order."""
        header = f"{GROUP} {intent.names.knock_group}"
        group = config.child(header)
        members = [canonical(header, node.text) for node in group.children] if group else []
        wanted = [f"{knock.protocol.value} eq {knock.port}" for knock in knocks]
        lines = (_COUNTS.match(node.text) for node in config.children)
        counts = next(([int(n) for n in match[1].split()] for match in lines if match), [0])
        return (
            members[: counts[0]] == wanted
            and sum(counts) == len(members)
            and any(_OURS.match(node.text) for node in config.children)
        )


@cache
def script() -> bytes:
    """Return the policy."""
    return files("knockdeploy.templates").joinpath("ios/engine/knock.tcl").read_bytes()


def policy_name() -> str:
    """Return the name of the policy and of its file."""
    return f"knockdeploy-{digest(script())[:8]}.tcl"


def _variable(name: str) -> Owned:
    return Owned(_VARIABLE, f"_knock_{name}", "environment", Scope.LINE)


def _policy(at: Placement, name: str) -> tuple[Owned, Owned]:
    file = Owned(FILE, _path(at, name), "policy-file", Scope.LINE)
    policy = Owned(_KIND, name, "policy", Scope.LINE, replaced=True, rests_on=file.header)
    return file, policy


def _path(at: Placement, name: str) -> str:
    return f"{at.found.get(DIRECTORY, _USUAL).rstrip('/')}/{name}"


def _directory(running: Running) -> str | None:
    found = (_SET.match(node.text) for node in running.config.children)
    return next((match[1] for match in found if match), None)


def _with(at: Placement, running: Running, *, is_ours: bool) -> Placement:
    lines = (_OURS.match(node.text) for node in running.config.children)
    registered = " ".join(match[1] for match in lines if match)
    found = {**at.found, DIRECTORY: _directory(running) or _USUAL, _POLICIES: registered}
    return replace(at, found=found, record=at.record.setting(DIRECTORY, is_ours))
