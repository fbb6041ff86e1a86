"""What one typed line makes of a configuration: the planner predicts with it, the lab obeys it.

The line runs in the innermost mode that understands it; if none does, IOS refuses it. Refusals
that depend on the rest of the configuration are in refusals.py, the entries of ACLs in aces.py.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from knockdeploy.ios import aces, delimited, numbered, refusals
from knockdeploy.ios.canonical import canonical, printed
from knockdeploy.ios.defaults import default_class, is_printed_both_ways, is_printed_off
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.grammar import is_hidden_empty, is_itself, key, mode_of, opened, understood
from knockdeploy.ios.order import insert
from knockdeploy.ios.refusals import INVALID, Refused
from knockdeploy.ios.sections import CERTIFICATE, CLOSING
from knockdeploy.ios.tree import Node, Path
from knockdeploy.ios.view import interface_name

_QUIT = "quit"
_NO_MATCH_WORD = re.compile(r"(class-map (?:type \S+ )?)(?!match-|type )(\S+)$")  # ios-facts §7


@dataclass(frozen=True, slots=True)
class Applied:
    """What a line made: mode None is EXEC, ``answer`` is what IOS prints."""

    config: Node
    mode: Path | None
    answer: str = ""


def apply(config: Node, mode: Path, line: str, dialect: Dialect = CLASSIC) -> Applied:
    """Run one typed line in ``mode`` (the headers one is inside of; () is global).

    Raises:
        Refused: with what IOS prints; nothing changed and the mode is the same.
    """
    if mode and delimited.is_unfinished(mode[-1]):
        return _added(config, mode[:-1], delimited.continued(mode[-1], line), dialect)
    words = line.split()
    if not words or words[0].startswith("!"):
        return Applied(config, mode)
    if words == ["end"]:
        return Applied(config, None)
    if words == ["exit"]:
        return Applied(config, mode[:-1] if mode else None)
    line = _tidy(line)
    bare = line.removeprefix("no ").removeprefix("default ")
    where = _understood_in(mode, bare)
    if bare != line:
        return Applied(_remove(config, where, bare), where)
    return _added(config, where, line, dialect)


def _added(config: Node, mode: Path, line: str, dialect: Dialect) -> Applied:
    """Add a line; those of a text are collected first, as if it were a mode."""
    if delimited.is_unfinished(line):
        return Applied(config, (*mode, line))
    return _add(config, mode, line, dialect)


@functools.lru_cache(maxsize=512)  # a fleet's routers get the same lines
def _tidy(line: str) -> str:
    """Drop the indentation of a pasted line, and spell an interface and a class as IOS does."""
    line = _NO_MATCH_WORD.sub(r"\1match-all \2", line.strip())
    match = re.match(r"(no |default )?interface (.+)$", line)
    return f"{match[1] or ''}interface {interface_name(match[2])}" if match else line


@functools.lru_cache(maxsize=512)
def _understood_in(mode: Path, line: str) -> Path:
    """Return the innermost mode around ``mode`` that takes the line."""
    if aces.is_acl(mode) and line.split(maxsplit=1)[0].isdigit():
        return mode
    for depth in range(len(mode), -1, -1):
        if understood(mode_of(mode[:depth]), line):
            return mode[:depth]
    raise Refused(INVALID)


def _add(config: Node, mode: Path, line: str, dialect: Dialect) -> Applied:
    config, section = _entered(config, mode)
    if not mode and (special := _global_only(config, line, dialect)):
        return special
    if aces.is_acl(mode):
        changed = aces.add(config, section, line, dialect)
        return Applied(config.put(mode, changed), mode)
    name = mode_of(mode)
    if mode and line in {CLOSING.get(name), _QUIT if name == CERTIFICATE else None}:
        return _closed(config, mode, line)
    refusals.check_added(config, mode, line)
    existing = section.child(line) or _same_key(section, name, line)
    if opened(name, line):
        header = existing.text if existing else line
        if existing is None and not mode and is_hidden_empty(line):
            return Applied(config, (line,))
        if existing is None or (mode and existing.text != line):
            section = _placed(section, mode, existing, line, dialect)
            header = line
        return Applied(config.put(mode, section), (*mode, header))
    text = printed(mode[0] if mode else "", line)
    return Applied(config.put(mode, _placed(section, mode, existing, text, dialect)), mode)


def _global_only(config: Node, line: str, dialect: Dialect) -> Applied | None:
    """Run a global line that changes ACLs elsewhere in the tree."""
    if match := aces.RESEQUENCE.match(line):
        return Applied(aces.resequence(config, match), ())
    if entry := numbered.entry_of(line):
        header, text = entry
        opened_list = apply(config, (), header, dialect)
        return Applied(apply(opened_list.config, (header,), text, dialect).config, ())
    return None


def _closed(config: Node, mode: Path, line: str) -> Applied:
    """Leave a section by the line that is printed at its end: behind it, or in a certificate."""
    inside = line == _QUIT
    parent = mode if inside else mode[:-1]
    section = config.at(parent)
    assert section is not None  # noqa: S101  # its child was just found
    at = len(section.children)
    if not inside:
        at = next(i for i, child in enumerate(section.children) if child.text == mode[-1]) + 1
    if [child.text for child in section.children[at : at + 1]] != [line]:
        new = Node("\t" + line if inside else line)
        rest = (*section.children[:at], new, *section.children[at:])
        config = config.put(parent, section.with_children(rest))
    return Applied(config, mode[:-1])


def _same_key(section: Node, mode: str, line: str) -> Node | None:
    """Return the line that ``line`` replaces: its other value, or itself switched off."""
    wanted, word = key(mode, line), line.split(maxsplit=1)[0]
    if is_itself(wanted):
        return section.child(f"no {line}")
    # keys differ where the first words do, but for the actions of a class
    near = "" if mode == "config-pmap-c" else (word, f"no {word}")
    *_, name = ("", *map(str, filter(None, wanted[1:])))  # what a key has of its line is in it
    for child in section.children:
        text = child.text
        if name in text and text.startswith(near) and key(mode, text.removeprefix("no ")) == wanted:
            return child
    return None


def _placed(
    section: Node, mode: Path, existing: Node | None, text: str, dialect: Dialect = CLASSIC
) -> Node:
    """Return ``section`` with ``text`` in the place of ``existing``, or where IOS prints it."""
    if existing is None:
        header = mode[0] if mode else ""
        if is_itself(key(mode_of(mode), text)):
            same = canonical(header, text)
            if any(canonical(header, child.text) == same for child in section.children):
                return section
        flat = numbered.is_numbered_list(text) and not mode
        new = Node(text, () if mode else default_class(text, dialect.class_default), flat=flat)
        children = insert(section.children, new, mode)
        if dialect.object_group_sorted and header.startswith("object-group "):
            children = tuple(
                sorted(children, key=lambda n: (not n.text.startswith("description "), n.text))
            )
        return section.with_children(children)
    name = mode_of(mode)
    if existing.text == f"no {text}" and not is_printed_both_ways(name, text):
        return section.keeping(lambda child: child is not existing)
    changed = replace(existing, text=text)
    return section.with_children(tuple(changed if c is existing else c for c in section.children))


def _entered(config: Node, mode: Path) -> tuple[Node, Node]:
    """Return the configuration and the section one is inside of, the hidden one made for it."""
    section = config.at(mode)
    if section is None and mode and is_hidden_empty(mode[0]):
        config = _placed(config, (), None, mode[0])
        section = config.at(mode)
    if section is None:  # it went away under a session that is inside it
        raise Refused(INVALID)
    return config, section


def _remove(config: Node, mode: Path, line: str) -> Node:
    config, section = _entered(config, mode)
    if aces.is_acl(mode):
        return config.put(mode, aces.remove(section, line))
    if section.child(f"no {line}"):
        return config
    if not mode and (left := numbered.without(config, line)):
        return left
    name = mode_of(mode)
    there = _removable(section, mode, line)
    if there:
        refusals.check_removed(config, mode, there)
        section = section.keeping(lambda other: other is not there)
    if is_printed_both_ways(name, line) or (is_printed_off(name, line) and not there):
        switched_off = Node(f"no {line}")
        section = section.with_children(insert(section.children, switched_off, mode))
    # IOS takes `no` of what is not there in silence
    config = config.put(mode, section)
    if mode and is_hidden_empty(mode[0]):
        return config.keeping(lambda node: node.text != mode[0] or bool(node.children))
    return config


def _removable(section: Node, mode: Path, line: str) -> Node | None:
    header = mode[0] if mode else ""
    name = mode_of(mode)
    wanted, same = key(name, line), canonical(header, line)
    word = line.split(maxsplit=1)[0]  # keys and canonical lines differ where the first words do
    for child in section.children:
        if child.text.lstrip().startswith(word) and (
            key(name, child.text) == wanted or canonical(header, child.text) == same
        ):
            return child
    return None
