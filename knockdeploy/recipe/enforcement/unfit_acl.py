"""Interfaces and lists that take no entries of ours: refused, each with the way out."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, groups
from knockdeploy.recipe.enforcement.inbound_acl import ACL, bound_lists, opened_acl
from knockdeploy.recipe.enforcement.own_entries import own_entries
from knockdeploy.recipe.name_conflicts import other_uses
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.running import Running


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
            if running.recorded.has(ACL)
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


def refuse_left(running: Running, intent: Intent, at: Placement) -> None:
    """Refuse where the ACL of before, which has our entries, filters another interface.

    Raises:
        UnsupportedError: naming the interfaces; nothing was sent.
    """
    opened = opened_acl(running)
    if opened and opened not in {at.acl, at.copies} and has_ours(running, intent, opened):
        refuse_unlisted(running, opened, at.interfaces)


def has_ours(running: Running, intent: Intent, name: str) -> bool:
    """Tell whether a list has entries of ours."""
    section = running.config.child(acl.header(name))
    return section is not None and bool(
        own_entries(section, Placement(acl=name, names=intent.names))
    )


def not_understood(running: Running, name: str) -> Iterator[str]:
    """Yield a warning for each group of an ACL of which we cannot tell what it matches."""
    for group in groups.groups_in(running.config, name):
        if members := list(groups.not_understood(group)):
            yield (
                f"'{members[0]}' in '{group.text}' is not understood: the entries of {name} that "
                "name the group may match more than is counted on here, or less"
            )
