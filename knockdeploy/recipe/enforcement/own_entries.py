"""Which entries of a list are ours, and what each of them is for."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.marked_entries import hears, own_marked
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.role import Role

_ESTABLISHED: Final = re.compile(r"permit tcp any (?:host \S+|any) eq \d+ established( log)?$")


def refers(entry: str, at: Placement) -> bool:
    """Tell whether an entry has a name of ours, or our mark."""
    if hears(entry):
        return True
    words = entry.split()
    groups = {at.names.knock_group, at.names.service_group}
    return bool(groups & set(words)) or words[:2] == ["dynamic", at.dynamic]


def own_entries(section: Node, at: Placement) -> frozenset[int]:
    """Return the positions of our entries among those of somebody else's ACL.

    An established entry carries no name of ours: it is ours between our knock permit and our
    dynamic entry, and nowhere else. Where none has a name, see ``marked_entries``.
    """
    texts = [canonical(section.text, child.text) for child in section.children]
    ours = {i for i, text in enumerate(texts) if refers(text, at)}
    starts = [i for i in ours if at.names.knock_group in texts[i].split()]
    ends = [i for i in ours if texts[i].startswith("dynamic ")]
    if starts and ends:
        between = range(min(starts), max(ends))
        ours |= {i for i in between if _ESTABLISHED.match(texts[i])}
    return own_marked(texts) | ours


def role_of(entry: str, at: Placement) -> Role:
    """Return what an entry of our list is for, whoever's template or hand wrote it."""
    if hears(entry):
        return Role.KNOCK
    words = entry.split()
    if words[0] == "dynamic":
        return Role.DYNAMIC
    if words[0] == "deny":
        return Role.DENY
    if at.names.knock_group in words:
        return Role.KNOCK
    if at.names.service_group in words:
        return Role.MANAGEMENT
    return Role.ESTABLISHED if _ESTABLISHED.match(entry) else Role.BODY
