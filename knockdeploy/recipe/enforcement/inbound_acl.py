"""Where the Internet comes in: the interfaces that the intent lists, and the ACL they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knockdeploy.errors import IntentError, OtherListError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, view
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.free_name import free_name
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.marked_entries import canonical_entry, hears, listening
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.record import Record
from knockdeploy.recipe.running import Running

ACL: Final = "enforcement.acl"
BINDING: Final = "enforcement.binding"
COPY: Final = "enforcement.copy"
_OTHERWISE_BOUND: Final = re.compile(r"ip access-group (?!\S+ (?:in|out)\b)")


def listed(running: Running, intent: Intent) -> tuple[view.Interface, ...]:
    """Return the interfaces that the intent lists, each once.

    Raises:
        IntentError: if the router does not have one of them.
    """
    # some headers go on behind the name: `interface ATM0/0.1 point-to-point`
    known = {name.split()[0]: each for name, each in running.interfaces.items()}
    names = view.interface_names(intent.interface)
    for name in names:
        if name not in known:
            raise IntentError(
                f"the router has no interface {name}",
                f"knock.interface: one of {', '.join(known)}",
            )
    return tuple(known[name] for name in names)


def bound_lists(running: Running, at: Placement) -> set[str | None]:
    """Return what the interfaces have for inbound ACLs now, None for one that has none."""
    return {running.interfaces[name].acl_in for name in at.interfaces}


def outside_of(running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
    """Return ``at`` with the interfaces, and the ACL that has our entries or shall have them.

    Raises:
        IntentError: if an interface is missing.
        OtherListError: if one has another ACL than the intent names.
        UnsupportedError: if the interfaces do not share one ACL.
    """
    record, interfaces = running.recorded, listed(running, intent)
    _refuse_two_lists(running, interfaces)
    at = facing(at, intent, interfaces)
    original = record.get(COPY)
    found = {each.acl_in for each in interfaces} - {None, original}
    default = intent.acl_name
    if original and (made := _copied(running, original, found)):
        return replace(at, acl=made, copies=original)
    opened = opened_acl(running)
    lost = _lost(running, opened, interfaces) if opened and intent.acl in {"auto", opened} else {}
    if opened and lost:
        return replace(at, acl=opened, lost=lost)
    _refuse_mixed(interfaces, record)
    name = next((each.acl_in for each in interfaces if each.acl_in), default)
    if intent.acl not in {"auto", name}:
        raise OtherListError(interfaces[0].name, name, intent.acl)
    is_ours = record.has(ACL)
    if not dialect.numbered_dynamic and not is_ours and _needs_copy(running.config, name):
        return replace(at, acl=free_name(running.config, name), copies=name)
    return replace(at, acl=name)


def _refuse_two_lists(running: Running, interfaces: tuple[view.Interface, ...]) -> None:
    """Refuse a binding that we cannot read, as IOS-XE's of a common ACL beside another one."""
    for each in interfaces:
        lines = running.config.section(f"interface {each.name}").children
        if line := next((n.text for n in lines if _OTHERWISE_BOUND.match(n.text)), None):
            raise UnsupportedError(
                f"interface {each.name} has '{line}': ours would take the place of both lists",
                "bind one extended ACL with the entries of both there: `ip access-group NAME in`",
            )


def _refuse_mixed(interfaces: tuple[view.Interface, ...], record: Record) -> None:
    """Refuse interfaces of which each has something else: our entries stand in one ACL."""
    bound = {each.acl_in: each.name for each in interfaces}
    if len(bound) == 1 or (len(set(bound) - {None}) == 1 and record.has(BINDING)):
        return
    bindings = ", ".join(f"{name} has {acl or 'none'}" for acl, name in bound.items())
    raise UnsupportedError(
        f"the listed interfaces do not share one inbound ACL: {bindings}",
        "`ip access-group NAME in` with the same NAME under each of them, or list only those "
        "that have it in knock.interface",
    )


def _lost(
    running: Running, opened: str, interfaces: tuple[view.Interface, ...]
) -> dict[str, str | None]:
    """Return where an ACL that has our dynamic entry is not bound any more, and what is instead.

    Where it filters something else, or still one of several beside another list, who wants what is
    not clear.
    """
    entries = acl.entries(running.config, opened) or ()
    holders = {each.name for each in running.interfaces.values() if each.acl_in == opened}
    names = {each.name for each in interfaces}
    lost = {each.name: each.acl_in for each in interfaces if each.acl_in != opened}
    others = {other for other in lost.values() if other}
    is_clear = holders <= names and len(others) <= (0 if holders else 1)
    has_ours = any(e.dynamic == f"D{opened}" or hears(canonical_entry(e.text)) for e in entries)
    return lost if has_ours and is_clear else {}


def _copied(running: Running, original: str, bound: set[str | None]) -> str | None:
    """Return the copy that an earlier deployment made, bound or left behind; None if it is gone."""
    for name in (*bound, opened_acl(running)):
        if name and name != original and acl.entries(running.config, name):
            return name
    return None


def opened_acl(running: Running) -> str | None:
    """Return the ACL that a knock opens, as the variable of the engine or its entries say."""
    marked = (node.text.rpartition(" ")[2] for node, _ in listening(running.config))
    return running.variables.get("_knock_Services") or next(marked, None)


def _needs_copy(running: Node, name: str) -> bool:
    """Tell whether our dynamic entry would have to go into the ACL by its number."""
    entries = acl.entries(running, name)
    return bool(entries) and all(entry.dynamic != f"D{name}" for entry in entries or ())


def reasons_for_any(intent: Intent, interfaces: Sequence[view.Interface]) -> Iterator[str]:
    """Yield why our entries cannot have one destination; "" where the intent wants it so."""
    if intent.destination == "any":
        yield ""
    elif len(interfaces) > 1:
        yield "several interfaces are listed: our entries cover any destination"
    elif str(intent.outside_address) in (each := interfaces[0]).others:
        yield (
            f"clients aim at {intent.outside_address}, a second address of {each.name}: our "
            "entries cover any destination"
        )
    elif each.address is None:
        has = "negotiates its address" if each.negotiated else "has no address of its own"
        yield f"{each.name} {has}: our entries cover any destination"


def facing(at: Placement, intent: Intent, interfaces: Sequence[view.Interface]) -> Placement:
    """Return ``at`` with the interfaces, what our entries cover, and where clients aim."""
    address = next((each.address for each in interfaces if each.address), None)
    covers_one = not list(reasons_for_any(intent, interfaces))
    return replace(
        at,
        interfaces=tuple(each.name for each in interfaces),
        destination=address if covers_one else None,
        aim=address,
    )
