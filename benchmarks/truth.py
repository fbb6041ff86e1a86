"""What virtual routers are really like, behind everybody's back, and what is told of them.

A router that was struck has to be as it was or as planned, never between; what a run tells of it
has to be so; and its startup configuration may never hold what was not confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from knockdeploy.device.arming import countdowns, disarmed
from knockdeploy.intent.decoys import decoys_of
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab.machine import Machine
from knockdeploy.report.outcome import DONE
from knockdeploy.sequence import Knock

BEFORE, AFTER, BETWEEN = "before", "after", "between"
_ARMING: Final = re.compile(r"knockdeploy[-_](?![0-9a-f]{8}\.tcl)")
# A header of an empty section is nothing: some lines leave one where they are refused.
_EMPTY: Final = frozenset({"archive", "control-plane host", "end"})
_DONE: Final = DONE | {"unchanged"}


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a router is like: texts without what arms it and without what is this router's alone.

    ``is_pending`` says that it will go back by itself, ``is_armed`` that lines which are to bring
    it back are there, pending or not, ``has_copy`` that a copy for it is in flash, ``has_policy``
    that the file of a policy is.
    """

    running: str
    startup: str
    is_pending: bool
    is_armed: bool
    has_copy: bool
    has_policy: bool = False


def portrait(machine: Machine) -> Portrait:
    """Look at a router; on the lab's thread."""
    router = machine.router
    texts = (to_text(router.running), router.startup)
    is_pending = router.revert.pending is not None or bool(countdowns(router.running))
    is_armed = any(_ARMING.search(text) for text in texts)
    has_copy = any(_ARMING.search(file) for file in router.flash)
    running, startup = (_anonymous(machine, parse(text)) for text in texts)
    has_policy = any(file.endswith(".tcl") for file in router.flash)
    return Portrait(running, startup, is_pending, is_armed, has_copy, has_policy)


def _anonymous(machine: Machine, config: Node) -> str:
    """Return a configuration as that of any router of its kind, so that two can be compared."""
    kept = (node for node in disarmed(config).children if node.children or node.text not in _EMPTY)
    settled = (_sorted(n) if n.text == "control-plane host" else n for n in kept)
    text = to_text(_sorted(config.with_children(tuple(settled))))
    place = machine.place
    names = {place.name: "NAME", place.inside: "INSIDE", place.outside: "OUTSIDE"}
    ports = knock_ports(place.name)
    names |= {str(port): f"KNOCK{i}" for i, port in enumerate(ports)}
    decoys = decoys_of(tuple(map(Knock, ports)), len(ports))
    names |= {str(decoy.port): f"DECOY{i}" for i, decoy in enumerate(decoys)}
    return re.sub(
        "|".join(rf"\b{re.escape(name)}\b" for name in names), lambda m: names[m[0]], text
    )


def _sorted(section: Node) -> Node:
    """Put in one order what has none: sections, and the policies of the control plane."""
    return section.with_children(tuple(sorted(section.children, key=lambda node: node.text)))


class Witness:
    """Sees every save of a router, from now on: what was saved, and whether it may go yet."""

    def __init__(self, machine: Machine) -> None:
        self.saves: list[Portrait] = []
        save = machine.router.save

        def seen() -> None:
            save()
            self.saves.append(portrait(machine))

        machine.router.save = seen  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class Ends:
    """The two states in which a router may end."""

    before: Portrait
    after: Portrait

    def which(self, text: str, of: str = "running") -> str:
        """Return which of the two a configuration is, or that it is between."""
        if text == getattr(self.before, of):
            return BEFORE
        return AFTER if text == getattr(self.after, of) else BETWEEN


@dataclass(frozen=True, slots=True)
class Seen:
    """A router when the run had ended, and when its own time was over, too."""

    now: Portrait
    later: Portrait
    saves: tuple[Portrait, ...]


def kind(ends: Ends, seen: Seen) -> str:
    """Return how a router ended, for the table."""
    end = ends.which(seen.later.running)
    return "reverted" if seen.now.is_pending and end == BEFORE else end


def faults(ends: Ends, seen: Seen, told: Mapping[str, Any] | None) -> list[str]:
    """Return what is wrong with how a router ended; ``told`` is what the run reports, if it can."""
    return [*_states(ends, seen), *(_lies(ends, seen, told) if told else ())]


def _states(ends: Ends, seen: Seen) -> Iterator[str]:
    if (end := ends.which(seen.later.running)) == BETWEEN:
        yield "running is between"
    if seen.later.is_pending:
        yield "goes back later than its time"
    if ends.which(seen.later.startup, "startup") == BETWEEN:
        yield "startup is between"
    elif end == BEFORE and seen.later.startup != ends.before.startup:
        yield "back, but saved as planned"
    for save in seen.saves:
        saved = ends.which(save.startup, "startup")
        if saved == BETWEEN or (saved == AFTER and save.is_pending):
            yield f"saved unproved: {saved}"


def _is_told_pending(ends: Ends, seen: Seen, told: Mapping[str, Any]) -> bool:
    """Tell whether a router is as before, and its timer, which may still run, is spoken of."""
    said = str(told["error"]) + str(told["warnings"])
    is_before = told["state"] == BEFORE == ends.which(seen.now.running)
    return is_before and "timer may still run" in said


def _lies(ends: Ends, seen: Seen, told: Mapping[str, Any]) -> Iterator[str]:
    really = "reverting" if seen.now.is_pending else ends.which(seen.now.running)
    state = told["state"]
    if told["status"] == "skipped":
        yield "never had its turn"
    is_back = state == "reverting" and really == BEFORE  # just since then
    is_so = state in {really, "unknown"} or is_back or _is_told_pending(ends, seen, told)
    if not is_so:
        yield f"told {state}, is {really}"
    if (told["status"] in _DONE) is not (state == AFTER):
        yield f"told {told['status']} and {state}"
    is_saved = seen.now.startup == ends.after.startup
    if told["status"] != "unchanged" and state != "unknown" and told["saved"] is not is_saved:
        yield f"told saved {told['saved']}, is {is_saved}"
    end = getattr(ends, state) if state in {BEFORE, AFTER} else seen.now
    if is_so and seen.now.has_policy is not end.has_policy and "stay" not in str(told["warnings"]):
        is_there = "there" if seen.now.has_policy else "not there"
        yield f"told {state}, and the file of the policy is {is_there}"
    if told["saved"] and seen.now.has_copy and "stay" not in str(told["warnings"]):
        yield "leaves a copy in flash and does not say so"
