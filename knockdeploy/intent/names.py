"""The keys of ``knock.names``."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Self

from pydantic import model_validator

from knockdeploy.intent.faults import Fault, Strict, refuse
from knockdeploy.intent.fields import AclName, GroupName, PolicyName, ZoneName, optional


class Names(Strict):
    """What our objects are called on the router; by default as in the article."""

    knock_group: GroupName = optional("OG_Knock", "Object-group of the knock ports.")
    service_group: GroupName = optional("OG_Knock_Services", "Object-group of the services.")
    acl: AclName = optional("ACL_Internet_In", "The inbound ACL, where the interface has none yet.")
    applet: GroupName = optional("EEM_Knock", "The EEM applet that watches the log.")
    probe_applet: GroupName = optional(
        "EEM_Knock_Probe", "The EEM applet that hears the knock of probes."
    )
    copp_acl: AclName = optional("ACL_CoPP_Knock", "The ACL of the class on the control plane.")
    copp_class: PolicyName = optional(
        "CM_CoPP_Knock", "The class on the control plane that drops the knocks."
    )
    copp_policy: PolicyName = optional(
        "PM_CoPP", "The policy on the control plane, where there is none yet."
    )
    admitted_acl: AclName = optional(
        "ACL_CoPP_Admitted", "Under enforcement copp: the ACL of whom the control plane lets in."
    )
    admitted_class: PolicyName = optional(
        "CM_CoPP_Admitted", "Under enforcement copp: the class of that ACL."
    )
    shut_acl: AclName = optional(
        "ACL_CoPP_Shut", "Under enforcement copp: the ACL of what is dropped otherwise."
    )
    shut_class: PolicyName = optional(
        "CM_CoPP_Shut", "Under enforcement copp: the class that drops it."
    )
    exception_policy: PolicyName = optional(
        "PM_CoPP_Exception",
        "Under enforcement copp: the policy that shuts to packets with IP options, or "
        "whose TTL ends.",
    )
    log_class: PolicyName = optional(
        "CM_CoPP_Log", "The class that logs what the control plane drops."
    )
    log_policy: PolicyName = optional("PM_CoPP_Log", "The logging policy on the control plane.")
    zone: ZoneName = optional(
        "Zone_Knock",
        "Under enforcement zone: what our objects are called, behind ACL_, CM_, PM_ and ZP_.",
    )

    @property
    def applets(self) -> Mapping[str, str]:
        """The applets that open, by key."""
        return {"applet": self.applet, "probe_applet": self.probe_applet}

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        families = (
            ("knock_group", "service_group"),
            ("acl", "copp_acl", "admitted_acl", "shut_acl"),
            ("applet", "probe_applet"),
            ("copp_class", "admitted_class", "shut_class", "log_class"),
            ("copp_policy", "exception_policy", "log_policy"),
        )
        faults = [
            Fault(f"{one} and {other} are the same", "two objects of one kind need two names")
            for family in families
            for one, other in combinations(family, 2)
            if getattr(self, one) == getattr(self, other)
        ]
        if faults:
            raise refuse(*faults)
        return self
