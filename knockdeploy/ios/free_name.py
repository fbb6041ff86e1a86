"""A name for a list that nothing on a router has."""

from __future__ import annotations

from knockdeploy.ios.delimited import is_prose
from knockdeploy.ios.tree import Node

_MAX_NAME = 63  # the name of the dynamic entry is a letter longer (ios-facts §6)


def free_name(running: Node, name: str) -> str:
    """Return a name for a copy of a list that nothing on the router has or refers to."""
    base = f"ACL_{name}" if name[0].isdigit() else name
    words = {
        word
        for _, node in running.walk()
        if "_knock" in node.text and not is_prose(node.text)
        for word in node.text.split()
    }
    candidates = (f"_knock{number or ''}" for number in (0, *range(2, len(words) + 3)))
    names = (base[: _MAX_NAME - len(suffix)] + suffix for suffix in candidates)
    return next(each for each in names if each not in words)
