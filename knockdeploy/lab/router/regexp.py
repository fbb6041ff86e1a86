"""Regular expressions of the event manager: the part of POSIX ERE that every flavour shares.

Classic IOS's flavour is not documented (ios-facts §3), so anything beyond that part is refused
here: a recipe that needs it would not be known to work. Python's engine is leftmost and greedy
where POSIX is leftmost-longest; the two differ in alternations alone ("a|ab").
"""

from __future__ import annotations

import functools
import re
from typing import Final

# (?...), \d \s \1 and {n} are the escapes and bounds that flavours disagree about.
_NOT_SHARED: Final = re.compile(r"\(\?|\\[0-9A-Za-z]|[^\\]\{|[*+?][*+?]")
_CLASSES: Final = {
    "[:digit:]": "0-9",
    "[:alpha:]": "A-Za-z",
    "[:alnum:]": "0-9A-Za-z",
    "[:space:]": r"\s",
}
_BRACKET_OR_END: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\$")


class RegexpError(ValueError):
    """The expression is wrong, or beyond what all flavours share."""


@functools.lru_cache(maxsize=1024)
def compiled(pattern: str, *, by_line: bool = False) -> re.Pattern[str]:
    """Return ``pattern`` for Python.

    As in Tcl and POSIX, ``^`` and ``$`` are the ends of the whole message and ``.`` matches a
    newline too: a message may begin with one (ios-facts §2). ``by_line``: of each line, and
    nothing that excludes matches a newline (iosxe-facts §9.6).

    Raises:
        RegexpError: see there.
    """
    if match := _NOT_SHARED.search(pattern):
        msg = f"not in every flavour: {match[0]}"
        raise RegexpError(msg)
    for name, members in _CLASSES.items():
        pattern = pattern.replace(name, members)
    try:
        if by_line:
            pattern = _BRACKET_OR_END.sub(lambda m: re.sub(r"^\[\^", r"[^\\n", m[0]), pattern)
            return re.compile(pattern, re.MULTILINE)
        # Python's $ stops before a last newline too
        pattern = _BRACKET_OR_END.sub(lambda m: r"\Z" if m[0] == "$" else m[0], pattern)
        return re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise RegexpError(str(error)) from error
