"""The two object-groups to which all else refers: the knock ports, and what a knock opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knockdeploy.ios import acl
from knockdeploy.recipe.owned import Former, Owned
from knockdeploy.recipe.part import Part
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Secret

KIND: Final = "object-group service"
_GROUP: Final = re.compile(r"permit object-group (\S+) ")


class Groups(Part):
    """The knock ports and the services; ``ordered`` where the engine reads the order there."""

    templates = ("ios/groups.j2",)

    def __init__(self, *, ordered: bool = False) -> None:
        self._ordered = ordered

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the two groups; lists alone may refer to them."""
        names = at.names
        known = (names.copp_acl, at.acl, at.shuts, at.copies, *at.lists)
        lists = tuple(acl.header(each) for each in known if each)
        knocks = Owned(
            KIND, names.knock_group, "object-group", key="names.knock_group", users=lists,
            secret=Secret.PORTS, ordered=self._ordered,
        )  # fmt: skip
        services = Owned(
            KIND, names.service_group, "object-group", key="names.service_group", users=lists
        )
        return knocks, services


def former_group(
    running: Running, header: str, starts: str, key: str, name: str
) -> Iterator[Former]:
    """Yield a group of another name that the entries of a list of ours refer to."""
    section = running.config.child(header)
    if section is None or running.config.child(f"{KIND} {name}"):
        return
    for node in section.children:
        found = _GROUP.search(node.text)
        if found and node.text.startswith(starts) and found[1] != name:
            yield Former(key, node.text, found[1])
