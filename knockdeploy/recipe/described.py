"""What each object of ours is and what it is for, by the word that a finding has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Described:
    """An object in words: ``reason`` says why a line of it counts."""

    what: str
    reason: str
    severity: Literal["error", "warning", "info"] = "error"


RECORD: Final = "ownership-record"

DESCRIBED: Final[Mapping[str, Described]] = MappingProxyType(
    {
        "object-group": Described(
            "The groups of the knock ports and of the services",
            "They are what a knock is, and what it opens.",
        ),
        "access-list": Described(
            "The entries of the inbound list, and the list of the control plane",
            "They let knocks in, keep sessions and management, and shut the services.",
        ),
        "interface-binding": Described(
            "What binds the list to the interface",
            "A list that is not bound, or another in its place, shuts nothing.",
        ),
        "control-plane-policing": Described(
            "The class and the policy of the control plane",
            "Only what they drop is logged as a knock.",
        ),
        "control-plane-logging": Described(
            "The logging policy of the control plane",
            "Without it no knock is in the log, and the applet sees none.",
        ),
        "control-plane-binding": Described(
            "What binds the policies to the control plane's host path",
            "A policy that is not bound drops and logs nothing.",
        ),
        "sequence-numbers": Described(
            "The numbers of the log",
            "They tell the order of the knocks; without them no knock opens.",
        ),
        "environment": Described(
            "The variables of the event manager",
            "They name the list that a knock opens, and for how many minutes.",
        ),
        "applet": Described(
            "The applet that reads the log",
            "It judges order, source and time of a knock, and opens the door.",
        ),
        "applet-threads": Described(
            "The thread of the applets that open",
            "Without it no knock opens; in that of all others a flood of knocks keeps what shuts "
            "waiting.",
        ),
        "policy": Described(
            "The registration of the Tcl policy",
            "EEM runs what is registered, as the file was then.",
        ),
        "policy-file": Described(
            "The file of the Tcl policy on flash",
            "Another file, or none, judges no knock as ours does.",
        ),
        "policy-directory": Described(
            "Where EEM looks for policies",
            "A policy that is not found there is not registered again.",
        ),
        "zone-policy": Described(
            "Our classes in the policy from the Internet's zone to the router",
            "They let knocks and those who knocked in, and shut the services.",
        ),
        "zone-pair": Described(
            "The pair from the Internet's zone to the router itself",
            "A pair without our policy, or none, shuts nothing.",
        ),
        RECORD: Described(
            "The record of what we brought",
            "The knock works without it; `remove` would not know what was there before.",
            "warning",
        ),
    }
)
"""In the order in which a page has them; a part of one's own may bring words of its own."""
