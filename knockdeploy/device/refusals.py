"""Which answers are refusals (ios-facts §10). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Answers that are no refusals, with what they rest on; everything else is one.
_WARNINGS: Final = (
    re.compile(r"%? ?(?:warning|note|info)\s*[:,-]", re.IGNORECASE),  # the NED's list, §10
    re.compile(r"% ?no specific protocol configured in class \S+ for inspection", re.I),  # §10
    # `no` of what is not there: the wish is fulfilled (§10)
    re.compile(r"%? ?service[ -]policy .+ not attached", re.IGNORECASE),
    re.compile(r"%? ?no service-policy attached to this interface", re.IGNORECASE),
    re.compile(r"%? ?entry (?:not configured|does not exist)", re.IGNORECASE),
    # on entering configuration mode, §9
    re.compile(r"Enter configuration commands, one per line"),
    re.compile(r"Configuration mode locked exclusively\. The lock will be cleared once you exit"),
)
_CARET: Final = re.compile(r" *\^ *$")
_EXEC_REFUSAL: Final = re.compile(
    r"^(?:% ?(?:Invalid|Incomplete|Ambiguous|Unrecognized|Unknown|Bad IP address)\b.*"
    r"|Translating \".*|% ?Authorization failed.*|Command authorization failed.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_AUTHORIZATION: Final = re.compile(r"authorization failed", re.IGNORECASE)
_HEAD_CHARS: Final = 400


def refusal(answer: str, harmless: Iterable[re.Pattern[str]] = ()) -> str | None:
    """Return why a configuration line was refused, or None where it was accepted.

    Any answer is a refusal unless it is on the list of known warnings, or ``harmless``.
    """
    known = (*_WARNINGS, *harmless)
    lines = [line.strip() for line in answer.splitlines() if not _CARET.match(line)]
    left = [line for line in lines if line and not any(each.match(line) for each in known)]
    return " / ".join(left) or None


def exec_refusal(answer: str) -> str | None:
    """Return why an EXEC command was refused, or None where it ran."""
    # At the start alone: further down the words belong to what a command shows.
    lines = answer.lstrip("\n")[:_HEAD_CHARS].splitlines()
    head = "\n".join(line for line in lines if not _CARET.match(line))
    found = _EXEC_REFUSAL.match(head.lstrip("\n"))
    return found[0].strip() if found else None


def is_authorization(answer: str) -> bool:
    """Tell whether AAA refused, rather than the parser."""
    return bool(_AUTHORIZATION.search(answer))
