"""Classes of the policy from the Internet's zone to the router itself.

A class takes what its list permits (ios-facts §8). So the dynamic entry stands, as a permit, in
the list of a class that lets in, ahead of the one that drops the services.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from knockdeploy.command import Command
from knockdeploy.intent import Intent, Names
from knockdeploy.ios import acl, zones
from knockdeploy.ios.counters import listed_entries, show_list
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.filters import inbound
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.enforcement import zone_copy, zone_path
from knockdeploy.recipe.enforcement.broadcast_denies import unguarded_behind
from knockdeploy.recipe.enforcement.inbound_acl import facing, listed, reasons_for_any
from knockdeploy.recipe.enforcement.past_inbound import kept_out
from knockdeploy.recipe.enforcement.zone_copy import COPY
from knockdeploy.recipe.owned import ANY_NAME, Owned, Scope, lines_that
from knockdeploy.recipe.part import Enforcement, ShowOutput
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running

POLICY: Final = "enforcement.policy"
REST: Final = "enforcement.rest"
PAIR: Final = "enforcement.pair"
ACTION: Final = "enforcement.action"
_KEY: Final = "names.zone"
_RULE: Final = "zone-policy"
_PASS: Final = "pass"  # noqa: S105  # an action
_LETS_IN_THE_REST: Final = "class class-default\n pass"
_OFFLINE: Final = "zone-pair security {} source OUTSIDE destination self"


class Zone(Enforcement):
    """What knocks and what was knocked for passes, and the services are dropped for all others."""

    templates = ("ios/enforcement/zone.j2",)

    def offline(self, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with a pair and a policy of ours."""
        names = at.names
        found = {PAIR: _OFFLINE.format(_pair(names)), ACTION: _PASS}
        found = {**at.found, **found}
        return replace(at, acl=_lists(names)[1], lists=_lists(names), found=found)

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return what the template needs of the zone."""
        names, theirs = at.names, at.found.get(POLICY)
        actions = _PASS, at.found.get(ACTION, _PASS), "drop"
        classes = zip(_classes(names), _lists(names), actions, strict=True)
        zone = {
            "knocks": _lists(names)[0],
            "shuts": _lists(names)[2],
            "classes": list(classes),
            "policy": theirs or _policy(names),
            "pair": at.found.get(PAIR, ""),
            "is_ours": theirs is None,
            "original": at.found.get(COPY),
            "rest": "" if theirs else at.found.get(REST, _LETS_IN_THE_REST),
        }
        return {"zone": zone}

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the lists, the classes, the policy or our classes in it, and what binds it."""
        names, theirs = at.names, at.found.get(POLICY)
        had = (at.found[COPY],) if COPY in at.found else ()  # which may have ours from before
        policies = dict.fromkeys((theirs or _policy(names), _policy(names), *had))
        users = tuple(map(zone_copy.header, policies))
        rows = [
            Owned(
                acl.KIND, name, "access-list", key=_KEY,
                users=(f"class-map {zones.KIND}match-any {each}",),
            )
            for name, each in zip(_lists(names), _classes(names), strict=True)
        ]  # fmt: skip
        rows += (
            Owned("class-map type inspect", each, _RULE, key=_KEY, users=users)
            for each in _classes(names)
        )
        ours = frozenset(f"class {zones.KIND}{each}" for each in _classes(names))
        lines = lines_that(ours.__contains__)
        kind = "policy-map type inspect"
        own = Owned(kind, _policy(names), _RULE, key=_KEY, users=(at.found.get(PAIR, ""),))
        rows.append(replace(own, name=ANY_NAME, scope=Scope.ENTRIES, key="", lines=lines))
        rows.append(replace(own, made=theirs is None))
        return (*rows, *_binding_rows(at))

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the pair, and the policy that shall have our classes."""
        zone_path.refuse_undefined(running, intent)
        at = self._placed(running, intent, at, copies=True)
        zone_path.refuse_unfit(running, at.interfaces)
        return at

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with the pair and the policy, whatever became of them."""
        return self._placed(running, intent, at, copies=False)

    def _placed(
        self, running: Running, intent: Intent, at: Placement, *, copies: bool
    ) -> Placement:
        """Return ``at`` with the pair and the policy; ``copies``: it may be a copy from now on."""
        outside = listed(running, intent)
        names, config = at.names, running.config
        pair, zone = zones.to_self(config, outside[0].name), outside[0].zone
        at = facing(self.offline(intent, at), intent, outside)
        header = f"zone-pair security {_pair(names)} source {zone} destination {zones.SELF}"
        action = zone_path.action(running, intent, zone, at.own_addresses)
        at = _with(at, **{PAIR: pair.header if pair else header, ACTION: action})
        theirs = pair.policy if pair and pair.policy != _policy(names) else None
        original = running.recorded.get(COPY)
        if theirs and pair and not original and copies:
            protected = Protected.of(intent, running)
            no_place = zone_path.has_no_place(running, pair, _classes(names), protected)
            original = theirs if no_place else None
        if original:
            return _copying(running, at, theirs or original)
        return _with(at, **({POLICY: theirs} if theirs else {}))

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Refuse what keeps knocks, or what is for the services, from our classes."""
        if COPY in at.found:
            zone_copy.refuse_leaky_stopgap(running.config, at, protected.as_entry)
            pair, rest = at.found[PAIR], at.found[REST]
            ours = _classes(at.names)
            yield from zone_copy.warnings(running.config, pair, _policy(at.names), rest, ours)
        yield from kept_out(running, intent, at, protected, inbound)
        yield from unguarded_behind(running, at, protected)
        yield from filter(None, reasons_for_any(intent, listed(running, intent)))

    def edited_by_number(self, running: Running, at: Placement) -> tuple[str, ...]:
        """Return the lists that are there."""
        return tuple(name for name in _lists(at.names) if acl.entries(running.config, name))

    def is_bound(self, config: Node, at: Placement) -> bool:
        """Tell whether the class of whom we let in is in the policy of the pair."""
        pair = zones.to_self(config, at.interfaces[0])
        found = zones.classes(config, pair) if pair else ()
        return any(each.name == _classes(at.names)[1] for each in found)

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return what lists the matches of the entries."""
        return (show_list(_lists(at.names)[0]),)

    def let_in(self, output: ShowOutput, at: Placement) -> int | None:
        """Return the matches of our knock permit."""
        return next((each.matches for each in listed_entries(output, _lists(at.names)[0])), None)

    def stages(
        self, running: Running, wanted: Node, at: Placement, *, binds_first: bool
    ) -> tuple[Node, ...]:
        """Return what is wanted: twice where nothing of ours drops anything yet.

        The knocks have to pass the zone to be heard in OPEN. A class cannot be put before another
        later, so the one that drops is there from the start, and takes nothing until then.
        """
        header = acl.header(_lists(at.names)[2])
        section = wanted.child(header)
        if section is None or running.config.child(header):
            return (wanted,)
        nothing = section.with_children((Node("deny ip any any"), *section.children))
        return wanted.put((header,), nothing), wanted

    def review_removal(self, running: Running, at: Placement) -> None:
        """Refuse a copy into which somebody typed, or one that is gone."""
        if COPY in at.found:
            policy, ours = _policy(at.names), _classes(at.names)
            zone_copy.refuse_removal(running.config, at, policy, ours)

    def opening(self, running: Running, at: Placement) -> Iterator[Command]:
        """Yield what opens the door before all else goes.

        The policy leaves the pair first, as IOS wants it (ios-facts-more §A); our classes leave
        somebody else's policy, the one that drops first. For a copy the original comes back.
        """
        if at.displaced:
            return
        theirs = at.found.get(POLICY)
        header = f"policy-map {zones.KIND}{theirs}" if theirs else at.found[PAIR]
        there = running.config.section(header)
        ours = [f"class {zones.KIND}{each}" for each in reversed(_classes(at.names))]
        for line in ours if theirs else [f"{zones.BINDING}{_policy(at.names)}"]:
            if there.child(line):
                yield Command(f"no {line}", (header,))


