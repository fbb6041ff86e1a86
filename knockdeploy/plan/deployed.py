"""What of ours a router has, whatever became of it: what a removal goes by.

A deployment asks what a router should have, and refuses many; here only names and the record
that a deployment left count (design §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import CLASSIC
from knockdeploy.ios.tree import Node
from knockdeploy.plan.foreign_copp import foreign_policy
from knockdeploy.plan.outside import has_ours, outside_of, refuse_unlisted, said_acls
from knockdeploy.plan.ownership import Ownership, Record, TwoOwnerships
from knockdeploy.plan.renamed import refuse_renamed
from knockdeploy.plan.taken import other_uses, refuse_taken


def deployed(running: Node, intent: Intent) -> Ownership:
    """Return the rule that tells ours from others' lines as they stand on this router.

    A copy of somebody's ACL is ours whole, like an ACL that we created.

    Raises:
        IntentError: if the intent does not fit this router.
        UnsupportedError: if something that is not ours uses what is, or has its name.
    """
    has_record = Record.read(running)
    record = has_record or Record()
    outside = outside_of(running, intent, record, CLASSIC)
    known = [name for name in said_acls(running) if has_record or _section(running, name)]
    names = [*known, *(n for n in (outside.acl, intent.names.acl) if has_ours(running, n, intent))]
    acl = next(iter(names), outside.acl)
    policy = foreign_policy(running, intent, record)
    whole = bool(names) and (record.acl or record.copy is not None)
    record = replace(record, acl=whole, policy=policy, copy=record.copy if names else None)
    owner = Ownership(intent.names, acl, outside.names, record)
    if owner.only_ours(running).children:
        _refuse_users(running, intent, owner)
    return owner


def owner_of_both(running: Node, before: Node, intent: Intent) -> TwoOwnerships:
    """Return the rule that tells ours from others' lines now and in the configuration of before.

    ``before`` may be empty: nothing was ours then.

    Raises:
        RouterError: as ``deployed``; or if ``before`` has ours under other names than the intent.
    """
    now = deployed(running, intent)
    then = deployed(before, intent) if before.children else now
    if Record.read(before) and not _has_group(before, intent):
        raise IntentError(
            "what was deployed before that run has other names than now",
            "knock.names as they were then; afterwards deploy the new ones",
        )
    if before.children and now.acl == then.acl and now.record.copy and then.record.copy:
        # the copy stays, and with it what others typed into it
        now, then = (replace(each, record=replace(each.record, acl=False)) for each in (now, then))
    return TwoOwnerships(now.names, now.acl, now.interfaces, now.record, then)


def _has_group(config: Node, intent: Intent) -> bool:
    return config.child(f"object-group service {intent.names.knock_group}") is not None


def _section(running: Node, name: str) -> Node | None:
    return running.child(f"ip access-list extended {name}")


def _refuse_users(running: Node, intent: Intent, owner: Ownership) -> None:
    """Refuse what would be taken from under somebody else's feet, or would stay behind."""
    refuse_unlisted(running, owner.acl, owner.interfaces)
    refuse_renamed(running, intent, owner.acl)
    try:
        refuse_taken(running, intent, (owner.acl, owner.acl), (owner.record.policy,))
    except UnsupportedError as error:
        hint = "take that line out on the router, or give ours another name under knock.names"
        raise UnsupportedError(error.message, hint) from None
    if owner.record.acl and (users := other_uses(running, owner.acl, tuple(_unbound(owner)))):
        raise UnsupportedError(
            f"the ACL {owner.acl} is ours and would go, but {', '.join(users)} uses it too",
            "give that an ACL of its own on the router first",
        )


def not_found(running: Node, owner: Ownership) -> Iterator[str]:
    """Yield a warning where something that a deployment makes is not there by its name."""
    names = owner.names
    made = {names.knock_group, names.service_group, names.copp_acl, names.copp_class}
    made |= {names.log_class, names.log_policy}
    made |= set() if owner.record.policy else {names.copp_policy}
    made -= {n.text.split()[-1] for n in running.children if owner.owns_section(n.text)}
    if made and Record.read(running):
        yield (
            f"the router has no {', '.join(sorted(made))}: what was deployed under another name "
            "of knock.names stays"
        )


def _unbound(owner: Ownership) -> Iterator[str]:
    for name in owner.interfaces:
        if owner.owns_line((f"interface {name}",), f"ip access-group {owner.acl} in"):
            yield name
