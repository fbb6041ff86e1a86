"""What a plan comes to, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from knockdeploy.plan.model import Closed

_SIGNS: Final = {"+": "added", "-": "removed", "~": "moved"}


def summary(diff: str, closes: Iterable[Closed] = ()) -> str:
    """Return how many lines change, and the ports that are shut: `12 lines added; closes 22`."""
    counts = Counter(line[0] for line in diff.splitlines())
    told = [f"{counts[sign]} {word}" for sign, word in _SIGNS.items() if counts[sign]]
    if told:
        n_first, _, word = told[0].partition(" ")
        told[0] = f"{n_first} line{'' if n_first == '1' else 's'} {word}"
    ports = dict.fromkeys(each.service.partition("/")[0] for each in closes)
    return "; ".join(filter(None, (", ".join(told), f"closes {', '.join(ports)}" * bool(ports))))
