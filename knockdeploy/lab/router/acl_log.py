"""What IOS-XE logs of packets that hit an ACL entry with ``log`` (iosxe-facts §1a)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from knockdeploy.ios.match import Ace, Packet
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import Clock, Handle, elapsed_s

_COLLECTED_S: Final = 300.0
_LIMIT_S: Final = 0.9  # "like 1 sec": knocks a second apart, as the network shakes them, are heard
_WITH_PORTS: Final = frozenset({"tcp", "udp"})
_REMEMBERED: Final = 1000
_SENDER: Final = "0050.56c0.0001"  # whoever is next to the router
Flow = tuple[object, ...]


@dataclass(slots=True)
class _Seen:
    """A flow: how its line reads, and how many packets came since the last one."""

    text: str
    kind: str
    n_packets: int = 0
    timer: Handle | None = None


class FlowLog:
    """Flows of packets: the first packet logs at once, the next ones after five minutes."""

    def __init__(self, log: Callable[[str], None], clock: Clock, behaviour: Behaviour) -> None:
        self._log = log
        self._clock = clock
        self._behaviour = behaviour
        self._flows: dict[Flow, _Seen] = {}
        self._logged_s: dict[Flow, float] = {}
        self._n_lost = 0

    def see(self, acl: str, entry: Ace, packet: Packet, interface: str) -> None:
        """Note a packet that came in by ``interface`` and that an entry of a list decided about."""
        words = entry.text.split()
        if self._behaviour.acl_log_flow == "never" or not {"log", "log-input"} & set(words):
            return
        flow = self._flow(acl, entry, packet)
        if seen := self._flows.get(flow):
            seen.n_packets += 1
            return
        through = interface if "log-input" in words else ""
        seen = _Seen(_described(acl, entry, packet, through), _kind(packet))
        self._flows[flow] = seen
        self._collect(flow, seen)
        if self._is_too_soon(acl, packet):
            self._n_lost += 1
        else:
            if self._n_lost and self._behaviour.acl_log_tells_lost:
                packets = f"{self._n_lost} packet{'s' if self._n_lost > 1 else ''}"
                what = f"access-list logging rate-limited or missed {packets}"
                self._log(f"%SEC-6-IPACCESSLOGRL: {what}")
            self._n_lost = 0
            self._say(seen, 1)

    def restart(self) -> None:
        """Forget every flow, as a reload does."""
        for seen in self._flows.values():
            if seen.timer:
                seen.timer.cancel()
        self._flows.clear()
        self._logged_s.clear()
        self._n_lost = 0

    def _flow(self, acl: str, entry: Ace, packet: Packet) -> Flow:
        if self._behaviour.acl_log_flow == "entry":
            return acl, entry.text, packet.source
        return (
            acl, entry.permits, packet.protocol, packet.source, packet.source_port,
            packet.destination, packet.port,
        )  # fmt: skip

    def _is_too_soon(self, acl: str, packet: Packet) -> bool:
        limit = self._behaviour.acl_log_limit
        if limit == "none":
            return False
        limited = (acl,) if limit == "list" else (acl, packet.source)
        now_s, last_s = self._clock.now(), self._logged_s.get(limited)
        if last_s is not None and elapsed_s(self._clock, last_s) < _LIMIT_S:
            return True
        if len(self._logged_s) > _REMEMBERED:
            self._logged_s = {k: s for k, s in self._logged_s.items() if now_s - s < _LIMIT_S}
        self._logged_s[limited] = now_s
        return False

    def _collect(self, flow: Flow, seen: _Seen) -> None:
        """Tell in five minutes how many packets came until then; a flow that ended is forgotten."""

        def due() -> None:
            if not seen.n_packets:
                del self._flows[flow]
                return
            self._say(seen, seen.n_packets)
            seen.n_packets = 0
            self._collect(flow, seen)

        seen.timer = self._clock.call_later(_COLLECTED_S, due)

    def _say(self, seen: _Seen, n_packets: int) -> None:
        behaviour = self._behaviour
        head = f"%{behaviour.acl_log_facility}-6-IPACCESSLOG{seen.kind}:"
        if behaviour.acl_log_facility == "FMANFP":
            head += f" {behaviour.acl_log_slot}" if behaviour.acl_log_slot else ""
            head += " fman_fp_image:" if behaviour.acl_log_process else ""
        blanks = " " * behaviour.acl_log_blanks
        self._log(f"{head}{blanks}{seen.text}, {n_packets} packet{'s' if n_packets > 1 else ''}")


def _kind(packet: Packet) -> str:
    """Return what the message's name ends in: P with ports, DP with type and code, NP without."""
    if packet.protocol in _WITH_PORTS:
        return "P"
    return "DP" if packet.protocol == "icmp" else "NP"


def _described(acl: str, entry: Ace, packet: Packet, through: str) -> str:
    """Return the message's text; ``through`` is the interface that ``log-input`` names."""
    verb = "permitted" if entry.permits else "denied"
    source, destination = packet.source, packet.destination
    if packet.protocol in _WITH_PORTS:
        source += f"({packet.source_port})"
        destination += f"({packet.port})"
    elif packet.protocol == "icmp":
        destination += f" ({packet.port}/0)"
    if through:
        source = f"{_SENDER} {source} {through}-> "
    return f"list {acl} {verb} {packet.protocol} {source}{'' if through else ' -> '}{destination}"
