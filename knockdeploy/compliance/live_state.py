"""What only the router itself shows: entries that last too long, errors of the event manager."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knockdeploy.compliance.facts import Router, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent

# In a filter an underscore is a delimiter (the CLI guide): a dot stands for it.
ENGINE_ERRORS: Final = "show logging | include HA.EM-3-FMPD"
_OF: Final = re.compile(r"%HA_EM-3-FMPD_ERROR: Error executing applet (\S+) ")
_SECONDS: Final = 60


def temporary_entries(router: Router, intent: Intent) -> Iterator[Finding]:
    """An entry's time is absolute, from its creation (ios-facts §5); without one it stays."""
    longest_s = intent.timeout_minutes * _SECONDS
    for entry in router.temporary:
        if entry.left_s is None:
            says = "has no time left printed: it may stay until the router reloads"
        elif entry.left_s > longest_s:
            says = f"lasts {entry.left_s} s more, and {longest_s} s are the most"
        else:
            continue
        yield warning("temporary-entry", says, entry.text, (router.temporary_in,))


def saved_entries(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A reload brings back what a knock opened, until the router shuts it again."""
    for line in router.saved_entries:
        yield warning(
            "saved-entry",
            "somebody saved while a door was open: a reload opens it again, for its whole time; "
            "deploy saves without it",
            line,
            (router.temporary_in,),
        )


def engine_errors(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A policy that ends with an error says so, with its name (ios-facts §10)."""
    lines = router.answer_to(ENGINE_ERRORS).splitlines()
    ours = {row.name for row in router.owned if row.replaced}
    named = [found for found in map(_OF.search, lines) if found and found[1] in ours]
    if named:
        yield warning(
            "engine-errors",
            f"{len(named)} runs of {named[-1][1]} ended with an error, the last: "
            f"{named[-1].string[named[-1].start() :].strip()}",
        )


def startup(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A reload would lose what is ours."""
    if router.is_saved is False:
        yield warning(
            "startup-config",
            "our lines are not in startup-config, so a reload loses them: deploy, or `write "
            "memory`",
        )
