"""Names of ours that the router has for something else: refused, saying what to rename."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.delimited import is_prose
from knockdeploy.ios.tree import Node

# What refers to an ACL by its name or number: our entries would change what each of them does.
USES = (
    r"access-group(?: name| peer| serve| serve-only| query-only)?|access-class|"
    r"^match (?:ip )?address(?: \S+)*?|(?:source |protocol ip |(?<![\w-])|distribute-)list|"
    r"community \S+ R[OW]"
)


@dataclass(frozen=True, slots=True)
class _Name:
    """One of our names: what defines it, as which type; what refers to it, and where it may."""

    key: str
    name: str
    definition: str  # its groups: the type
    type: str | None
    reference: str
    allowed: tuple[str, ...]  # sections


def refuse_taken(
    running: Node, intent: Intent, acls: tuple[str, ...], policies: tuple[str | None, ...]
) -> None:
    """Refuse names of ours with another type, or in use by what is not ours.

    ``acls`` are those whose entries may refer to us, ``policies`` those that may have our class.

    Raises:
        UnsupportedError: naming the line and the key of ``knock.names`` to change.
    """
    names = tuple(_names(intent, acls, policies))
    words = {each.name for each in names}
    lines = [
        (parents, node.text, found)
        for parents, node in running.walk()
        if (found := words.intersection(node.text.split())) and not is_prose(node.text)
    ]
    for each in names:
        for parents, text, found in lines:
            if each.name in found and _clashes(each, parents, text):
                where = f" under '{parents[0]}'" if parents else ""
                raise UnsupportedError(
                    f"'{text.strip()}'{where} has the name {each.name} for something else",
                    f"choose another name: knock.{each.key}",
                )
    _refuse_applet(running, intent)


def _names(
    intent: Intent, acls: tuple[str, ...], theirs: tuple[str | None, ...]
) -> Iterator[_Name]:
    names = intent.names
    lists = tuple(f"ip access-list extended {name}" for name in (names.copp_acl, *acls))
    for key in ("knock_group", "service_group"):
        yield _Name(
            f"names.{key}", getattr(names, key), r"object-group (\S+) {}$", "service",
            r"(?:object-group|group-object) {}(?:\s|$)", lists,
        )  # fmt: skip
    class_map = f"class-map match-any {names.copp_class}"
    list_type = r"ip access-list (\S+) {}$"
    yield _Name(
        "names.copp_acl", names.copp_acl, list_type, "extended",
        rf"(?:{USES}) {{}}(?:\s|$)", (class_map,),
    )  # fmt: skip
    acl_key = "names.acl" if intent.acl == "auto" else "acl"
    yield _Name(acl_key, acls[0], list_type, "extended", r"(?!)", ())
    yield _Name(
        "names.acl, or that of the ACL",
        f"D{acls[0]}",
        r"(?!){}",
        None,
        r"(?:\d+ +)?dynamic {} ",
        lists[1:2],
    )
    policies = tuple(f"policy-map {name}" for name in (names.copp_policy, *theirs) if name)
    logging = f"policy-map type logging {names.log_policy}"
    for kind, type_, users in (("copp", None, policies), ("log", "logging", (logging,))):
        yield _Name(
            f"names.{kind}_class", getattr(names, f"{kind}_class"),
            r"class-map (?:type (\S+) )?(?:match-\w+ )?{}$", type_,
            r"class (?:type \S+ )?{}$", users,
        )  # fmt: skip
        yield _Name(
            f"names.{kind}_policy", getattr(names, f"{kind}_policy"),
            r"policy-map (?:type (\S+) )?{}$", type_,
            r"service-policy (?:type \S+ )?(?:(?:input|output) )?{}$", ("control-plane host",),
        )  # fmt: skip


def _clashes(ours: _Name, parents: tuple[str, ...], text: str) -> bool:
    name = re.escape(ours.name)
    if not parents and (match := re.match(ours.definition.format(name), text)):
        return match[1] != ours.type
    section = parents[0] if parents else ""
    return section not in ours.allowed and bool(re.search(ours.reference.format(name), text))


def _refuse_applet(running: Node, intent: Intent) -> None:
    """Refuse an applet of our name that has nothing of ours nor of the article's."""
    header = re.compile(rf"event manager applet {re.escape(intent.names.applet)}(?: |$)")
    for node in running.children:
        if not (node.text.startswith("event ") and header.match(node.text) and node.children):
            continue
        if not any("_knock_" in child.text for child in node.children):
            raise UnsupportedError(
                f"'{node.text}' is an applet for something else",
                "choose another name: knock.names.applet",
            )


def other_uses(running: Node, name: str, interfaces: tuple[str, ...]) -> list[str]:
    """Return the sections or lines that use the ACL ``name`` for more than what comes in there."""
    reference = re.compile(rf"(?:{USES}) {re.escape(name)}(?: (in|out)\b|\s|$)")
    inbound = {f"interface {each}" for each in interfaces}
    uses = []
    for parents, node in running.walk():
        if name not in node.text or is_prose(node.text):
            continue
        match = reference.search(node.text)
        section = parents[0] if parents else node.text
        if match and (section not in inbound or match[1] == "out"):
            uses.append(section)
    return list(dict.fromkeys(uses))
