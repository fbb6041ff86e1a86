"""What long configurations have most of, and nobody who judges a knock reads."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.ios.delimited import end_after

_PRINTED: Final = ("^C", "\x03")  # for the delimiter that most people's became
# Default routes tell by which interface strangers come. A pattern that begins with the end of the
# line before is searched for ten times as fast as one that asks where a line begins.
_BULK: Final = re.compile(
    r"\n(?:(?:ip route (?!(?:vrf \S+ )?0\.0\.0\.0 0\.0\.0\.0)|ipv6 route (?!.*::/0)"
    r"|ip (?:prefix|community)-list |ip as-path |arp |crypto pki certificate chain |dial-peer )"
    r"[^\n\x03^]*\n(?: [^\n]*\n)*)+"
)
_TEXTS: Final = re.compile(r"\n *((?:banner|aaa|ip (?:auth|adm)|menu|refuse|vacant|macro) .*)")


def without_bulk(text: str) -> str:
    """Return a configuration without such lines: one pass over its text.

    As it is where texts between delimiters may hold lines that only look like them.
    """
    text = f"\n{text}"
    delimiters = (end_after(begins[1]) for begins in _TEXTS.finditer(text))
    if all(each is None or each in _PRINTED for each in delimiters):
        text = _BULK.sub("\n", text)
    return text[1:]
