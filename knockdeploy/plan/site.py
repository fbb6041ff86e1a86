"""What the recipe needs to know of a router: the outside address, its own addresses, the ACL."""

from __future__ import annotations

import re

from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import acl, view
from knockdeploy.ios.tree import Node
from knockdeploy.plan.model import Site
from knockdeploy.plan.ownership import Ownership, Record

# What refers to an ACL by its name: our entries would change what each of them does.
_USES = (
    r"ip access-group|access-class|match access-group name|match (?:ip )?address|"
    r"source list|distribute-list|community \S+ R[OW]"
)
_PROSE = ("banner ", "description ", "remark ")
_POLICY = re.compile(r"service-policy (?:type logging )?input (\S+)$")


def outside_interface(running: Node, intent: Intent) -> view.Interface:
    """Return the interface where the Internet comes in.

    Raises:
        IntentError: if the router has no such interface.
        UnsupportedError: if the intent names several.
    """
    if len(intent.interface) > 1:
        raise UnsupportedError(
            f"several interfaces are listed ({', '.join(intent.interface)})",
            "name one interface; several uplinks come with a later version",
        )
    name = view.interface_name(intent.interface[0])
    known = view.interfaces(running)
    if name not in known:
        raise IntentError(
            f"the router has no interface {name}", f"knock.interface: one of {', '.join(known)}"
        )
    return known[name]


def survey(running: Node, intent: Intent) -> Site:
    """Return what the router says about itself, as far as rendering needs it.

    Raises:
        IntentError: if the intent does not fit this router.
        UnsupportedError: if the ACL there cannot be extended by this version.
    """
    outside = outside_interface(running, intent)
    name = _acl_name(outside, intent)
    exists = bool(acl.entries(running, name))  # an empty one filters nothing: as if it were new
    record = Record.read(running) or Record()
    _refuse_strangers(running, name, outside)
    _refuse_policy(running, intent)
    if not exists and intent.new_acl_entries is None:
        raise IntentError(
            f"{outside.name} has no inbound ACL yet, and nothing says what else may come in",
            "knock.new_acl_entries: the entries of the new ACL, such as ['permit ip any any']",
        )
    wants_any = intent.destination == "any" or outside.negotiated or outside.address is None
    return Site(
        destination=None if wants_any else outside.address,
        own_addresses=view.own_addresses(running) or (),
        acl=name,
        acl_exists=exists and not record.acl,
        bound=outside.acl_in == name and not record.binding,
    )


def ownership(running: Node, intent: Intent) -> Ownership:
    """Return the rule that tells ours from others' lines once this intent is deployed there.

    Raises:
        UnsupportedError: as ``survey``.
    """
    site = survey(running, intent)
    had = Record.read(running)
    sequence = running.child("service sequence-numbers") is None
    record = Record(
        acl=not site.acl_exists,
        binding=not site.bound,
        sequence=had.sequence if had else sequence,
    )
    interface = outside_interface(running, intent).name
    return Ownership(intent.names, site.acl, interface, record)


def _acl_name(outside: view.Interface, intent: Intent) -> str:
    named = intent.names.acl if intent.acl == "auto" else intent.acl
    if outside.acl_in is None:
        return named
    if intent.acl not in {"auto", outside.acl_in}:
        raise IntentError(
            f"interface {outside.name} already has the inbound ACL {outside.acl_in}",
            f"knock.acl: {outside.acl_in}, or auto",
        )
    return outside.acl_in


def _refuse_strangers(running: Node, name: str, outside: view.Interface) -> None:
    """Refuse what later versions will handle, each with the way out (issue order)."""
    numbered = name.isdigit()
    if numbered:
        raise UnsupportedError(
            f"the inbound ACL of {outside.name} is the numbered list {name}",
            "give the interface a named extended ACL with the same entries",
        )
    entries = acl.entries(running, name)
    if outside.acl_in and not entries:
        raise UnsupportedError(
            f"{outside.name} is bound to {name}, which is not defined as an extended ACL or has "
            "no entry: everything comes in",
            f"define `ip access-list extended {name}` on the router, or unbind it",
        )
    elsewhere = _other_uses(running, name, outside.name)
    if elsewhere:
        raise UnsupportedError(
            f"the ACL {name} is also used by {', '.join(elsewhere)}",
            f"give {outside.name} an ACL of its own",
        )
    dynamic = f"D{name}"
    for entry in entries or ():
        if entry.dynamic not in {None, dynamic} or entry.text.split()[0] == "evaluate":
            raise UnsupportedError(
                f"the ACL {name} has an entry of its own that knockdeploy cannot place "
                f"beside its own: '{entry.text}'",
                "an ACL takes one dynamic entry; give the outside interface an ACL without it",
            )


def _refuse_policy(running: Node, intent: Intent) -> None:
    """Refuse a control plane that already has a policy of the kinds we bring."""
    ours = {intent.names.copp_policy, intent.names.log_policy}
    for node in running.children:
        for child in node.children if node.text.startswith("control-plane") else ():
            match = _POLICY.match(child.text)
            if match and match[1] not in ours:
                raise UnsupportedError(
                    f"'{child.text}' stands already under '{node.text}'",
                    "a policy of your own on the control plane cannot be extended by this version",
                )


def _other_uses(running: Node, name: str, outside: str) -> list[str]:
    """Return the sections or lines that use the ACL for more than what comes in by ``outside``."""
    reference = re.compile(rf"(?:{_USES}) {re.escape(name)}(?: (in|out)\b|\s|$)")
    uses = []
    for parents, node in running.walk():
        if name not in node.text or node.text.startswith(_PROSE):
            continue
        match = reference.search(node.text)
        section = parents[0] if parents else node.text
        if match and (section != f"interface {outside}" or match[1] == "out"):
            uses.append(section)
    return uses
