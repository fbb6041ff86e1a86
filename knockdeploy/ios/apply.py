"""What one typed line makes of a configuration: the planner predicts with it, the lab obeys it.

The line runs in the innermost mode that understands it; if none does, IOS refuses it. Refusals
that depend on the rest of the configuration are in refusals.py, the entries of ACLs in aces.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knockdeploy.ios import aces, refusals
from knockdeploy.ios.canonical import canonical, printed
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.grammar import GLOBAL, key, mode_of, opened, understood
from knockdeploy.ios.order import insert
from knockdeploy.ios.refusals import INVALID, Refused
from knockdeploy.ios.tree import Node, Path
from knockdeploy.ios.view import interface_name

__all__ = ["CLASSIC", "Applied", "Dialect", "Refused", "apply", "prompt"]

# Printed as `no ...` when switched off, and not at all when on; every other line just goes.
_ON_BY_DEFAULT = re.compile(
    r"ip (address$|domain[ -]lookup|redirects|unreachables|proxy-arp|route-cache)|cdp |"
    r"logging (console|monitor|event)|service (pad|dhcp|password-recovery|timestamps)|"
    r"keepalive$|fair-queue$|mop enabled$"
)
# Printed either way (real configurations: OXI, CCP).
_BOTH_WAYS = re.compile(
    r"ip (cef|http (secure-)?server)$|aaa new-model$|service password-encryption$"
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a line made: mode None is EXEC, ``answer`` is what IOS prints."""

    config: Node
    mode: Path | None
    answer: str = ""


def prompt(mode: Path) -> str:
    """Return the name of a configuration mode, as the prompt has it in parentheses."""
    return mode_of(mode)


def apply(config: Node, mode: Path, line: str, dialect: Dialect = CLASSIC) -> Applied:
    """Run one typed line in ``mode`` (the headers one is inside of; () is global).

    Raises:
        Refused: with what IOS prints; nothing changed and the mode is the same.
    """
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
    return _add(config, where, line, dialect)


def _tidy(line: str) -> str:
    """Drop the indentation of a pasted line, and spell an interface as IOS does."""
    line = line.strip()
    match = re.match(r"(no |default )?interface (.+)$", line)
    return f"{match[1] or ''}interface {interface_name(match[2])}" if match else line


def _understood_in(mode: Path, line: str) -> Path:
    """Return the innermost mode around ``mode`` that takes the line."""
    if aces.is_acl(mode) and line.split(maxsplit=1)[0].isdigit():
        return mode
    for depth in range(len(mode), -1, -1):
        if understood(mode_of(mode[:depth]), line):
            return mode[:depth]
    raise Refused(INVALID)


def _add(config: Node, mode: Path, line: str, dialect: Dialect) -> Applied:
    section = config.at(mode)
    if section is None and mode[0].startswith("control-plane "):
        return _add(apply(config, (), mode[0]).config, mode, line, dialect)  # it was empty
    if section is None:  # the section went away under a session that is inside it
        raise Refused(INVALID)
    if mode == () and (match := aces.RESEQUENCE.match(line)):
        return Applied(aces.resequence(config, match), mode)
    if aces.is_acl(mode):
        changed = aces.add(config, section, line, dialect)
        return Applied(config.put(mode, changed), mode)
    refusals.check_added(config, mode, line)
    name = mode_of(mode)
    existing = section.child(line) or _same_key(section, name, line)
    if opened(name, line):
        header = existing.text if existing else line
        if existing is None or (mode and existing.text != line):
            section = _placed(section, mode, existing, line)
            header = line
        return Applied(config.put(mode, section), (*mode, header))
    text = printed(mode[0] if mode else "", line)
    return Applied(config.put(mode, _placed(section, mode, existing, text)), mode)


def _same_key(section: Node, mode: str, line: str) -> Node | None:
    """Return the line that ``line`` replaces: its other value, or itself switched off."""
    wanted, word = key(mode, line), line.split(maxsplit=1)[0]
    near = (word, f"no {word}")  # keys differ where the first words do
    for child in section.children:
        if child.text.startswith(near) and key(mode, child.text.removeprefix("no ")) == wanted:
            return child
    return None


def _placed(section: Node, mode: Path, existing: Node | None, text: str) -> Node:
    """Return ``section`` with ``text`` in the place of ``existing``, or where IOS prints it."""
    if existing is None:
        header = mode[0] if mode else ""
        same = canonical(header, text)
        if any(canonical(header, child.text) == same for child in section.children):
            return section
        return section.with_children(insert(section.children, Node(text), mode))
    if existing.text == f"no {text}" and _ON_BY_DEFAULT.match(text):
        return section.with_children(tuple(c for c in section.children if c is not existing))
    changed = Node(text, existing.children)
    return section.with_children(tuple(changed if c is existing else c for c in section.children))


def _without_empty(config: Node, mode: Path) -> Node:
    """Drop a section of the control plane that has no line left: it is not printed then."""
    if not mode or not mode[0].startswith("control-plane "):
        return config
    rest = tuple(c for c in config.children if c.text != mode[0] or c.children)
    return config.with_children(rest)


def _remove(config: Node, mode: Path, line: str) -> Node:
    section = config.at(mode)
    if section is None:
        raise Refused(INVALID)
    if aces.is_acl(mode):
        return config.put(mode, aces.remove(section, line))
    if section.child(f"no {line}"):
        return config
    name = mode_of(mode)
    there = _removable(section, mode, line)
    if there:
        refusals.check_removed(config, mode, there)
        rest = tuple(other for other in section.children if other is not there)
        section = section.with_children(rest)
    is_plain = name in {GLOBAL, "config-if", "config-subif"}
    if is_plain and (_BOTH_WAYS.match(line) or (_ON_BY_DEFAULT.match(line) and not there)):
        switched_off = Node(f"no {line}")
        section = section.with_children(insert(section.children, switched_off, mode))
    elif not there:
        return config  # IOS takes `no` of what is not there in silence
    return _without_empty(config.put(mode, section), mode)


def _removable(section: Node, mode: Path, line: str) -> Node | None:
    header = mode[0] if mode else ""
    name = mode_of(mode)
    wanted, same = key(name, line), canonical(header, line)
    for child in section.children:
        if key(name, child.text) == wanted or canonical(header, child.text) == same:
            return child
    return None
