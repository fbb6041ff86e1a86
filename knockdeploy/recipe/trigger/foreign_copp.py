"""Policies on the control plane that are somebody else's: which class gets the knocks first.

A class that is added to a policy stands behind those it has; whether an image takes it in front
of them is not known (ios-facts-more §B). So ours goes in only where no class before it matches a
knock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.match import ANY, Ace, Traffic, host
from knockdeploy.ios.policies import (
    AGGREGATE,
    DEFAULT,
    HOST,
    TrafficClass,
    attached,
    classes,
    classes_of,
)
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import may_take
from knockdeploy.recipe.running import Running

POLICY: Final = "trigger.policy"
"""What the record calls the policy that has our class and is somebody else's."""


def host_policy(running: Running, intent: Intent) -> str | None:
    """Return the policy on the host path if it is somebody else's: it has to take our class.

    Raises:
        UnsupportedError: if somebody else's policy logs what the control plane drops, or the
            policy there is not defined.
    """
    for path in (HOST, AGGREGATE):
        _refuse_logging(running.config, path, intent)
    name = attached(running.config, HOST)
    if name and not running.config.child(f"policy-map {name}"):
        raise UnsupportedError(
            f"'service-policy input {name}' is under '{HOST}', and there is no policy-map {name}",
            f"`{HOST}`, `no service-policy input {name}`, or define that policy",
        )
    if name is None or _is_ours(running, name, intent):
        return None
    return name


def foreign_policy(running: Running, intent: Intent) -> str | None:
    """Return the policy that may have our class and is somebody else's, also one of our name."""
    there = attached(running.config, HOST)
    recorded = running.recorded.get(POLICY)
    return next(
        (
            name
            for name in (recorded, there, intent.names.copp_policy)
            if name and not _is_ours(running, name, intent)
        ),
        None,
    )


def refuse_unreachable(
    running: Running, intent: Intent, policy: str | None, destination: str | None
) -> Iterator[str]:
    """Refuse policies that take knocks before our class; yield a warning where one may.

    Raises:
        UnsupportedError: naming the class; the hint has the lines to type.
    """
    knock, config = _knocks(intent, destination), running.config
    if policy:
        refuse_taken_before(config, policy, frozenset({intent.names.copp_class}), knock, "knocks")
    for each in classes(config, AGGREGATE):
        if not may_take(config, each, (knock,)):
            continue
        if each.drops:
            raise UnsupportedError(
                f"class {each.name} of the policy {each.policy} on the control plane drops knocks "
                "before the host path sees them",
                "let its class-map leave the knock ports out, or put other ports into knock.ports",
            )
        if any(action.startswith("police ") for action in each.actions):
            yield (
                f"class {each.name} of the policy {each.policy} on the control plane polices "
                "knocks too: while it exceeds its rate, knocks get lost"
            )
        if each.takes_all:
            return


def refuse_taken_before(
    running: Node, policy: str, ours: frozenset[str], packets: Ace, name: str
) -> None:
    """Refuse a policy on the host path of which a class ahead of ours may match some packets.

    Raises:
        UnsupportedError: naming the class; the hint has the lines to type.
    """
    for each in before(classes_of(running, policy, "", HOST), ours):
        if may_take(running, each, (packets,)):
            back = ", ".join(f"`{line}`" for line in (f"class {each.name}", *each.actions))
            raise UnsupportedError(
                f"class {each.name} of the policy {policy} on the host path matches {name} "
                f"before our class would",
                f"make room for it: `policy-map {policy}`, `no class {each.name}`; deploy; then "
                f"behind ours again: `policy-map {policy}`, {back}",
            )


def policing(running: Node) -> str | None:
    """Return the policy that polices all that comes to the router, if there is one."""
    actions = (action for each in classes(running, AGGREGATE) for action in each.actions)
    polices = any(action.startswith("police") for action in actions)
    return attached(running, AGGREGATE) if polices else None


def _refuse_logging(running: Node, path: str, intent: Intent) -> None:
    name = attached(running, path, "type logging ")
    if name is not None and name != intent.names.log_policy:
        raise UnsupportedError(
            f"'service-policy type logging input {name}' is already under '{path}'",
            f"ours logs every packet that is dropped: `{path}`, `no service-policy type logging "
            f"input {name}` makes room for it",
        )


def _is_ours(running: Running, name: str, intent: Intent) -> bool:
    """Tell whether a policy of our name is ours: one somebody typed from the article is."""
    record, names = running.record, intent.names
    if name != intent.names.copp_policy or (record and record.get(POLICY) == name):
        return False
    return record is not None or all(
        each.name in {names.copp_class, names.admitted_class, names.shut_class, DEFAULT}
        for each in classes_of(running.config, name, "", HOST)
    )


def before(policy: Iterable[TrafficClass], ours: Collection[str]) -> Iterator[TrafficClass]:
    """Yield the classes of others before the last of ours; all of them if one is to be typed."""
    found = [each for each in policy if each.name != DEFAULT]
    there = [i for i, each in enumerate(found) if each.name in ours]
    last = there[-1] if len(there) == len(ours) else len(found)
    yield from (each for each in found[:last] if each.name not in ours)


def _knocks(intent: Intent, destination: str | None) -> Ace:
    """Return what lets in knocks and nothing else."""
    traffic = tuple(Traffic.to(knock.protocol.value, knock.port) for knock in intent.heard)
    to = (host(destination),) if destination else ANY
    return Ace("permit the knocks", permits=True, traffic=traffic, destination=to)
