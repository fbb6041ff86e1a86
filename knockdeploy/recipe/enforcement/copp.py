"""Classes of the policy on the control plane: it shuts whatever interface a packet comes by (§4).

In a class permit is matched and deny is not (ios-facts §8). So the dynamic entry stands, as a
permit, in the list of a class without an action, ahead of the one that drops the services.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.policies import AGGREGATE, EXCEPTIONS, HOST, attached
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.enforcement.broadcast_denies import unguarded_behind
from knockdeploy.recipe.enforcement.inbound_acl import facing, listed, reasons_for_any
from knockdeploy.recipe.enforcement.past_inbound import kept_out
from knockdeploy.recipe.owned import Owned
from knockdeploy.recipe.part import Enforcement
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger.control_plane_log import binding
from knockdeploy.recipe.trigger.foreign_copp import refuse_taken_before

_LOGGED: Final = (
    "what the control plane drops is logged: each packet to a service that is shut, not knocks "
    "alone; a scan of it fills the log buffer"
)


class Copp(Enforcement):
    """Whom the control plane lets in, and what it drops of all others."""

    templates = ("ios/enforcement/copp.j2",)
    is_in_policy: ClassVar[bool] = True

    def offline(self, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with the lists and classes."""
        names = at.names
        policed = {names.admitted_class: False, names.shut_class: True}
        found = {**at.found, **dict.fromkeys(EXCEPTIONS, names.exception_policy)}
        return replace(
            at, acl=names.admitted_acl, shuts=names.shut_acl, policed=policed, found=found
        )

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return the paths that have no policy of somebody else's."""
        own = at.names.exception_policy
        return {"paths": [path for path in EXCEPTIONS if at.found[path] == own]}

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the lists and their classes."""
        names = at.names
        known = dict.fromkeys((names.copp_policy, at.policy, names.exception_policy))
        policies = tuple(f"policy-map {name}" for name in known if name)
        rows: list[Owned] = []
        for which in ("admitted", "shut"):
            name = getattr(names, f"{which}_class")
            rows += (
                Owned(
                    acl.KIND, getattr(names, f"{which}_acl"), "access-list",
                    key=f"names.{which}_acl", users=(f"class-map match-any {name}",),
                ),
                Owned(
                    "class-map", name, "control-plane-policing", key=f"names.{which}_class",
                    users=policies,
                ),
            )  # fmt: skip
        rows += (
            Owned(
                "policy-map", names.exception_policy, "control-plane-policing",
                key="names.exception_policy", users=EXCEPTIONS,
            ),
            binding({names.exception_policy}),
        )  # fmt: skip
        return tuple(rows)

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the interfaces, and the one where clients aim."""
        if name := attached(running.config, AGGREGATE):
            raise UnsupportedError(
                f"the policy {name} on the whole control plane switches off that of its host path "
                "on some images: what is shut there would be open",
                f"have `{HOST}` do what it does: `{AGGREGATE}`, `no service-policy input {name}`; "
                "or use enforcement: interface-acl",
            )
        return self.find(running, intent, at)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with the interfaces, whatever else is on the control plane."""
        outside = listed(running, intent)
        at = facing(self.offline(intent, at), intent, outside)
        theirs = {path: attached(running.config, path) or at.found[path] for path in EXCEPTIONS}
        at = replace(at, found={**at.found, **theirs})
        ways = {each.name for each in running.interfaces.values() if each.addresses}
        return replace(at, ways=(*at.interfaces, *sorted(ways - set(at.interfaces))))

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Refuse what keeps knocks or what is for the services from ours; yield what is logged."""
        if at.policy:
            ours = frozenset((intent.names.copp_class, *at.policed))
            what = f"what is for {', '.join(map(str, intent.services))}"
            refuse_taken_before(running.config, at.policy, ours, protected.as_entry, what)
        yield from kept_out(running, intent, at, protected)
        yield from unguarded_behind(running, at, protected)
        yield from filter(None, reasons_for_any(intent, listed(running, intent)))
        for path in EXCEPTIONS:
            if (name := at.found[path]) != at.names.exception_policy:
                yield (
                    f"the policy {name} under '{path}' is not ours: packets with IP options, or "
                    "whose TTL ends at the router, reach the services without a knock; the "
                    f"classes of `policy-map {at.names.exception_policy}`, first in it, shut there"
                )
        yield _LOGGED

    def edited_by_number(self, running: Running, at: Placement) -> tuple[str, ...]:
        """Return the lists that are there."""
        return tuple(
            name for name in (at.acl, at.shuts) if name and acl.entries(running.config, name)
        )

    def is_bound(self, config: Node, at: Placement) -> bool:
        """Tell whether the class of whom we let in is in the policy on the host path."""
        policy = config.child(f"policy-map {attached(config, HOST)}")
        return policy is not None and policy.child(f"class {at.names.admitted_class}") is not None

    def stages(
        self, running: Running, wanted: Node, at: Placement, *, binds_first: bool
    ) -> tuple[Node, ...]:
        """Return what is wanted: twice where our policy is not attached yet.

        It has to be before it drops anything, or no knock could be heard in OPEN.
        """
        policy = f"policy-map {at.policy or at.names.copp_policy}"
        if attached(running.config, HOST) is not None:
            return (wanted,)
        section = wanted.child(policy)
        if section is None:
            return (wanted,)
        shuts = f"class {at.names.shut_class}"
        bound = (n.with_children(()) if n.text == shuts else n for n in section.children)
        return wanted.put((policy,), section.with_children(tuple(bound))), wanted

    def opening(self, running: Running, at: Placement) -> Iterator[Command]:
        """Yield what takes the class that drops out of the policies that have it."""
        line = f"class {at.names.shut_class}"
        for node in running.config.children:
            if node.text.startswith("policy-map ") and node.child(line):
                yield Command(f"no {line}", (node.text,))
