"""Names of ours that the router has for something else, and ours under other names: refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from knockdeploy.errors import RenamedError, UnsupportedError
from knockdeploy.ios.applet import APPLET
from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.delimited import is_prose
from knockdeploy.ios.tree import Node, Path
from knockdeploy.recipe.owned import Former, Owned, Scope, identity

# What refers to an ACL by its name or number: our entries would change what each of them does.
_USES = (
    r"access-group(?: name| peer| serve| serve-only| query-only| common| common \S+)?|access-class|"
    r"^match (?:ip )?address(?: \S+)*?|(?:source |protocol ip |(?<![\w-])|distribute-)list|"
    r"community \S+ R[OW]"
)


# Objects of one family share their names; what refers to one of each, whatever its type.
_REFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "object-group": r"(?:object-group|group-object) {}(?:\s|$)",
        "ip access-list": rf"(?:{_USES}) {{}}(?:\s|$)",
        "class-map": r"class (?:type \S+ )?{}$",
        "policy-map": r"service-policy (?:type \S+ )?(?:(?:input|output) )?{}$",
        "dynamic": r"(?:\d+ +)?dynamic {} ",
    }
)


def family(kind: str) -> str | None:
    """Return which objects share their names with one of this kind, None for what shares none."""
    return next((each for each in _REFERENCES if f"{kind} ".startswith(f"{each} ")), None)


def of_another_type(header: str, rows: Iterable[Owned]) -> Iterator[Owned]:
    """Yield the rows whose name the object of a header has, being one of another type."""
    kind, name = identity(header)
    for row in rows:
        is_other = row.name == name and row.kind not in {kind, "dynamic"}
        if is_other and family(row.kind) and family(row.kind) == family(kind):
            yield row


def refuse_taken(running: Node, rows: Sequence[Owned], hint: str = "") -> None:
    """Refuse names of ours with another type, or in use by what is not ours.

    Raises:
        UnsupportedError: naming the line and the key to change; or ``hint``.
    """
    rows = [row for row in rows if row.key and family(row.kind)]
    words = {row.name for row in rows}
    lines = [
        (parents, text, found)
        for parents, text in _naming(running, words)
        if (found := words.intersection(text.split()))
    ]
    for row in rows:
        for parents, text, found in lines:
            if row.name in found and _clashes(row, parents, text):
                where = f" under '{parents[0]}'" if parents else ""
                raise UnsupportedError(
                    f"'{text.strip()}'{where} has the name {row.name} for something else",
                    hint or f"choose another name: knock.{row.key}",
                )


def _naming(running: Node, names: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Yield the lines that one of the names may stand in, prose left out."""
    has_one = re.compile("|".join(map(re.escape, names))).search
    for node in running.children:
        if has_one(node.text) and not is_prose(node.text):
            yield (), node.text
        for parents, line in node.walk((node.text,)) if node.children else ():
            if has_one(line.text) and not is_prose(line.text):
                yield parents, line.text


def _clashes(row: Owned, parents: Path, text: str) -> bool:
    if not parents and identity(text)[1] == row.name and family(identity(text)[0]):
        return bool(list(of_another_type(text, (row,))))
    section = parents[0] if parents else ""
    is_named = row.users is not None and section not in row.users
    reference = _REFERENCES[family(row.kind) or ""]
    return is_named and bool(re.search(reference.format(re.escape(row.name)), text))


def refuse_renamed(formers: Iterable[Former]) -> None:
    """Refuse where a knock is deployed under another name than the intent has now.

    The objects of the old name would be left behind: the old applet would hear knocks, too, and a
    removal would not find its denies.

    Raises:
        RenamedError: naming what is there, and the key; nothing was sent.
    """
    for former in formers:
        raise RenamedError(
            f"'{former.line}' is a knock's, and {former.name} is not the name of the intent now",
            f"knock.names.{former.key}: {former.name} takes it over; for another name, remove the "
            "old one first",
        )


def refuse_shared(running: Node, wanted: Node, rows: Iterable[Owned]) -> None:
    """Refuse a policy-map of our name that somebody uses for more than our class.

    Raises:
        UnsupportedError: naming the line that is not ours.
    """
    ours = {row.header for row in rows if row.scope is Scope.SECTION}
    for node in wanted.children:
        there = running.child(node.text) if family(identity(node.text)[0]) == "policy-map" else None
        if there is None or node.text not in ours:
            continue
        known = {canonical(node.text, line.text) for line in node.children}
        for line in there.children:
            if canonical(node.text, line.text) not in known:
                raise UnsupportedError(
                    f"'{there.text}' exists already and has '{line.text}'",
                    "the name is taken by something else: choose another under knock.names",
                )


def other_uses(running: Node, name: str, interfaces: tuple[str, ...]) -> list[str]:
    """Return the sections or lines that use the ACL ``name`` for more than what comes in there."""
    reference = re.compile(rf"(?:{_USES}) {re.escape(name)}(?: (in|out)\b|\s|$)")
    inbound = {f"interface {each}" for each in interfaces}
    uses = []
    for parents, text in _naming(running, (name,)):
        match = reference.search(text)
        section = parents[0] if parents else text
        if section.startswith(APPLET):  # what it looks for in the log, or types, is none
            continue
        if match and (section not in inbound or match[1] == "out"):
            uses.append(section)
    return list(dict.fromkeys(uses))
