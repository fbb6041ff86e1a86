"""Lock-and-key: a knock makes a temporary entry, for its source alone, of a dynamic one (§5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from knockdeploy.ios.acl import Ace, Addresses
from knockdeploy.ios.counters import TemporaryEntry, access_lists
from knockdeploy.ios.filters import Filter, Stage, WayIn
from knockdeploy.ios.match import integer
from knockdeploy.recipe.owned import Owned, Scope
from knockdeploy.recipe.part import Grant, Told
from knockdeploy.recipe.placement import Placement

DYNAMIC: Final = "dynamic"
_ANY: Final = "any"
_DESTINATION: Final = re.compile(r"(?:host|\d[\d.]*) \S+")  # an address has its wildcard behind it


def show_list(at: Placement) -> str:
    """Return what lists the entries, with their matches and what knocks opened."""
    return f"show ip access-lists {at.acl}"


class LockAndKey(Grant):
    """The dynamic entry: its template stands among the entries of the list that shuts."""

    templates = ("ios/grant/lock_and_key.j2",)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the dynamic entry, for its name alone: it stands in a list, and goes with it."""
        key = "names.acl, or that of the ACL"
        return (
            Owned(DYNAMIC, at.dynamic, "access-list", Scope.ENTRIES, key, users=(at.acl_header,)),
        )

    def shows(self, at: Placement) -> tuple[str, ...]:
        """Return what lists the temporary entries."""
        return (show_list(at),)

    def standing(self, told: Told, at: Placement) -> tuple[TemporaryEntry, ...]:
        """Return what stands below the dynamic entry."""
        entries = access_lists(told[show_list(at)]).get(at.acl, ())
        return next((each.temporary for each in entries if each.dynamic == at.dynamic), ())

    def clearing(
        self, sources: Iterable[str], left: Iterable[TemporaryEntry], at: Placement, to: str | None
    ) -> tuple[str, ...]:
        """Return the lines that clear the entries.

        Whether `any` matches an entry that was made for an address is documented nowhere (ios-facts
        §5), so for what is ``left`` what is printed is tried, and where clients aim.
        """
        known = f"host {to}" if to else _ANY
        pairs = [(e.source, aim) for e in left if e.source for aim in (_destination(e), known)]
        narrow = [pair for pair in pairs if pair[1] != _ANY]
        start = f"clear access-template {at.acl} {at.dynamic} host"
        typed = narrow if pairs else [(source, _ANY) for source in sources]
        return tuple(dict.fromkeys(f"{start} {source} {aim}" for source, aim in typed))

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


def _destination(entry: TemporaryEntry) -> str:
    """Return the destination as printed: what follows the source."""
    _, _, behind = f" {entry.text} ".partition(f" {entry.source} ")
    match = _DESTINATION.match(behind)
    return match[0] if match else _ANY
