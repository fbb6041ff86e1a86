"""Two sequences of lines: where they begin to differ, and where they end to."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")
Same = Callable[[Any, Any], bool]


def n_same(some: Sequence[Any], others: Sequence[Any], same: Same = operator.eq) -> int:
    """Return how many are the same at the beginning of both."""
    n_both = min(len(some), len(others))
    return next((i for i in range(n_both) if not same(some[i], others[i])), n_both)


def apart(
    some: Sequence[_T], others: Sequence[_T], same: Same = operator.eq
) -> tuple[Sequence[_T], Sequence[_T]]:
    """Return what is left of both without what is the same at their beginnings and ends."""
    first = n_same(some, others, same)
    n_left = min(len(some), len(others)) - first
    last = next((i for i in range(n_left) if not same(some[-1 - i], others[-1 - i])), n_left)
    return some[first : len(some) - last], others[first : len(others) - last]