def _with(at: Placement, **found: str) -> Placement:
    """Return ``at`` with what was found; the record keeps what a removal could not find."""
    for key in (POLICY, COPY):
        at = at.recording(key, found.get(key, at.record.get(key)))
    return replace(at, found={**at.found, **found})


def _copying(running: Running, at: Placement, original: str) -> Placement:
    """Return ``at`` with a copy of a policy in the place of that."""
    names = at.names
    rest = zone_copy.copied(running.config, original, _classes(names))
    is_theirs = at.found[PAIR].split()[2] != _pair(names)
    lines = {f"{zones.BINDING}{_policy(names)}": f"{zones.BINDING}{original}"}
    return replace(
        _with(at, **{COPY: original, REST: rest}),
        displaced=lines if is_theirs else {},
        stopgap=zone_copy.stopgap(at),
    )


def _binding_rows(at: Placement) -> tuple[Owned, ...]:
    """Return the pair, if it is ours, or the line in somebody else's that has our policy."""
    pair, binding = at.found.get(PAIR, ""), f"{zones.BINDING}{_policy(at.names)}"
    if at.found.get(POLICY) or not pair:
        return ()
    name = pair.split()[2]
    row = Owned("zone-pair security", name, "zone-pair", key=_KEY)
    if name == _pair(at.names):
        return (row,)
    is_ours = lines_that(partial(str.__eq__, binding))
    return (replace(row, scope=Scope.ENTRIES, key="", lines=is_ours),)


def _lists(names: Names) -> tuple[str, str, str]:
    """Return the lists of knocks, of whom we let in, and of what is shut."""
    return f"ACL_{names.zone}", f"ACL_{names.zone}_In", f"ACL_{names.zone}_Shut"


def _classes(names: Names) -> tuple[str, str, str]:
    return f"CM_{names.zone}", f"CM_{names.zone}_In", f"CM_{names.zone}_Shut"


def _policy(names: Names) -> str:
    return f"PM_{names.zone}"


def _pair(names: Names) -> str:
    return f"ZP_{names.zone}"
