"""Names that changed after a deployment: what bears the old ones would be nobody's, and stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent, Names
from knockdeploy.ios.tree import Node
from knockdeploy.plan.record import Record

_GROUP = re.compile(r"permit object-group (\S+) ")
_MATCHED = "match access-group name "


def refuse_renamed(running: Node, intent: Intent, acl: str) -> None:
    """Refuse where a knock is deployed under another name than the intent has now.

    The applet of before would hear knocks too, and its denies would outlive a removal.

    Raises:
        UnsupportedError: naming what is there, and the key; nothing was sent.
    """
    for key, line, old in _of_before(running, intent, acl):
        raise UnsupportedError(
            f"'{line}' is a knock's, and {old} is not the name that is wanted now",
            f"knock.names.{key}: {old} takes it over; for another name, remove the old one first",
        )


def _of_before(running: Node, intent: Intent, acl: str) -> Iterator[tuple[str, str, str]]:
    """Yield each name of before: its key, where it stands, and the name itself."""
    names = intent.names
    for node in running.children:
        words = node.text.split()
        is_applet = words[:3] == ["event", "manager", "applet"]
        is_knock = is_applet and any("D$_knock_Services" in each.text for each in node.children)
        if is_knock and words[3] != names.applet:
            yield "applet", node.text, words[3]
    yield from _control_plane(running, intent)
    for key, name, header, starts in (
        ("knock_group", names.knock_group, names.copp_acl, "permit "),
        ("service_group", names.service_group, acl, f"dynamic D{acl} "),
    ):
        section = running.child(f"ip access-list extended {header}")
        if section is None or running.child(f"object-group service {name}"):
            continue
        for node in section.children:
            found = _GROUP.search(node.text)
            if found and node.text.startswith(starts) and found[1] != name:
                yield key, node.text, found[1]


def _control_plane(running: Node, intent: Intent) -> Iterator[tuple[str, str, str]]:
    """Yield what hears knocks under another name: the list of our class, the class of our list."""
    names = intent.names
    for node in running.children:
        if not node.text.startswith("class-map match-any "):
            continue
        name = node.text.split()[-1]
        for line in node.children:
            acl = line.text.removeprefix(_MATCHED)
            section = running.child(f"ip access-list extended {acl}")
            knocks = f" object-group {names.knock_group} "
            if section is None or not any(knocks in each.text for each in section.children):
                continue
            if name == names.copp_class and acl != names.copp_acl:
                yield "copp_acl", line.text, acl
            if name != names.copp_class and acl == names.copp_acl:
                yield "copp_class", node.text, name
    if record := Record.read(running):
        yield from _policies(running, intent.names, record)


def _policies(running: Node, names: Names, record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield the policies that we made under another name, and the class of ours that logs drops."""
    for node in running.children:
        kind, _, name = node.text.rpartition(" ")
        classes = [line.text.removeprefix("class ") for line in node.children]
        if kind == "policy-map" and names.copp_class in classes:
            if name not in {names.copp_policy, record.policy}:
                yield "copp_policy", node.text, name
        elif kind == "policy-map type logging":
            if name == names.log_policy and classes and names.log_class not in classes:
                yield "log_class", node.text, classes[0]
            if name != names.log_policy and names.log_class in classes:
                yield "log_policy", node.text, name
