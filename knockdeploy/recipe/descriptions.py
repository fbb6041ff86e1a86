"""What each object of ours is and what it is for, by the word that a finding has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Severity = Literal["error", "warning", "info"]
"""Of a finding, the worst first."""


@dataclass(frozen=True, slots=True)
class Described:
    """An object in words: ``reason`` says why a line of it counts."""

    what: str
    reason: str
    severity: Severity = "error"


RECORD: Final = "ownership-record"

DESCRIBED: Final[Mapping[str, Described]] = MappingProxyType(
    {
        "object-group": Described(
            "The object-groups of the knock ports and of the services",
            "They define the knock and what it opens.",
        ),
        "access-list": Described(
            "Our entries in the inbound ACL, and the ACL of the control plane",
            "They permit knocks, sessions and management, and shut the services.",
        ),
        "interface-binding": Described(
            "The binding of the ACL to the interface",
            "Without it, or with another ACL in its place, nothing is shut.",
        ),
        "control-plane-policing": Described(
            "The class and the policy on the control plane",
            "Only what they drop is logged as a knock.",
        ),
        "control-plane-logging": Described(
            "The logging policy on the control plane",
            "Without it knocks are not logged, and the applet sees none.",
        ),
        "control-plane-binding": Described(
            "The binding of the policies to the control plane's host path",
            "A policy that is not bound drops and logs nothing.",
        ),
        "sequence-numbers": Described(
            "Sequence numbers on log messages",
            "They give the order of the knocks; without them no knock opens.",
        ),
        "environment": Described(
            "The variables of the event manager",
            "They name the ACL that a knock opens, and for how many minutes.",
        ),
        "applet": Described(
            "The applet that reads the log",
            "It judges order, source and time of a knock, and opens the door.",
        ),
        "applet-threads": Described(
            "The thread of the applets that open",
            "Without it no knock opens; in the thread of all others a flood of knocks delays the "
            "applet that shuts the door.",
        ),
        "policy": Described(
            "The registration of the Tcl policy",
            "EEM runs the file as it was when it was registered.",
        ),
        "policy-file": Described(
            "The file of the Tcl policy on flash",
            "With another file, or none, knocks are not judged as intended.",
        ),
        "policy-directory": Described(
            "The directory in which EEM looks for policies",
            "A policy that is not there is not registered again after a reload.",
        ),
        "zone-policy": Described(
            "Our classes in the policy from the Internet's zone to the router",
            "They admit knocks and whoever has knocked, and shut the services.",
        ),
        "zone-pair": Described(
            "The pair from the Internet's zone to the router itself",
            "Without the pair, or without our policy on it, nothing is shut.",
        ),
        RECORD: Described(
            "The record of what was there before the first deployment",
            "The knock works without it, but `remove` would not know what to restore.",
            "warning",
        ),
    }
)
"""In the order in which a page has them; a part of one's own may bring words of its own."""
