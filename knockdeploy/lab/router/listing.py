"""``show ip access-lists`` and ``show object-group`` as IOS prints them (ios-facts §5, §6, §7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knockdeploy.ios.tree import Node
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.access_templates import expanded
from knockdeploy.lab.router.lock_and_key import Temporary

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_HEADER = re.compile(r"ip access-list (extended|standard) (\S+)$")
_DYNAMIC = re.compile(r"dynamic (\S+) (?:timeout \d+ )?(.*)$")


def access_lists(router: VirtualRouter, name: str | None) -> Iterator[str]:
    """Yield the lines for one ACL, or for all in the order of the configuration.

    Remarks are not listed; temporary entries stand below their dynamic entry, without a number.
    """
    matches = router.data_plane.ace_matches
    for section in router.running.children:
        header = _HEADER.match(section.text)
        if header is None or name not in {None, header[2]}:
            continue
        yield f"{header[1].capitalize()} IP access list {header[2]}"
        for entry in section.children:
            if entry.text.startswith("remark"):
                continue
            count = matches[section.text, entry.text]
            yield f"    {entry.number} {_entry(entry.text, header[1], count, router.behaviour)}"
            if dynamic := _DYNAMIC.match(entry.text):
                for each in router.lock_and_key.of(header[2], dynamic[1]):
                    yield from _temporary(each, router)


def object_group(config: Node, name: str) -> str:
    """Return what ``show object-group NAME`` prints: the members in their order (§6)."""
    header = config.child(f"object-group service {name}")
    if header is None:
        return ""
    members = "".join(f" {node.text}\n" for node in header.children)
    return f"Service object group {name}\n{members}"


def _entry(text: str, kind: str, count: int, behaviour: Behaviour) -> str:
    if dynamic := _DYNAMIC.match(text):  # capital D, no timeout (§5)
        text = f"Dynamic {dynamic[1]} {dynamic[2]}"
    if kind == "extended":  # one blank here, three in running-config; standard keeps three (§7)
        text = " ".join(text.split())
    has_group = "object-group" in text
    if has_group and not behaviour.group_counts:
        count = 0
    return _word(text, behaviour) + _counted(count)


def _temporary(entry: Temporary, router: VirtualRouter) -> Iterator[str]:
    behaviour, tail = router.behaviour, _counted(entry.matches)
    if entry.due_s is not None and behaviour.entry_shows_time_left:
        tail += f" (time left {round(entry.due_s - router.clock.now())})"
    shows_group = behaviour.entry_shows == "group"
    texts = [entry.text] if shows_group else expanded(entry.text, router.running)
    for text in texts:
        shown = text if behaviour.entry_shows_action else text.split(maxsplit=1)[1]
        yield f"       {_word(shown, behaviour)}{tail}"


def _word(text: str, behaviour: Behaviour) -> str:
    """Take out the word object-group before the service group, where the image does (§6)."""
    if behaviour.group_word:
        return text
    return re.sub(r"(^|(?:permit|deny) +)object-group ", r"\1", text, count=1)


def _counted(count: int) -> str:
    if not count:
        return ""
    return f" ({count} match{'es' if count > 1 else ''})"
