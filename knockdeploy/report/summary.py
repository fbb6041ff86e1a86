"""What a plan comes to, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from knockdeploy.plan.model import Closed, Opened

_SIGNS: Final = {"+": "added", "-": "removed", "~": "moved"}


def summary(diff: str, closes: Iterable[Closed] = (), opens: Iterable[Opened] = ()) -> str:
    """Return how many lines change, and the ports concerned: `12 lines added; closes 22`."""
    counts = Counter(line[0] for line in diff.splitlines())
    told = [f"{counts[sign]} {word}" for sign, word in _SIGNS.items() if counts[sign]]
    if told:
        n_first, _, word = told[0].partition(" ")
        told[0] = f"{n_first} line{'' if n_first == '1' else 's'} {word}"
    ports = {"closes": _ports(closes), "opens": _ports(opens)}
    said = (f"{verb} {which}" for verb, which in ports.items() if which)
    return "; ".join(filter(None, (", ".join(told), *said)))


def _ports(changed: Iterable[Closed | Opened]) -> str:
    return ", ".join(dict.fromkeys(each.service.partition("/")[0] for each in changed))
