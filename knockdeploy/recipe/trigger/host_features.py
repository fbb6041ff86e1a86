"""What else stands on the control plane's host path and may take knocks (ios-facts-more §B)."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.policies import HOST, TrafficClass, classes
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_name
from knockdeploy.recipe.placement import Placement
from knockdeploy.sequence import Knock

_PORT_FILTER = "type port-filter "
_MANAGEMENT = "management-interface "


def host_features(running: Node, intent: Intent, at: Placement) -> Iterator[str]:
    """Refuse a port-filter that drops knocks; warn of management from elsewhere alone.

    Raises:
        UnsupportedError: naming the class.
    """
    for each in classes(running, HOST, _PORT_FILTER):
        if each.drops and any(_takes(each, knock) for knock in intent.heard):
            raise UnsupportedError(
                f"class {each.name} of the port-filter {each.policy} drops knocks, and our class "
                "may not see what it drops",
                f"`class-map type port-filter {each.name}`, `match not port ...` for each knock "
                "port, or the ports that are open by name in place of closed-ports",
            )
    path = running.child(HOST)
    lines = [n.text for n in (path.children if path else ()) if n.text.startswith(_MANAGEMENT)]
    allowed = {interface_name(line.split()[1]) for line in lines}
    for name in at.interfaces if lines else ():
        if name.split()[0] not in allowed:
            yield (
                f"'{lines[0]}' drops management that comes in by {name}, knock or no knock: add "
                "that interface, or take the line out"
            )


def _takes(each: TrafficClass, knock: Knock) -> bool:
    """Tell whether a knock is in a class: its port is a closed one."""

    def matches(words: tuple[str, ...]) -> bool:
        if words[:1] != ("port",):
            return words == ("closed-ports",)
        ports = [int(word) for word in words[2:] if word.isdecimal()]
        return words[1] == knock.protocol and bool(ports) and ports[0] <= knock.port <= ports[-1]

    return each.holds(matches)
