"""What the actions ``string``, ``counter`` and the arithmetic ones of EEM applets compute.

See iosxe-facts §3.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import Final

ARITHMETIC: Final[Mapping[str, Callable[[int, int], int]]] = {
    "add": lambda left, right: left + right,
    "subtract": lambda left, right: left - right,
    "multiply": lambda left, right: left * right,
    "divide": lambda left, right: int(left / right),
}

COUNTERS: Final[Mapping[str, Callable[[int, int], int]]] = {
    "set": lambda _old, value: value,
    "inc": lambda old, value: old + value,
    "dec": lambda old, value: old - value,
    "nop": lambda old, _value: old,
}


def _ordered(left: str, right: str) -> str:
    return str((left > right) - (left < right))


STRINGS: Final[Mapping[str, Callable[..., str]]] = {
    "compare": _ordered,
    "equal": lambda left, right: str(int(left == right)),
    "first": lambda part, text: str(text.find(part)),
    "index": lambda text, at: text[int(at)],
    "last": lambda part, text: str(text.rfind(part)),
    "length": lambda text: str(len(text)),
    "match": lambda pattern, text: str(int(fnmatch.fnmatchcase(text, pattern))),
    "range": lambda text, first, last: text[int(first) : int(last) + 1],
    "replace": lambda text, first, last, new="": text[: int(first)] + new + text[int(last) + 1 :],
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": lambda text, chars=None: text.strip(chars),
    "trimleft": lambda text, chars=None: text.lstrip(chars),
    "trimright": lambda text, chars=None: text.rstrip(chars),
}
