"""A virtual IOS-XE router that was given the recipe, as a deployment would type it."""

from __future__ import annotations

from collections.abc import Sequence

from planning import make_plan, render, survey

from knockdeploy.device.sending import writes
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.recipe.engine.tcl_policy import policy_name, script

from .xe_bench import BASE, KNOCK, LINES, OUTER, XeBench

THEIRS = "ip access-list extended WAN-IN\n 10 permit tcp any any eq 22\n 20 permit ip any any\n"
ROUTER = BASE.replace(" no ip unreachables\n", "") + THEIRS + LINES
XE = "cisco_xe"
TIMEOUT_MINUTES = 5
FILE = "log_knock.tcl"


def intent(**keys: object) -> Intent:
    """Return what is wanted of the router."""
    return intent_from(
        {
            "ports": list(KNOCK),
            "services": ["22/tcp", "443/tcp"],
            "interface": OUTER,
            "timeout_minutes": TIMEOUT_MINUTES,
            "management_sources": ["192.0.2.128/25"],
            **keys,
        }
    )


_PLANNED: list[tuple[Intent, Sequence[str]]] = []


def lines_of(wish: Intent) -> Sequence[str]:
    """Return the lines that a deployment types: planned once, for all that want the same."""
    for known, lines in _PLANNED:
        if known == wish:
            return lines
    _PLANNED.append((wish, _planned(wish)))
    return lines_of(wish)


def _planned(wish: Intent) -> Sequence[str]:
    running = parse(ROUTER)
    wanted = parse(render(wish, survey(running, wish, platform=XE), platform=XE))
    commands = make_plan(running, wanted, wish, platform=XE).commands
    return tuple(one.text for write in writes(commands) for one in write if one.text != "end")


class RecipeBench(XeBench):
    """The router, its clock, and somebody who sends packets to it."""

    def __init__(self, behaviour: Behaviour | None = None, wish: Intent | None = None) -> None:
        self.wish = wish or intent()
        super().__init__(ROUTER, behaviour)
        if self.wish.engine == "tcl":
            self.router.flash[policy_name(FILE)] = script(FILE).decode()
        self.refused = self.type(*lines_of(self.wish))

    def doors(self) -> list[str]:
        """Return the entries that knocks made."""
        lines = (line.strip() for line in self.router.access_lists("WAN-IN"))
        return [line for line in lines if " permit " in line and " gt 0 " in line]
