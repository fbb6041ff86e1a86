"""Where the Internet comes in: the interfaces that the intent lists, and the ACL they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knockdeploy.errors import IntentError, OtherListError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, groups, view
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.free_name import free_name
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.enforcement.own_entries import own_entries
from knockdeploy.recipe.marked_entries import canonical_entry, hears, listening
from knockdeploy.recipe.name_conflicts import other_uses
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.record import Record
from knockdeploy.recipe.running import Running

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


def refuse_unrouted(running: Running, at: Placement) -> None:
    """Refuse where no IP packet arrives at any of the interfaces: the door would stay open.

    Raises:
        IntentError: naming those that have an address; nothing was sent.
    """
    interfaces = [running.interfaces[name] for name in at.interfaces]
    if all(each.has_no_ip for each in interfaces):
        having = [each.name for each in running.interfaces.values() if not each.has_no_ip]
        raise IntentError(
            f"{interfaces[0].name} has `no ip address`: packets come in by another interface, "
            "such as its dialer, subinterface, bridge or port-channel",
            f"knock.interface: one of {', '.join(having) or 'those with an address'}",
        )


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
    original = record.get("enforcement.copy")
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
    is_ours = record.has("enforcement.acl")
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
    if len(bound) == 1 or (len(set(bound) - {None}) == 1 and record.has("enforcement.binding")):
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


def refuse_unlisted(running: Running, name: str, listed: tuple[str, ...]) -> None:
    """Refuse where our entries filter what comes in by an interface that is not listed (any more).

    What their leaving opens there would not be counted.

    Raises:
        UnsupportedError: naming the interfaces; nothing was sent.
    """
    having = [each.name for each in running.interfaces.values() if each.acl_in == name]
    if unlisted := [name for name in having if name not in listed]:
        raise UnsupportedError(
            f"the ACL {name} has our entries, and is also inbound on {', '.join(unlisted)}",
            f"knock.interface: all that have it, [{', '.join(having)}]; for another one, remove "
            "the knock from these first",
        )


def _needs_copy(running: Node, name: str) -> bool:
    """Tell whether our dynamic entry would have to go into the ACL by its number."""
    entries = acl.entries(running, name)
    return bool(entries) and all(entry.dynamic != f"D{name}" for entry in entries or ())


def not_understood(running: Running, name: str) -> Iterator[str]:
    """Yield a warning for each group of an ACL of which we cannot tell what it matches."""
    for group in groups.groups_in(running.config, name):
        if members := list(groups.not_understood(group)):
            yield (
                f"'{members[0]}' in '{group.text}' is not understood: the entries of {name} that "
                "name the group may match more than is counted on here, or less"
            )


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


def refuse_body(
    running: Running, intent: Intent, interfaces: tuple[str, ...], *, is_there: bool
) -> None:
    """Refuse to make an ACL for which the intent has no body, or one with unknown groups.

    Raises:
        IntentError: naming the key; nothing was sent.
    """
    key = "knock.new_acl_entries"
    if intent.new_acl_entries is None and not is_there:
        raise IntentError(
            f"{', '.join(interfaces)} has no inbound ACL yet, and nothing says what else to permit",
            f"{key}: the entries of the new ACL, such as ['permit ip any any']",
        )
    known = {node.text.split()[-1] for node in groups.groups_of(running.config)}
    known |= {intent.names.knock_group, intent.names.service_group}
    for entry in intent.new_acl_entries or ():
        for name in groups.named(entry):
            if name not in known:
                raise IntentError(
                    f"the router has no object-group {name}, which '{entry}' names",
                    f"{key}: one of the router's groups, or make that one there first",
                )


def refuse_strangers(running: Running, at: Placement) -> None:
    """Refuse an ACL that others use too, that is not defined, or has a dynamic entry of its own.

    Raises:
        UnsupportedError: naming the entry or whoever uses it; nothing was sent.
    """
    name = at.copies or at.acl
    where = ", ".join(at.interfaces)
    entries = acl.entries(running.config, name)
    if name in bound_lists(running, at) and not entries:
        if acl.is_standard(running.config, name):
            raise UnsupportedError(
                f"{where} is bound to {name}, a standard ACL: it knows sources alone, and takes "
                "none of our entries",
                "bind an extended ACL with the same entries there",
            )
        raise UnsupportedError(
            f"{where} is bound to {name}, which is not defined as an extended ACL or has no "
            "entry: it permits everything",
            f"`no ip access-group {name} in` there: deploy makes and binds it again"
            if running.recorded.has("enforcement.acl")
            else f"define `{acl.header(name)}` on the router, or unbind it",
        )
    if elsewhere := other_uses(running.config, at.acl, at.interfaces):
        raise UnsupportedError(
            f"the ACL {at.acl} is also used by {', '.join(elsewhere)}",
            f"list every interface that has it in knock.interface, or give {where} an ACL of "
            "its own",
        )
    for entry in entries or ():
        if entry.dynamic not in {None, f"D{name}"} or entry.text.split()[0] == "evaluate":
            raise UnsupportedError(
                f"the ACL {name} has an entry of its own that knockdeploy cannot place "
                f"beside its own: '{entry.text}'",
                "an ACL takes one dynamic entry; give the outside interface an ACL without it",
            )


def has_ours(running: Running, intent: Intent, name: str) -> bool:
    """Tell whether a list has entries of ours."""
    section = running.config.child(acl.header(name))
    return section is not None and bool(
        own_entries(section, Placement(acl=name, names=intent.names))
    )


def refuse_left(running: Running, intent: Intent, at: Placement) -> None:
    """Refuse where the ACL of before, which has our entries, filters another interface.

    Raises:
        UnsupportedError: naming the interfaces; nothing was sent.
    """
    opened = opened_acl(running)
    if opened and opened not in {at.acl, at.copies} and has_ours(running, intent, opened):
        refuse_unlisted(running, opened, at.interfaces)
