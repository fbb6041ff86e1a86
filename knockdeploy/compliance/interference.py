"""Other applets and schedules on the router that interfere with the knock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knockdeploy.compliance.facts import Router, error
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.applet import APPLET
from knockdeploy.ios.tree import Node

_RUNS: Final = (APPLET, "kron policy-list ")
_COMMAND: Final = re.compile(r"(?:action \S+ cli command|cli) (.*)$")
_OPENS: Final = re.compile(r'"?(?:clear )?access-(?:template|enable)\b')
_TAKES_AWAY: Final = re.compile(
    r'"?(?:no |clear |default |interface |event manager |service-policy)'
)


def rivals(router: Router, _intent: Intent) -> Iterator[Finding]:
    """An applet or a schedule of others that clears, opens or removes what is ours."""
    names = {row.name for row in router.owned if row.made and len(row.name) > 1}
    ours = {row.header for row in router.owned}
    for node in router.running.children:
        if not node.text.startswith(_RUNS) or _is_ours(node, ours):
            continue
        for line in node.children:
            match = _COMMAND.match(line.text)
            if match and _touches(match[1], names):
                yield error("rival", "interferes with what is ours", line.text, (node.text,))


def _is_ours(node: Node, ours: set[str]) -> bool:
    return any(f"{node.text} ".startswith(f"{header} ") for header in ours)


def _touches(command: str, names: set[str]) -> bool:
    if _OPENS.match(command):
        return True
    words = set(re.findall(r"[\w.:+#=@/-]+", command))
    return bool(names & words) and bool(_TAKES_AWAY.match(command))
