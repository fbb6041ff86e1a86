"""The rules of a check: what each finds, why it matters, and how to fix it.

A finding about an object of ours has the word of that object for its rule; an ingredient of one's
own brings words of its own, which `rule_of` knows all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from knockdeploy.recipe.descriptions import DESCRIBED, Described, Severity

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
    Rule("renamed", "error", "A knock is deployed under another name than the inventory has.",
         "What has the old name would still react to knocks, and would survive a removal.",
         "restore the name on the router, or set it in `knock.names`",
         is_ours=True),
    Rule("placement", "error", "What is deployed cannot work on the router as it is now.",
         "Somebody changed what it depends on, so the fix cannot be worked out.",
         "do what the message says, then `knockdeploy deploy`",
         is_ours=True),
    Rule("startup-config", "warning", "Startup-config lacks lines of ours that are in "
         "running-config.",
         "A reload would lose them, and open or break the door.", "deploy, or `write memory`",
         is_ours=True),
    Rule("reprinted", "warning", "The router prints a line of ours in another form.",
         "It may mean the same, but nobody has confirmed that for this image.",
         "compare both; if they mean the same, `knockdeploy deploy --accept-reprint`",
         is_ours=True),
)  # fmt: skip
_OTHERS: Final = (
    Rule("exposed", "error", "A protected service is reachable without a knock.",
         "An ACL entry, an uplink, IPv6 or NAT lets anyone in; the finding names such a packet.",
         "remove that entry, or deny the service on that interface"),
    Rule("knock-denied", "error", "A knock port is denied before our entry permits it.",
         "The knock never reaches the control plane, so the door stays shut.",
         "remove that entry, or move it below ours"),
    Rule("still-denied", "error", "A service stays shut after a right knock.",
         "Something other than our entries drops the packet: an ACL entry, a class, a port-filter "
         "or `management-interface`.",
         "remove that, or permit the service there"),
    Rule("beside-host-path", "info", "There is a policy on the whole control plane, ahead of ours.",
         "Some images then disable the policies of the host path, and no knock works.",
         "`knockdeploy prove` shows whether yours does"),
    Rule("past-host-path", "warning",
         "Under `copp` another policy stands on the path `cef-exception` or `transit`.",
         "Packets with IP options, or whose TTL ends at the router, reach the services by it "
         "without a knock.",
         "put the classes of `PM_CoPP_Exception` first in it, or take it off and deploy"),
    Rule("rival", "error", "Another applet, script or schedule interferes with the knock.",
         "It clears what a knock opened, opens without a knock, or removes our lines.",
         "remove that line from it"),
    Rule("temporary-entry", "warning", "An entry that a knock opened lasts longer than allowed.",
         "Its lifetime is absolute; an entry without one stays until the router reloads.",
         "`clear access-template` with the ACL and the name in the finding"),
    Rule("saved-entry", "warning", "Startup-config has an entry that a knock opened.",
         "On IOS-XE it is a configuration line; after a reload it stays until the router's applet "
         "removes it.",
         "`knockdeploy deploy` saves without it"),
    Rule("engine-errors", "warning", "The log has errors from the event manager.",
         "An applet that ended with an error did not open the door.",
         "look at `show logging` and `show event manager history events`"),
    Rule("cef", "error", "CEF is off.",
         "Without CEF, IOS removes the policies from the control plane's host path.", "`ip cef`"),
    Rule("logging", "error", "Logging is off.", "The applet sees only what is logged.",
         "`logging on`"),
    Rule("event-manager", "error", "The event manager is suspended.",
         "`event manager scheduler suspend` stops all policies, ours included.",
         "`no event manager scheduler suspend`"),
    Rule("authorization", "error", "AAA authorizes the applet's commands, which have no user name.",
         "AAA would refuse `access-template`, and no knock would open.",
         "`event manager session cli username NAME`"),
    Rule("log-server", "info", "A log server receives each knock, or each command.",
         "Syslog is clear text: whoever can read it learns the sequence.",
         "`logging trap notifications`, a discriminator that drops the facility CP, or TLS"),
    Rule("accounting", "info", "An AAA server receives each command.",
         "A deployment types the knock ports in their order.",
         "keep its records as secret as the knock"),
    Rule("probe", "error", "A door did not open to its knock, or was open without one.",
         "Every line can be right and the knock still fail: only a knock tells.",
         "`knockdeploy prove` shows what was seen"),
    Rule("waiver-expired", "warning", "A waiver has expired.",
         "Its finding should have been fixed by then.", "fix the finding, or agree on a new date"),
    Rule("waiver-unknown", "warning", "A waiver names a rule that does not exist.",
         "It has no effect.", "use a rule from this page"),
    Rule("not-judged", "info", "Some rules could not be judged.",
         "A saved configuration does not show what the router does: these rules are neither "
         "kept nor "
         "broken.",
         "check the router itself"),
    Rule("other-router", "error", "A router has neither the name nor the knock that it should.",
         "Its saved configuration may be another router's, or its address may lead to one.",
         "correct the file or `hostname` in the inventory; otherwise waive this rule"),
    Rule("decoys", "info", "Decoys do not work on this image, so none are deployed.",
         "Whoever finds the silent ports then only has to try their orders.",
         "`no ip unreachables` on the outside interface"),
    Rule("saved", "info", "A saved configuration is not complete.",
         "It lacks entry numbers, or its end.", "save what the finding names"),
)  # fmt: skip
RULES: Final[Mapping[str, Rule]] = MappingProxyType({r.id: r for r in (*_OURS, *_OTHERS)})
"""Every rule by its id, those about what was deployed first."""


def rule_of(word: str) -> Rule:
    """Return a rule; of an ingredient of one's own what is so for every object."""
    known = RULES.get(word)
    return known or _object(
        word, Described(f"What `{word}` names", "It is a part of what was deployed.")
    )
