"""A copy of a zone's policy, with our classes in front, swapped in on one pair.

For a policy that serves other pairs, or has a class that takes our packets: IOS puts a new class
behind the others (ios-facts-more §A). The policy that was there stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from knockdeploy.command import Command
from knockdeploy.errors import UnsupportedError
from knockdeploy.ios import acl, zones
from knockdeploy.ios.canonical import canonical_node
from knockdeploy.ios.groups import groups_of
from knockdeploy.ios.match import Ace
from knockdeploy.ios.policies import DEFAULT
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.trigger.foreign_copp import refuse_taken_before

COPY: Final = "enforcement.copy"
_DROPS: Final = Node(f"class {DEFAULT}", (Node("drop"),))


def header(policy: str) -> str:
    """Return the header of a policy."""
    return f"policy-map {zones.KIND}{policy}"


def copied(config: Node, policy: str, ours: Collection[str]) -> str:
    """Return the classes of a policy that are not ours, as text: class-default last.

    Raises:
        UnsupportedError: if there is no such policy any more.
    """
    section = config.child(header(policy))
    if section is None:
        raise UnsupportedError(
            f"the policy {policy}, of which ours is a copy, is gone",
            f"define `{header(policy)}` on the router again",
        )
    classes = [canonical_node(node, section.text) for node in _foreign(section, ours)]
    default = next((node for node in classes if _name(node) == DEFAULT and node.children), _DROPS)
    return to_text(Node("", (*(node for node in classes if _name(node) != DEFAULT), default)))


def stopgap(at: Placement) -> tuple[Command, ...]:
    """Return what the control plane drops while a pair has no policy: all that opens a service."""
    there = (acl.header(at.names.copp_acl),)
    services = at.names.service_group
    return (
        Command("deny tcp any any established", there),
        Command(f"permit object-group {services} any any", there),
    )


def refuse_leaky_stopgap(config: Node, at: Placement, services: Ace) -> None:
    """Refuse where the stopgap would not drop what is for the services.

    Raises:
        UnsupportedError: naming the class of the control plane that takes it first.
    """
    if at.policy:
        ours = frozenset((at.names.copp_class,))
        refuse_taken_before(config, at.policy, ours, services, "what is for the services")


def refuse_removal(config: Node, at: Placement, policy: str, ours: Collection[str]) -> None:
    """Refuse to take away a copy that has more than its original, or that no stopgap can replace.

    Raises:
        UnsupportedError: naming the class.
    """
    original, copy = at.found[COPY], config.child(header(policy))
    had = copied(config, original, ours).splitlines()
    for node in _foreign(copy, ours) if copy else ():
        if node.text not in had:
            raise UnsupportedError(
                f"'{node.text}' was typed into {policy} and is not in {original}, of which that "
                "is a copy",
                f"type it into {original} too, or take it out",
            )
    refuse_leaky_stopgap(config, at, acl.ace_of(stopgap(at)[1].line, groups_of(config)))


def warnings(
    config: Node, pair: str, policy: str, wanted: str, ours: Collection[str]
) -> Iterator[str]:
    """Yield what to know of a copy: that it is swapped in, or follows what was changed."""
    section, there = config.child(pair), config.child(header(policy))
    if section is None or section.child(f"{zones.BINDING}{policy}") is None:
        yield (
            f"{policy} takes the place of the policy on '{pair}', with its classes behind ours: "
            "for the moment of the swap new connections to the services are dropped and all else "
            "is let in, or dropped, as if there were no policy; sessions that it inspects end"
        )
    elif there and copied(config, policy, ours) != wanted:
        yield f"the policy of which {policy} is a copy has changed since: the copy follows"


def _foreign(section: Node, ours: Collection[str]) -> Iterator[Node]:
    return (n for n in section.children if n.text.startswith("class ") and _name(n) not in ours)


def _name(node: Node) -> str:
    return node.text.split()[-1]
