"""Where the Internet comes in: the interfaces that the intent lists, and the ACL they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, view
from knockdeploy.ios.delimited import is_prose
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.plan.ownership import Ownership, Record

_SERVICES = "event manager environment _knock_Services "
_MAX_NAME = 63  # the name of the dynamic entry is a letter longer (ios-facts §6)


@dataclass(frozen=True, slots=True)
class Outside:
    """The listed interfaces, and their ACL; ``copies`` is the one it is, or will be, a copy of."""

    interfaces: tuple[view.Interface, ...]
    acl: str
    copies: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The interfaces as IOS prints them."""
        return tuple(each.name for each in self.interfaces)

    @property
    def is_bound(self) -> bool:
        """Whether all of them have the ACL already."""
        return all(each.acl_in == self.acl for each in self.interfaces)

    @property
    def is_bare(self) -> bool:
        """Whether none of them has an ACL."""
        return all(each.acl_in is None for each in self.interfaces)


def outside_of(running: Node, intent: Intent, record: Record, dialect: Dialect) -> Outside:
    """Return where the Internet comes in, and the ACL that has our entries or shall have them.

    Raises:
        IntentError: if an interface is missing, or has another ACL than the intent names.
        UnsupportedError: if the interfaces do not share one ACL.
    """
    interfaces = _listed(running, intent)
    found = {each.acl_in for each in interfaces} - {None, record.copy}
    default = intent.names.acl if intent.acl == "auto" else intent.acl
    if record.copy and (made := _copied(running, record.copy, found)):
        return Outside(interfaces, made, record.copy)
    _refuse_mixed(interfaces, record)
    name = next((each.acl_in for each in interfaces if each.acl_in), default)
    if intent.acl not in {"auto", name}:
        raise IntentError(
            f"interface {interfaces[0].name} already has the inbound ACL {name}",
            f"knock.acl: {name}, or auto",
        )
    if not dialect.numbered_dynamic and not record.acl and _needs_copy(running, name):
        return Outside(interfaces, _free_name(running, name), name)
    return Outside(interfaces, name)


def _listed(running: Node, intent: Intent) -> tuple[view.Interface, ...]:
    # some headers go on behind the name: `interface ATM0/0.1 point-to-point`
    known = {name.split()[0]: each for name, each in view.interfaces(running).items()}
    names = tuple(dict.fromkeys(map(view.interface_name, intent.interface)))
    for name in names:
        if name not in known:
            raise IntentError(
                f"the router has no interface {name}",
                f"knock.interface: one of {', '.join(known)}",
            )
    return tuple(known[name] for name in names)


def _refuse_mixed(interfaces: tuple[view.Interface, ...], record: Record) -> None:
    """Refuse interfaces of which each has something else: our entries stand in one ACL."""
    bound = {each.acl_in: each.name for each in interfaces}
    if len(bound) == 1 or (len(set(bound) - {None}) == 1 and record.binding):
        return
    said = ", ".join(f"{name} has {acl or 'none'}" for acl, name in bound.items())
    raise UnsupportedError(
        f"the listed interfaces do not share one inbound ACL: {said}",
        "`ip access-group NAME in` with the same NAME under each of them, or list only those "
        "that have it in knock.interface",
    )


def _copied(running: Node, original: str, bound: set[str | None]) -> str | None:
    """Return the copy that an earlier deployment made, bound or left behind; None if it is gone."""
    for name in (*bound, *said_acls(running)):
        if name and name != original and acl.entries(running, name):
            return name
    return None


def said_acls(running: Node) -> Iterator[str]:
    """Yield the ACL that the applet opens, as its variable says."""
    for node in running.children:
        if node.text.startswith(_SERVICES):
            yield node.text.removeprefix(_SERVICES)


def has_ours(running: Node, name: str, intent: Intent) -> bool:
    """Tell whether the ACL ``name`` has entries of ours."""
    section = running.child(f"ip access-list extended {name}")
    return section is not None and bool(
        Ownership(intent.names, name, (), Record()).ours_in_acl(section)
    )


def refuse_unlisted(running: Node, acl: str, listed: tuple[str, ...]) -> None:
    """Refuse where our entries filter what comes in by an interface that is not listed (any more).

    What their leaving opens there would not be counted.

    Raises:
        UnsupportedError: naming the interfaces; nothing was sent.
    """
    having = [each.name for each in view.interfaces(running).values() if each.acl_in == acl]
    if unlisted := [name for name in having if name not in listed]:
        raise UnsupportedError(
            f"the ACL {acl} has our entries, and {', '.join(unlisted)} has it inbound",
            f"knock.interface: all that have it, [{', '.join(having)}]; for another one, remove "
            "the knock from these first",
        )


def _needs_copy(running: Node, name: str) -> bool:
    """Tell whether our dynamic entry would have to go into the ACL by its number."""
    entries = acl.entries(running, name)
    return bool(entries) and all(entry.dynamic != f"D{name}" for entry in entries or ())


def _free_name(running: Node, name: str) -> str:
    """Return a name for the copy that nothing on the router has or refers to."""
    base = f"ACL_{name}" if name[0].isdigit() else name
    words = {
        word
        for _, node in running.walk()
        if "_knock" in node.text and not is_prose(node.text)
        for word in node.text.split()
    }
    candidates = (f"_knock{number or ''}" for number in (0, *range(2, len(words) + 3)))
    names = (base[: _MAX_NAME - len(suffix)] + suffix for suffix in candidates)
    return next(each for each in names if each not in words)
