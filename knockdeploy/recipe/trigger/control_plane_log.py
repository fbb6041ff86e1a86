"""Knocks are dropped by a class of ours on the control plane, and logged (ios-facts §1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final

from knockdeploy.intent import Intent
from knockdeploy.ios import acl
from knockdeploy.ios.counters import class_packets
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.policies import AGGREGATE, HOST
from knockdeploy.recipe.groups import former_group
from knockdeploy.recipe.owned import ANY_NAME, Former, Owned, Scope, lines_that
from knockdeploy.recipe.part import ShowOutput, Trigger
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.record import Record
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger import foreign_copp
from knockdeploy.recipe.trigger.foreign_copp import POLICY
from knockdeploy.recipe.trigger.host_features import host_features
from knockdeploy.secrets import Secret
from knockdeploy.sequence import Protocol

HAD: Final = "trigger.policy_before"
_COUNTS: Final = f"show policy-map {HOST}"
_MATCHED = "match access-group name "


class ControlPlaneLog(Trigger):
    """Control-plane policing and control-plane logging on the host path."""

    templates = (
        "ios/trigger/policing.j2",
        "ios/trigger/logging.j2",
        "ios/trigger/control_plane.j2",
    )
    protocols: ClassVar[frozenset[Protocol]] = frozenset(Protocol)
    facilities: ClassVar[tuple[str, ...]] = ("CP",)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the list, the classes and policies, and what binds them."""
        names = at.names
        host = (HOST,)
        is_ours = names.copp_policy != at.policy
        classes = {f"class {name}" for name in (names.copp_class, *at.policed)}
        own = Owned(
            "policy-map", names.copp_policy, "control-plane-policing",
            Scope.SECTION if is_ours else Scope.ENTRIES, key="names.copp_policy", users=host,
            lines=lines_that(lambda text: text in classes),
            made=at.policy is None,
        )  # fmt: skip
        had = at.found.get(HAD)
        policies = dict.fromkeys(name for name in (names.copp_policy, at.policy, had) if name)
        return (
            Owned(
                acl.KIND, names.copp_acl, "access-list", key="names.copp_acl",
                users=(f"class-map match-any {names.copp_class}",), secret=Secret.PORTS,
            ),
            Owned(
                "class-map", names.copp_class, "control-plane-policing", key="names.copp_class",
                users=tuple(f"policy-map {name}" for name in policies),
            ),
            own,
            replace(own, name=ANY_NAME, scope=Scope.ENTRIES, key=""),
            binding({names.copp_policy} - {at.policy}),
            Owned(
                "class-map type logging", names.log_class, "control-plane-logging",
                key="names.log_class", users=(f"policy-map type logging {names.log_policy}",),
            ),
            Owned(
                "policy-map type logging", names.log_policy, "control-plane-logging",
                key="names.log_policy", users=host,
            ),
            binding({names.log_policy}),
        )  # fmt: skip

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the policy of somebody else's that has to take our class."""
        policy = foreign_copp.host_policy(running, intent)
        had = running.recorded.get(POLICY)
        return _with(replace(at, found={**at.found, HAD: had}) if had else at, policy)

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with the policy of somebody else's that may have our class."""
        return _with(at, foreign_copp.foreign_policy(running, intent))

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Refuse policies that take knocks before our class; yield a warning where one may."""
        yield from foreign_copp.refuse_unreachable(running, intent, at.policy, at.destination)
        yield from host_features(running.config, intent, at)

    def former_names(self, running: Running, intent: Intent, at: Placement) -> Iterator[Former]:
        """Yield what hears knocks under another name."""
        names = intent.names
        yield from _classes(running, intent)
        if running.record:
            yield from _policies(running, intent, running.record)
        header = acl.header(names.copp_acl)
        yield from former_group(running, header, "permit ", "knock_group", names.knock_group)

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return what shows the counters of the classes."""
        return (_COUNTS,)

    def heard(self, output: ShowOutput, at: Placement) -> int | None:
        """Return how many packets our class has dropped."""
        return class_packets(output[_COUNTS]).get(at.names.copp_class)

    def edited_by_number(self, running: Running, at: Placement) -> tuple[str, ...]:
        """Return our list, once it is there.

        Somebody may have typed it before us, and then its entry is not the first.
        """
        name = at.names.copp_acl
        return (name,) if acl.entries(running.config, name) else ()


def _with(at: Placement, policy: str | None) -> Placement:
    return replace(at, policy=policy).recording(POLICY, policy)


def binding(policies: set[str]) -> Owned:
    """Return the row of what binds any of these policies to a path of the control plane."""

    def binds(text: str) -> bool:
        return text.startswith("service-policy") and text.rsplit(maxsplit=1)[-1] in policies

    rule = "control-plane-binding"
    return Owned(AGGREGATE, ANY_NAME, rule, Scope.ENTRIES, lines=lines_that(binds))


def _classes(running: Running, intent: Intent) -> Iterator[Former]:
    """Yield the list of our class, and the class of our list, where it has another name."""
    names, config = intent.names, running.config
    for node in config.children:
        if not node.text.startswith("class-map match-any "):
            continue
        name = node.text.split()[-1]
        for line in node.children:
            matched = line.text.removeprefix(_MATCHED)
            section = config.child(acl.header(matched))
            knocks = f" object-group {names.knock_group} "
            if section is None or not any(knocks in each.text for each in section.children):
                continue
            if name == names.copp_class and matched != names.copp_acl:
                yield Former("copp_acl", line.text, matched)
            if name != names.copp_class and matched == names.copp_acl:
                yield Former("copp_class", node.text, name)


def _policies(running: Running, intent: Intent, record: Record) -> Iterator[Former]:
    """Yield the policies that we made under another name, and the class of ours that logs drops."""
    names = intent.names
    for node in running.config.children:
        if not node.text.startswith("policy-map "):
            continue
        kind, _, name = node.text.rpartition(" ")
        classes = [line.text.removeprefix("class ") for line in node.children]
        if kind == "policy-map" and names.copp_class in classes:
            if name not in {names.copp_policy, record.get(POLICY)}:
                yield Former("copp_policy", node.text, name)
        elif kind == "policy-map type logging":
            if name == names.log_policy and classes and names.log_class not in classes:
                yield Former("log_class", node.text, classes[0])
            if name != names.log_policy and names.log_class in classes:
                yield Former("log_policy", node.text, name)
