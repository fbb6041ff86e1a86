"""Checks beyond comparing lines: one a rule, each on what the router answered.

A saved configuration shows less: what cannot be judged there is reported as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from knockdeploy.compliance import (
    disclosure,
    interference,
    knock_effect,
    knock_path,
    live_state,
    log_path,
)
from knockdeploy.compliance.facts import CEF, Check, Router
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.reachability import WayOpen, ways_open
from knockdeploy.compliance.rules import rule_of
from knockdeploy.errors import OtherListError, RenamedError, RouterError
from knockdeploy.intent import Intent
from knockdeploy.recipe.running import Running

SHOWS: Final = (CEF, live_state.ENGINE_ERRORS)
"""What a live check reads beside the configurations and the lists."""

BY_CONFIGURATION: Final[tuple[Check, ...]] = (
    knock_path.knocks_denied,
    knock_effect.still_denied,
    knock_effect.beside_host_path,
    knock_effect.past_host_path,
    log_path.cef,
    log_path.logging,
    log_path.suspended,
    log_path.authorization,
    interference.rivals,
    disclosure.log_servers,
    disclosure.accounting,
)
BY_ROUTER: Final[dict[str, Check]] = {
    "startup-config": live_state.startup,
    "temporary-entry": live_state.temporary_entries,
    "saved-entry": live_state.saved_entries,
    "engine-errors": live_state.engine_errors,
}
"""What only the router itself tells, by rule."""


def beside(router: Router, intent: Intent, *, is_live: bool) -> Iterator[Finding]:
    """Yield the findings of all these checks."""
    for check in BY_CONFIGURATION:
        for each in check(router, intent):
            yield replace(each, severity=rule_of(each.rule).severity)  # preflight has its own
    if is_live:
        for check in BY_ROUTER.values():
            yield from check(router, intent)
    else:
        rules = ", ".join(BY_ROUTER)
        yield Finding("not-judged", "info", f"only the router itself can tell: {rules}")


def exposed(running: Running, intent: Intent) -> Iterator[Finding]:
    """Yield a finding for each way by which strangers reach services without a knock."""
    found = sorted(ways_open(running, intent), key=_way)
    for _, ways in groupby(found, key=_way):
        each = tuple(ways)
        yield _exposure(each[0], dict.fromkeys(one.service for one in each))


def _way(way: WayOpen) -> tuple[str, str, int, str]:
    return way.interface, way.section, way.number or 0, way.entry or ""


def _exposure(way: WayOpen, services: Iterable[str]) -> Finding:
    name = way.section.rpartition(" ")[2]
    number = f"entry {way.number}" if way.number else f"'{way.entry}'"
    by = f"by {number} of {name}" if way.entry else "since nothing denies it"
    message = (
        f"{', '.join(services)} from {way.source} {by}, inbound on {way.interface}: {way.packet}"
    )
    if way.entry is None:
        return Finding("exposed", "error", message, "", (f"interface {way.interface}",))
    return Finding("exposed", "error", message, way.entry, (way.section,))


def misplaced(error: RouterError) -> Finding:
    """Return the finding for a deployment that no longer fits the router as it is."""
    if isinstance(error, OtherListError):
        message = f"{error.bound} is bound instead of {error.named}"
        where = (f"interface {error.interface}",)
        return Finding(
            "interface-binding", "error", message, f"ip access-group {error.named} in", where
        )
    rule = "renamed" if isinstance(error, RenamedError) else "placement"
    hint = f": {error.hint}" if error.hint else ""
    return Finding(rule, "error", f"{error.message}{hint}")
