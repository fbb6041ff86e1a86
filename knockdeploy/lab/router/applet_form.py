"""How an image prints the lines of an applet: its quotes, and the place of maxrun (open)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from knockdeploy.ios.applet import applet_name
from knockdeploy.ios.tree import Node

_QUOTED: Final = re.compile(r'"([^"\s]+)"')
_MAXRUN: Final = re.compile(r"(event (?:tag \S+ )?syslog) (.*) (maxrun \S+)$")
_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "unquoted": lambda text: _QUOTED.sub(r"\1", text),
    "maxrun first": lambda text: _MAXRUN.sub(r"\1 \3 \2", text),
}


def shown(config: Node, form: str) -> Node:
    """Return a configuration with its applets as an image of this form prints them."""
    if form not in _FORMS:
        return config
    return config.with_children(
        tuple(_formed(n, _FORMS[form]) if applet_name(n.text) else n for n in config.children)
    )


def _formed(node: Node, form: Callable[[str], str]) -> Node:
    below = tuple(_formed(child, form) for child in node.children)
    return replace(node, text=form(node.text), children=below)
