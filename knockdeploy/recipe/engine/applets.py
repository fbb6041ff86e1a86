"""Applets of the event manager, by name: a knock's, or somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Names
from knockdeploy.ios.applet import applet_name
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.owned import Former, Owned
from knockdeploy.recipe.placement import Placement
from knockdeploy.secrets import Secret

KIND: Final = "event manager applet"
INSTEAD: Final = "engine: tcl opens by a Tcl policy, which has no such line"


def knock_applets(at: Placement) -> tuple[Owned, Owned]:
    """Return the applets that open as objects of ours: for knocks, and for those of probes."""
    opens, probes = (
        Owned(KIND, name, "applet", key=f"names.{key}", replaced=True, secret=Secret.PATTERNS)
        for key, name in at.names.applets.items()
    )
    return opens, probes.only(where=at.is_probed)


def applets(config: Node, name: str) -> Iterator[Node]:
    """Yield the applet of a name, if it is there."""
    return (node for node in config.children if applet_name(node.text) == name)


def lines_of(config: Node, name: str) -> tuple[str, ...]:
    """Return the lines of an applet, none where it is not there."""
    return tuple(line.text for node in applets(config, name) for line in node.children)


def former_applets(config: Node, names: Names, opens: Callable[[str], bool]) -> Iterator[Former]:
    """Yield the applets under other names that have a line which opens for a knock."""
    for node in config.children:
        name = applet_name(node.text)
        if name in {None, *names.applets.values()}:
            continue
        if any(opens(line.text) for line in node.children):
            yield Former("applet", node.text, str(name))


def refuse_other(config: Node, name: str, key: str, *, marks: str) -> None:
    """Refuse an applet of this name that is for something else: none of its lines has ``marks``.

    Raises:
        UnsupportedError: naming its header.
    """
    for node in applets(config, name):
        if node.children and not any(marks in line.text for line in node.children):
            raise UnsupportedError(
                f"'{node.text}' is an applet for something else",
                f"choose another name: knock.names.{key}",
            )
