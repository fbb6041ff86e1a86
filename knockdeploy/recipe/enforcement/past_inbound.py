"""What the inbound filters have to let past where something behind them shuts the door."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.filters import WayIn, admitted, entries_of
from knockdeploy.ios.match import ANY, Packet
from knockdeploy.ios.packet_space import ANYWHERE, CLIENT_PORT, boundaries, edges
from knockdeploy.ios.tree import Node
from knockdeploy.ios.ways_in import to_control_plane
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.protected import Protected
from knockdeploy.recipe.running import Running
from knockdeploy.sequence import Knock


def kept_out(
    running: Running,
    intent: Intent,
    at: Placement,
    protected: Protected,
    before: Callable[[Node, str], WayIn] = to_control_plane,
) -> Iterator[str]:
    """Refuse where no knock gets past the inbound filters; warn of a service that does not.

    ``before`` is what filters at an interface before ours does.

    Raises:
        UnsupportedError: naming the interface.
    """
    to = at.aim or next(iter(protected.addresses), ANYWHERE)
    ways = {name: before(running.config, name) for name in at.interfaces}
    for name, way in ways.items():
        for which, knock in _heard(intent):
            if not _passes(way, knock.protocol.value, to, knock.port):
                raise UnsupportedError(
                    f"the inbound ACL of {name} permits {which} from no source, and nothing "
                    "of ours goes into it",
                    "permit the knock ports there, or use enforcement: interface-acl, which does",
                )
        for protocol, port in protected.services:
            if not _passes(way, protocol, to, port):
                yield (
                    f"the inbound ACL of {name} permits nobody to {port}/{protocol}: a knock "
                    "cannot open it there"
                )


def _heard(intent: Intent) -> Iterator[tuple[str, Knock]]:
    for word in ("knock", "probe"):
        for index, knock in enumerate(intent.silent[word], 1):
            yield f"{word} {index}", knock


def _passes(way: WayIn, protocol: str, to: str, port: int) -> bool:
    """Tell whether such a packet may come in from somewhere."""
    sides = (entry.source for entry in entries_of(way))
    return any(
        admitted(way, Packet(protocol, source, CLIENT_PORT, to, port))
        for source in edges(boundaries(sides), ANY)
    )
