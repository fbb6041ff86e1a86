"""What the recipe needs to know of a router: the outside address, its own addresses, the ACL."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, groups, view
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.plan.foreign_copp import host_policy
from knockdeploy.plan.model import Site
from knockdeploy.plan.outside import Outside, has_ours, outside_of, refuse_unlisted, said_acls
from knockdeploy.plan.ownership import SEQUENCE_NUMBERS, Ownership
from knockdeploy.plan.record import Record
from knockdeploy.plan.renamed import refuse_renamed
from knockdeploy.plan.taken import other_uses, refuse_taken


def survey(running: Node, intent: Intent, dialect: Dialect = CLASSIC) -> Site:
    """Return what the router says about itself, as far as rendering needs it.

    Where ``dialect`` says that the image takes no dynamic entry by number, the ACL is a copy.

    Raises:
        IntentError: if the intent does not fit this router.
        UnsupportedError: if the ACL or a policy there cannot be extended.
    """
    _refuse_xe(running)
    record = Record.read(running) or Record()
    outside = outside_of(running, intent, record, dialect)
    filtered = outside.copies or outside.acl
    # an ACL without an entry filters nothing: as if it were new
    exists = bool(acl.entries(running, outside.acl)) or outside.copies is not None
    _refuse_strangers(running, outside)
    if not exists and intent.new_acl_entries is None:
        raise IntentError(
            f"{', '.join(outside.names)} has no inbound ACL yet, and nothing says what else may "
            "come in",
            "knock.new_acl_entries: the entries of the new ACL, such as ['permit ip any any']",
        )
    policy = host_policy(running, intent, record)
    has_one = not list(_reasons_for_any(intent, outside))
    for name in said_acls(running):
        if name not in {outside.acl, filtered} and has_ours(running, name, intent):
            refuse_unlisted(running, name, outside.names)
    refuse_renamed(running, intent, outside.acl)
    refuse_taken(running, intent, (outside.acl, filtered), (policy, record.policy))
    return Site(
        destination=outside.interfaces[0].address if has_one else None,
        own_addresses=() if _is_negotiated(running) else view.own_addresses(running),
        acl=outside.acl,
        acl_exists=exists and not record.acl,
        bound=outside.is_bound and not record.binding and outside.copies is None,
        interfaces=outside.names,
        policy=policy,
        copies=outside.copies,
    )


def edited_by_number(running: Node, intent: Intent, dialect: Dialect = CLASSIC) -> tuple[str, ...]:
    """Return the ACLs of which a plan needs the numbers that `show ip access-lists` tells.

    That of the control plane too, once it is there: somebody may have typed it before us, and then
    its entry is not the first.

    Raises:
        RouterError: as ``survey``.
    """
    name, copp = survey(running, intent, dialect).acl, intent.names.copp_acl
    return (name, copp) if acl.entries(running, copp) else (name,)


def ownership(running: Node, intent: Intent, dialect: Dialect = CLASSIC) -> Ownership:
    """Return the rule that tells ours from others' lines once this intent is deployed there.

    Raises:
        RouterError: as ``survey``.
    """
    return ownership_at(running, intent, survey(running, intent, dialect), dialect)


def ownership_at(
    running: Node, intent: Intent, site: Site, dialect: Dialect = CLASSIC
) -> Ownership:
    """Return ``ownership`` where the router's ``site`` is known already."""
    had = Record.read(running)
    outside = outside_of(running, intent, had or Record(), dialect)
    is_first = running.child(SEQUENCE_NUMBERS) is None
    copy_binds = had.binding if had else outside.is_bare
    record = Record(
        acl=not site.acl_exists,
        binding=not site.bound and (site.copies is None or copy_binds),
        sequence=had.sequence if had else is_first,
        policy=site.policy,
        copy=site.copies,
        moved=had.moved if had else (),
    )
    return Ownership(intent.names, site.acl, site.interfaces, record)


def warnings(running: Node, intent: Intent, site: Site) -> Iterator[str]:
    """Yield what an operator should know although it is no reason to refuse."""
    record = Record.read(running) or Record()
    outside = outside_of(running, intent, record, CLASSIC)
    yield from filter(None, _reasons_for_any(intent, outside))
    for each in outside.interfaces:
        if each.shutdown and each.addresses:
            yield f"{each.name} is shut down: nothing shuts its address; deploy again once it is up"
    yield from _not_understood(running, site.acl if site.acl_exists else site.copies or "")
    if site.copies and not acl.entries(running, site.acl):
        yield (
            f"this image takes no dynamic entry by number: {site.acl}, a copy of {site.copies}, "
            f"takes its place; what is typed into {site.copies} later has no effect"
        )


def _not_understood(running: Node, name: str) -> Iterator[str]:
    for group in groups.groups_in(running, name):
        if members := list(groups.not_understood(group)):
            yield (
                f"'{members[0]}' in '{group.text}' is not understood: the entries of {name} that "
                "name the group may match more than is counted on here, or less"
            )


def _reasons_for_any(intent: Intent, outside: Outside) -> Iterator[str]:
    """Yield why our entries cannot have one destination; "" where the intent wants it so."""
    if intent.destination == "any":
        yield ""
    elif len(outside.interfaces) > 1:
        yield "several interfaces are listed: our entries cover any destination"
    elif outside.interfaces[0].address is None:
        each = outside.interfaces[0]
        has = "negotiates its address" if each.negotiated else "has no address of its own"
        yield f"{each.name} {has}: our entries cover any destination"


def _is_negotiated(running: Node) -> bool:
    """Tell whether the router may have an address that its configuration does not show."""
    return any(each.negotiated and not each.shutdown for each in view.interfaces(running).values())


def _refuse_xe(running: Node) -> None:
    if view.is_xe(running):
        raise UnsupportedError(
            "this is IOS-XE, which has no control-plane logging: no knock could be seen",
            "classic IOS 12.4(22)T to 15.x M/T only; take the router out of knock's hosts",
        )


def _refuse_strangers(running: Node, outside: Outside) -> None:
    """Refuse an ACL that our entries would change for somebody else, or that takes none."""
    name = outside.copies or outside.acl
    where = ", ".join(outside.names)
    entries = acl.entries(running, name)
    if any(each.acl_in == name for each in outside.interfaces) and not entries:
        raise UnsupportedError(
            f"{where} is bound to {name}, which is not defined as an extended ACL or has "
            "no entry: everything comes in",
            f"define `ip access-list extended {name}` on the router, or unbind it",
        )
    if elsewhere := other_uses(running, outside.acl, outside.names):
        raise UnsupportedError(
            f"the ACL {outside.acl} is also used by {', '.join(elsewhere)}",
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
