"""Lock-and-key: a knock makes a temporary entry, for its source alone, of a dynamic one (§5)."""

from __future__ import annotations

from dataclasses import replace

from knockdeploy.ios.acl import Ace, Addresses
from knockdeploy.ios.filters import Filter, Stage, WayIn
from knockdeploy.ios.match import integer
from knockdeploy.recipe.owned import Owned, Scope
from knockdeploy.recipe.part import Grant
from knockdeploy.recipe.placement import Placement

DYNAMIC = "dynamic"


class LockAndKey(Grant):
    """The dynamic entry: its template stands among the entries of the list that shuts."""

    templates = ("ios/grant/lock_and_key.j2",)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the dynamic entry, for its name alone: it stands in a list, and goes with it."""
        key = "names.acl, or that of the ACL"
        return (
            Owned(DYNAMIC, at.dynamic, "access-list", Scope.ENTRIES, key, users=(at.acl_header,)),
        )

    def opened(self, way: WayIn, source: str) -> WayIn:
        """Return what filters once there is an entry for ``source``."""
        us = (Addresses(integer(source), 0),)

        def opened(entry: Ace) -> Ace:
            return replace(entry, dynamic=None, source=us) if entry.dynamic else entry

        return tuple(
            Filter(
                tuple(Stage(tuple(map(opened, s.entries)), s.admits) for s in each.stages),
                each.otherwise,
            )
            for each in way
        )
