"""What a router said, fit to be shown to strangers: a bug report needs it, its secrets it does not.

Of a configuration stays what is known to hold no secret, and of that goes whatever follows a word
that announces one: too much rather than too little. Of the answers to commands that print none
goes only that. Names and addresses stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from knockdeploy.ios.delimited import end_after, opening
from knockdeploy.ios.publishable import is_harmless, kept, shows_no_configuration
from knockdeploy.recipe.knock_ports import knock_ports, masked
from knockdeploy.secret_words import SECRET, LineMask, without_secrets

_COMMAND: Final = re.compile(
    r"(?:[\w.-]{1,64}[#>])?(?:show|more|dir|verify|terminal)(?: (?P<of>.{0,200}))?$"
)
# The names and counters of our own applets; their patterns are not among these lines.
_OURS: Final = re.compile(
    r"(?:no |default )?(?:event manager environment"
    r" _knock_(?:Owned|Services|Timeout|Group|Count|Window|Aim)(?![\w-])"
    r'|action \S+ (?:if \$_knock_\w+(?![\w-])|set _knock_\w+ "0"$|regexp "[^"]*" "\$_knock_\w+"))'
)


def redacted(text: str, masker: LineMask, ports: frozenset[str] = frozenset()) -> str:
    """Return what a command answered without passwords, keys, communities and knock ports.

    Knock ports are known by their role, below the headers of a configuration, and by what listens
    to them, in this text or where ``ports`` are from.
    """
    shown = "\n".join(_lines(text.split("\n"), masker))
    return masked(shown, ports | knock_ports(text))


def _lines(lines: Iterable[str], masker: LineMask) -> Iterator[str]:
    parents: tuple[str, ...] = ()
    hidden = _unknown_hidden
    rest = iter(lines)
    for line in rest:
        if said := _COMMAND.match(line):
            is_plain = shows_no_configuration(said["of"] or "")
            hidden = without_secrets if is_plain else _unknown_hidden
            yield line
            continue
        if begins := opening(line):
            if delimiter := end_after(line):
                next((further for further in rest if delimiter in further), None)
            yield f"{begins[0]}{SECRET}{begins[1]}"
            continue
        depth = min(len(line) - len(line.lstrip(" ")), len(parents))
        parents = parents[:depth]
        yield line[:depth] + hidden(masker.line(parents, line[depth:]))
        parents = (*parents, line.strip())


def _unknown_hidden(line: str) -> str:
    """Return a line of a configuration as far as it is known to hold no secret."""
    shown, text = without_secrets(line), line.strip()
    if is_harmless(text) or _OURS.match(text) or SECRET in shown.split(maxsplit=1)[:1]:
        return shown
    return f"{line[: len(line) - len(line.lstrip())]}{kept(text)}{SECRET}"
