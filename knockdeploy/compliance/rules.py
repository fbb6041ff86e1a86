"""The rules of a check: what each asks, why, and what to do where it is broken.

A finding about an object of ours has the word of that object for its rule; an ingredient of one's
own brings words of its own, which `rule_of` knows all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from knockdeploy.compliance.findings import Severity
from knockdeploy.recipe.described import DESCRIBED, Described

_DEPLOY: Final = "`knockdeploy plan` shows the lines, `knockdeploy deploy` sends them"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``sentence`` is what it finds; ``is_ours`` where it is about what was deployed."""

    id: str
    severity: Severity
    sentence: str
    reason: str
    fix: str
    is_ours: bool = False


def _object(word: str, each: Described) -> Rule:
    sentence = f"{each.what}: a line is missing, changed, out of order, or does not belong there."
    return Rule(word, each.severity, sentence, each.reason, _DEPLOY, is_ours=True)


_OURS: Final = (
    *(_object(word, each) for word, each in DESCRIBED.items()),
    Rule("renamed", "error", "A knock is deployed under another name than the intent has.",
         "What has the old name is left over: it would react to knocks and survive a removal.",
         "restore the name on the router, or set it in `knock.names`",
         is_ours=True),
    Rule("placement", "error", "What is deployed cannot work on the router as it is now.",
         "Somebody changed what ours depends on, so the lines to send cannot be worked out.",
         "do what the message says, then `knockdeploy deploy`",
         is_ours=True),
    Rule("startup-config", "warning", "Startup-config lacks lines of ours that running-config has.",
         "A reload loses it, and opens or breaks the door.", "deploy, or `write memory`",
         is_ours=True),
    Rule("reprinted", "warning", "The router prints a line of ours in other words.",
         "It may mean the same; nobody has said so for this image yet.",
         "look at both; `knockdeploy deploy --accept-reprint` if they mean the same",
         is_ours=True),
)  # fmt: skip
_OTHERS: Final = (
    Rule("exposed", "error", "A protected service is reachable without a knock.",
         "An entry, an uplink, IPv6 or NAT lets strangers in; the finding has a packet that shows "
         "it.",
         "take that entry out, or deny the service where it comes in"),
    Rule("knock-denied", "error", "A knock port is denied before our entry lets it in.",
         "A knock that is dropped there never reaches the control plane, so the door stays shut.",
         "take that entry out, or put it below ours"),
    Rule("still-denied", "error", "A service stays shut to who has knocked.",
         "Beside the entry that a knock makes something else drops the packet: an entry, a class, "
         "a port-filter, or `management-interface`.",
         "take that out, or let the service in there"),
    Rule("beside-host-path", "info", "A policy on the whole control plane stands before ours.",
         "Some images switch the policies of the host path off then, and no knock is heard.",
         "`knockdeploy prove` tells whether yours does"),
    Rule("rival", "error", "Another applet, script or schedule interferes with what is ours.",
         "It clears what a knock opened, opens without one, or takes ours away.",
         "take that line out of it"),
    Rule("temporary-entry", "warning", "An entry that a knock opened lasts longer than allowed.",
         "Its lifetime is absolute; one without it stays until the router reloads.",
         "`clear access-template` with the list and the name that the finding has"),
    Rule("saved-entry", "warning", "Startup-config has an entry that a knock opened.",
         "On IOS-XE it is a line of the configuration; after a reload it stands until the router's "
         "applet takes it away.",
         "`knockdeploy deploy` saves without it"),
    Rule("engine-errors", "warning", "The log has errors of the event manager.",
         "An applet that ended with an error has opened no door.",
         "look at `show logging` and `show event manager history events`"),
    Rule("cef", "error", "CEF is off.",
         "Without it IOS takes the policies off the control plane's host path.", "`ip cef`"),
    Rule("logging", "error", "Logging is off.", "The applet sees what is logged, nothing else.",
         "`logging on`"),
    Rule("event-manager", "error", "The event manager runs no policy.",
         "`event manager scheduler suspend` stops all of them, ours too.",
         "`no event manager scheduler suspend`"),
    Rule("authorization", "error", "AAA authorizes the applet's commands, which have no user name.",
         "It would refuse `access-template`, and no knock would open.",
         "`event manager session cli username NAME`"),
    Rule("log-server", "info", "A log server gets each knock, or each line that is typed.",
         "Syslog is clear text: whoever reads it on the way or there has the sequence.",
         "`logging trap notifications`, a discriminator that drops the facility CP, or TLS"),
    Rule("accounting", "info", "An AAA server gets each line that is typed.",
         "The lines of a deployment have the knock ports in their order.",
         "keep its records as secret as the knock"),
    Rule("probe", "error", "A door did not open to its knock, or was open without one.",
         "All lines may stand and the knock not work: only a knock tells.",
         "`knockdeploy prove` shows what was seen"),
    Rule("waiver-expired", "warning", "A waiver has expired.",
         "What it excused was to be fixed by then.", "fix it, or agree on another date"),
    Rule("waiver-unknown", "warning", "A waiver names a rule that does not exist.",
         "It excuses nothing.", "one of the words of this page"),
    Rule("not-judged", "info", "Some rules could not be judged.",
         "A saved configuration does not tell what a router does: these rules are neither kept nor "
         "broken.",
         "check the router itself"),
    Rule("decoys", "info", "Decoys do not work on the image, and it has none.",
         "A deployment tried it: whoever finds the silent ports has their orders to try, no more.",
         "`no ip unreachables` on the outside interface"),
    Rule("saved", "info", "A saved configuration leaves something open.",
         "Numbers of entries are not in it, or it is not whole.", "save what the finding names"),
)  # fmt: skip
RULES: Final[Mapping[str, Rule]] = MappingProxyType({r.id: r for r in (*_OURS, *_OTHERS)})
"""Every rule by its id, those about what was deployed first."""


def rule_of(word: str) -> Rule:
    """Return a rule; of an ingredient of one's own what is so for every object."""
    known = RULES.get(word)
    return known or _object(
        word, Described(f"What `{word}` names", "It is a part of what was deployed.")
    )
