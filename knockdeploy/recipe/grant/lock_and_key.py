"""Lock-and-key: a knock makes a temporary entry, for its source alone, of a dynamic one (§5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from knockdeploy.intent import Intent
from knockdeploy.ios.counters import TemporaryEntry, listed_entries
from knockdeploy.ios.filters import WayIn, with_entries
from knockdeploy.ios.match import Ace, host
from knockdeploy.recipe.groups import former_group
from knockdeploy.recipe.owned import Former, Owned, Scope
from knockdeploy.recipe.part import Grant, ShowOutput
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.running import Running

DYNAMIC: Final = "dynamic"
_ANY: Final = "any"
_DESTINATION: Final = re.compile(r"(?:host|\d[\d.]*) \S+")  # an address has its wildcard behind it


class LockAndKey(Grant):
    """The dynamic entry: its template stands among the entries of the list that shuts."""

    templates = ("ios/grant/lock_and_key.j2",)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        """Return the dynamic entry, for its name alone: it stands in a list, and goes with it."""
        key = "names.acl, or that of the ACL"
        return (
            Owned(DYNAMIC, at.dynamic, "access-list", Scope.ENTRIES, key, users=(at.acl_header,)),
        )

    def former_names(self, running: Running, intent: Intent, at: Placement) -> Iterator[Former]:
        """Yield a group of services that our dynamic entry has under another name."""
        name = intent.names.service_group
        return former_group(running, at.acl_header, f"dynamic {at.dynamic} ", "service_group", name)

    def standing(self, output: ShowOutput, at: Placement) -> tuple[TemporaryEntry, ...]:
        """Return what stands below the dynamic entry."""
        entries = listed_entries(output, at.acl)
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
        us = (host(source),)

        def opened(entry: Ace) -> Ace:
            return replace(entry, dynamic=None, source=us) if entry.dynamic else entry

        return with_entries(way, lambda stage: map(opened, stage.entries))


def _destination(entry: TemporaryEntry) -> str:
    """Return the destination as printed: what follows the source."""
    _, _, behind = f" {entry.text} ".partition(f" {entry.source} ")
    match = _DESTINATION.match(behind)
    return match[0] if match else _ANY
