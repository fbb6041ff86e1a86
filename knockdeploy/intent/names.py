"""The keys of ``knock.names``."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Self

from pydantic import Field, model_validator

from knockdeploy.intent.faults import Fault, Strict, refuse
from knockdeploy.intent.fields import AclName, GroupName, PolicyName, ZoneName


class Names(Strict):
    """What our objects are called on the router; by default as in the article."""

    knock_group: GroupName = Field(
        default="OG_Knock", description="Object-group of the knock ports."
    )
    service_group: GroupName = Field(
        default="OG_Knock_Services", description="Object-group of the services."
    )
    acl: AclName = Field(
        default="ACL_Internet_In", description="The inbound ACL, where the interface has none yet."
    )
    applet: GroupName = Field(
        default="EEM_Knock", description="The EEM applet that watches the log."
    )
    probe_applet: GroupName = Field(
        default="EEM_Knock_Probe", description="The EEM applet that hears the knock of probes."
    )
    copp_acl: AclName = Field(
        default="ACL_CoPP_Knock", description="The ACL of the class on the control plane."
    )
    copp_class: PolicyName = Field(
        default="CM_CoPP_Knock", description="The class on the control plane that drops the knocks."
    )
    copp_policy: PolicyName = Field(
        default="PM_CoPP", description="The policy on the control plane, where there is none yet."
    )
    admitted_acl: AclName = Field(
        default="ACL_CoPP_Admitted",
        description="Under enforcement copp: the ACL of whom the control plane lets in.",
    )
    admitted_class: PolicyName = Field(
        default="CM_CoPP_Admitted", description="Under enforcement copp: the class of that ACL."
    )
    shut_acl: AclName = Field(
        default="ACL_CoPP_Shut",
        description="Under enforcement copp: the ACL of what is dropped otherwise.",
    )
    shut_class: PolicyName = Field(
        default="CM_CoPP_Shut", description="Under enforcement copp: the class that drops it."
    )
    exception_policy: PolicyName = Field(
        default="PM_CoPP_Exception",
        description="Under enforcement copp: the policy that shuts to packets with IP options, or "
        "whose TTL ends.",
    )
    log_class: PolicyName = Field(
        default="CM_CoPP_Log", description="The class that logs what the control plane drops."
    )
    log_policy: PolicyName = Field(
        default="PM_CoPP_Log", description="The logging policy on the control plane."
    )
    zone: ZoneName = Field(
        default="Zone_Knock",
        description="Under enforcement zone: what our objects are called, behind ACL_, CM_, PM_ "
        "and ZP_.",
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
