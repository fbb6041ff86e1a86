"""Lines that make configurations long, and tell nothing of a knock."""

from __future__ import annotations

import functools
import re
from typing import Final

from knockdeploy.ios.delimited import end_after

_PRINTED: Final = ("^C", "\x03")  # for the delimiter that most people's became
# Default routes tell by which interface strangers come, and a name of ours may stand in anything
# that refers to a list or a policy. A pattern that begins with the end of the line before is
# searched for ten times as fast as one that asks where a line begins.
_BULK: Final = r"""\n(?:(?:
    (?:ip\ route\ (?!(?:vrf\ \S+\ )?0\.0\.0\.0\ 0\.0\.0\.0)|ipv6\ route\ (?!.*::/0)
    |ip\ (?:prefix|community)-list\ |ip\ as-path\ |arp\ |dial-peer[ ]
    |crypto\ pki\ certificate\ chain\ )
    [^\n\x03^]*\n (?:\ [^\n]*\n)*
    # no address, nothing bound: nobody comes by it
    |interface\ (?!(?:KEPT)\n)[^\n\x03^]+\n
    (?:\ (?:description\ [^\n\x03^]*|no\ ip\ address|shutdown|switchport[^\n\x03^]*)\n)*(?!\ )
)+)"""
_TEXTS: Final = re.compile(r"\n *((?:banner|aaa|ip (?:auth|adm)|menu|refuse|vacant|macro) .*)")


@functools.lru_cache(maxsize=64)  # one reading is looked at from several sides
def without_bulk(text: str, interfaces: tuple[str, ...] = ()) -> str:
    """Return a configuration without such lines, in one pass; these interfaces stay.

    Nothing is taken out where a banner may have lines that only look like them.
    """
    text = f"\n{text}"
    delimiters = (end_after(begins[1]) for begins in _TEXTS.finditer(text))
    if all(each is None or each in _PRINTED for each in delimiters):
        text = _bulk(interfaces).sub("\n", text)
    return text[1:]


@functools.lru_cache(maxsize=256)
def _bulk(interfaces: tuple[str, ...]) -> re.Pattern[str]:
    kept = "|".join(map(re.escape, interfaces)) or "-"
    return re.compile(_BULK.replace("KEPT", kept), re.VERBOSE)
