"""The inbound ACL of the interfaces where the Internet comes in: our entries stand on top (§4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, filters, view
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.counters import listed_entries, show_list
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.enforcement.acl_copy import refuse_changed, whole_copy
from knockdeploy.recipe.enforcement.broadcast_denies import unguarded
from knockdeploy.recipe.enforcement.inbound_acl import (
    ACL,
    BINDING,
    COPY,
    bound_lists,
    opened_acl,
    outside_of,
    reasons_for_any,
)
from knockdeploy.recipe.enforcement.nat_forwards import refuse_behind
from knockdeploy.recipe.enforcement.own_entries import own_entries, refers, role_of
from knockdeploy.recipe.enforcement.unfit_acl import (
    has_ours,
    not_understood,
    refuse_body,
    refuse_left,
    refuse_strangers,
    refuse_unlisted,
    refuse_unrouted,
)
from knockdeploy.recipe.name_conflicts import other_uses
from knockdeploy.recipe.owned import Owned, Scope, lines_that
from knockdeploy.recipe.part import Enforcement, ShowOutput
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.record import Record, moved, moved_back
from knockdeploy.recipe.role import Role
from knockdeploy.recipe.running import Running

MOVED: Final = "enforcement.moved"


class InterfaceAcl(Enforcement):
    """Denies in the inbound ACL; where there is none, one is made and bound."""

    templates: ClassVar[tuple[str, ...]] = ("ios/enforcement/acl.j2", "ios/enforcement/binding.j2")

    def values(self, intent: Intent, at: Placement) -> Mapping[str, object]:
        """Return nothing: an ACL that has to be made needs a body."""
        if not at.acl_exists and intent.new_acl_entries is None:
            raise IntentError(
                f"the ACL {at.acl} has to be made, and nothing says what else it should permit",
                'knock.new_acl_entries: its entries, such as ["permit ip any any"]',
            )
        return {}

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the ACL, or our entries in it, and what binds it."""
        scope = Scope.ENTRIES if at.acl_exists else Scope.SECTION
        binds = at.record.has(BINDING) or at.copies is not None or bool(at.lost)
        line = acl.binding(at.acl)
        return (
            Owned(
                acl.KIND, at.acl, "access-list", scope,
                "names.acl" if at.acl == at.names.acl else "acl",
                lines=partial(own_entries, at=at),
            ),
            *(
                Owned(
                    "interface", name, "interface-binding", Scope.ENTRIES,
                    lines=lines_that(lambda text: binds and text == line),
                )
                for name in at.interfaces
            ),
        )  # fmt: skip

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        """Return ``at`` with the ACL that shall have our entries.

        Where ``dialect`` says that the image takes no dynamic entry by number, it is a copy.
        """
        had, at = running.recorded, outside_of(running, intent, at, dialect)
        refuse_unrouted(running, at)
        # an ACL without an entry filters nothing: as if it were new
        exists = bool(acl.entries(running.config, at.acl)) or at.copies is not None
        refuse_strangers(running, at)
        acl_exists = exists and not had.has(ACL)
        if not acl_exists:
            refuse_body(running, intent, at.interfaces, is_there=exists)
        is_there = bound_lists(running, at) == {at.acl}
        bound = is_there and not had.has(BINDING) and at.copies is None
        is_binding = not bound and _binds(running, at)
        displaced = _displaced(at.acl, at.copies, Record.of(enforcement_binding=is_binding))
        lost = {acl.binding(at.acl): acl.binding(each) for each in at.lost.values() if each}
        refuse_left(running, intent, at)
        at = replace(at, acl_exists=acl_exists, bound=bound, displaced={**displaced, **lost})
        return _recorded(at, is_binding=is_binding, moved=had.all(MOVED))

    def find(self, running: Running, intent: Intent, at: Placement) -> Placement:
        """Return ``at`` with the ACL that has our entries; a copy is ours whole, like our own."""
        had, at = running.recorded, outside_of(running, intent, at, CLASSIC)
        opened = opened_acl(running)
        is_known = running.record or (opened and running.config.child(acl.header(opened)))
        names = [opened] if opened and is_known else []
        names += [n for n in (at.acl, intent.names.acl) if has_ours(running, intent, n)]
        copies = had.get(COPY) if names else None
        name = next(iter(names), at.acl)
        whole = bool(names) and (had.has(ACL) or copies is not None)
        at = replace(
            at,
            acl=name,
            acl_exists=not whole,
            copies=copies,
            lost={},
            displaced=_displaced(name, copies, had),
            moved=moved_back(had.all(MOVED)),
        )
        return _recorded(at, is_binding=had.has(BINDING), moved=had.all(MOVED))

    def refuse_users(self, running: Running, at: Placement) -> None:
        """Refuse to take away what others use, or what we would leave open for them."""
        refuse_unlisted(running, at.acl, at.interfaces)
        unbound = at.interfaces if at.record.has(BINDING) or at.copies else ()
        if not at.acl_exists and (users := other_uses(running.config, at.acl, unbound)):
            raise UnsupportedError(
                f"the ACL {at.acl} is ours and would go, but {', '.join(users)} uses it too",
                "give that an ACL of its own on the router first",
            )

    def review(
        self, running: Running, intent: Intent, at: Placement, protected: Protected
    ) -> Iterator[str]:
        """Refuse what would shut hosts behind the router; yield what to know of the ACL."""
        refuse_behind(running, at, protected, lambda entry: refers(entry, at))
        interfaces = [running.interfaces[name] for name in at.interfaces]
        yield from filter(None, reasons_for_any(intent, interfaces))
        for each in interfaces:
            if each.shutdown and each.addresses:
                yield (
                    f"{each.name} is shut down: its address is not protected; deploy again once "
                    "it is up"
                )
        yield from unguarded(running, intent, at, protected)
        original = None if acl.entries(running.config, at.acl) else at.copies
        yield from not_understood(running, original or at.acl)
        if original:
            yield (
                f"this image takes no dynamic entry by number: {at.acl}, a copy of {original}, "
                f"takes its place; what is typed into {original} later has no effect"
            )

    def edited_by_number(self, running: Running, at: Placement) -> tuple[str, ...]:
        """Return the ACL."""
        return (at.acl,)

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return what lists the matches of the entries."""
        return (show_list(at.acl),)

    def let_in(self, output: ShowOutput, at: Placement) -> int | None:
        """Return the matches of our knock permit."""
        permits = (
            each
            for each in listed_entries(output, at.acl)
            if at.names.knock_group in each.text.split()
        )
        return next((each.matches for each in permits), None)

    def recorded(self, running: Running, wanted: Node, at: Placement) -> Placement:
        """Return ``at`` with a record of the entries that were there before us and become ours.

        Known at the first deployment alone: afterwards such an entry is ours, wherever it stands.
        """
        section, ours = running.config.child(at.acl_header), wanted.child(at.acl_header)
        if section is None or ours is None or not at.acl_exists or running.record:
            return at
        want = {canonical(section.text, node.text) for node in ours.children}
        mine = own_entries(section, at)
        became_ours: list[str] = []
        rank = 0
        for i, node in enumerate(section.children):
            if is_remark(node) or i in mine:
                continue
            text = canonical(section.text, node.text)
            became_ours += [moved(rank, text)] if text in want else []
            rank += text not in want
        return at.recording(MOVED, *became_ours)

    def stages(
        self, running: Running, wanted: Node, at: Placement, *, binds_first: bool
    ) -> tuple[Node, ...]:
        """Return what is wanted: twice where the list has to be bound before it shuts anything."""
        if at.copies:
            is_staged = all(
                view.inbound_acl(running.config, name) != at.acl for name in at.interfaces
            )
        else:
            is_staged = binds_first and running.config.child(at.acl_header) is None
        section = wanted.child(at.acl_header)
        if not is_staged or section is None:
            return (wanted,)
        rest = () if at.copies else (Node(filters.EVERYTHING.text),)  # a copy has its original's
        return wanted.put((section.text,), _shutting_nothing(section, at, rest)), wanted

    def completed(self, running: Running, wanted: Node, at: Placement) -> Node:
        """Return what is wanted, a copy that is not there yet with what it copies."""
        section = wanted.child(at.acl_header)
        if not at.copies or section is None or running.config.child(section.text) is not None:
            return wanted
        return wanted.put((section.text,), whole_copy(running.config, section, at))

    def review_removal(self, running: Running, at: Placement) -> None:
        """Refuse a copy that no longer has what its original has."""
        if at.copies:
            refuse_changed(running.config, at)

    def review_end(self, after: Node, at: Placement) -> None:
        """Refuse to leave a bound ACL without an entry: it would let everything in (§11)."""
        section = after.child(at.acl_header)
        if section is None or not all(map(is_remark, section.children)):
            return
        for header in view.bound_to(after, at.acl):
            raise UnsupportedError(
                f"the ACL {at.acl} has no entry but ours, and somebody else bound it: without "
                "ours it would let everything in",
                f"`no {acl.binding(at.acl)}` under '{header}', or an entry of your own",
            )


def _recorded(at: Placement, *, is_binding: bool, moved: Iterable[str]) -> Placement:
    """Return ``at`` with a record of what is ours: whether the ACL and its binding are, say."""
    at = at.recording(ACL, not at.acl_exists).recording(BINDING, is_binding)
    return at.recording(COPY, at.copies).recording(MOVED, *moved)


def _binds(running: Running, at: Placement) -> bool:
    """Tell whether the binding is ours: what others had bound before us stays theirs."""
    if running.record and (at.copies or at.lost):
        return running.record.has(BINDING)
    return at.copies is None or bound_lists(running, at) == {None}


def _displaced(name: str, copies: str | None, record: Record) -> Mapping[str, str]:
    """Return the binding of a copy, and that of its original, unless there was none."""
    return {acl.binding(name): acl.binding(copies)} if copies and not record.has(BINDING) else {}


def _shutting_nothing(section: Node, at: Placement, rest: tuple[Node, ...]) -> Node:
    """Return the ACL with ``rest`` for what stands behind its dynamic entry."""
    roles = [role_of(node.text, at) for node in section.children]
    if Role.DYNAMIC not in roles:
        return section
    return section.with_children((*section.children[: roles.index(Role.DYNAMIC) + 1], *rest))
