"""A Tcl policy of the event manager reads the knocks from the log, with a state per source.

It knows no port: it reads the knock group when it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import ClassVar, Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import ports
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.policies import AGGREGATE, HOST
from knockdeploy.ios.policies import classes as policed
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.engine.tcl_policy import TclPolicy, is_registered
from knockdeploy.recipe.groups import KIND as GROUP
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.record import ENVIRONMENT
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import KnockSequence

_COUNTS: Final = re.compile(rf"{ENVIRONMENT} _knock_Count ([\d ]+)$")
_OTHERS_DROP: Final = (
    "knocks are not all that the control plane drops, and each packet that it does wakes the Tcl "
    "policy, half a second a run: more than two a second keep the door shut to whoever knocks; "
    "engine: applet hears knock ports alone"
)


class Tcl(TclPolicy):
    """The policy knock.tcl: order, window and one use, source by source."""

    templates = ("ios/engine/policy.j2",)
    file = "knock.tcl"
    usual = "flash:/"
    variables = ("Group", "Count", "Window", "Services", "Aim", "Timeout")
    for_probes = ("Probers",)
    reads_group: ClassVar[bool] = True

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return also how many ports the group has for each purpose."""
        counts = (len(intent.ports), len(intent.decoy_knocks), len(intent.probe_ports))
        text = " ".join(map(str, counts)).removesuffix(" 0").removesuffix(" 0")
        return {**super().values(intent, at), "counts": text}

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Yield what else wakes the policy, which names no port: whatever is dropped is logged."""
        classes = chain.from_iterable(policed(running.config, each) for each in (HOST, AGGREGATE))
        theirs = any(each.drops and each.name != at.names.copp_class for each in classes)
        if theirs or any(at.policed.values()):
            yield _OTHERS_DROP

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

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        """Tell whether the policy is registered and the group has these very knocks in order."""
        header = f"{GROUP} {intent.names.knock_group}"
        members = [canonical(header, node.text) for node in config.section(header).children]
        wanted = [f"{knock.protocol.value} eq {knock.port}" for knock in knocks]
        lines = (match[1].split() for match in config.matches(_COUNTS))
        counts = [int(number) for number in next(lines, ["0"])]
        return (
            members[: counts[0]] == wanted and sum(counts) == len(members) and is_registered(config)
        )
