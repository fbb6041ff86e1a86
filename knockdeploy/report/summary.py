"""What a change comes to, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from knockdeploy.plan.model import Closed, Opened

_SIGNS: Final = {"+": ("add", "added"), "-": ("remove", "removed"), "~": ("move", "moved")}


def summary(diff: str, closes: Iterable[Closed] = (), opens: Iterable[Opened] = ()) -> str:
    """Return what a plan changes, and the ports concerned.

    `12 lines to add, 0 to remove; closes 22`
    """
    ports = {"closes": _ports(closes), "opens": _ports(opens)}
    changes = (f"{verb} {which}" for verb, which in ports.items() if which)
    return "; ".join(filter(None, (_counted(diff, "to {0}"), *changes)))


def done(diff: str) -> str:
    """Return what was changed: `12 lines added, 0 removed`."""
    return _counted(diff, "{1}")


def _counted(diff: str, form: str) -> str:
    """Return how many lines come, go and move; nothing of a diff that is empty."""
    counts = Counter(line[0] for line in diff.splitlines())
    if not any(counts[sign] for sign in _SIGNS):
        return ""
    first, *more = (
        f"{counts[sign]} {form.format(*words)}"
        for sign, words in _SIGNS.items()
        if counts[sign] or sign != "~"
    )
    number, _, word = first.partition(" ")
    return ", ".join((f"{number} line{'' if number == '1' else 's'} {word}", *more))


def _ports(changed: Iterable[Closed | Opened]) -> str:
    return ", ".join(dict.fromkeys(each.service.partition("/")[0] for each in changed))
