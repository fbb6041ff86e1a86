"""What happens to a packet: inbound ACL, zone policy, control-plane policing and logging."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from knockdeploy.ios import acl, view
from knockdeploy.ios.match import Ace, Packet
from knockdeploy.ios.policies import HOST, TrafficClass
from knockdeploy.ios.tree import Node
from knockdeploy.lab.router import copp
from knockdeploy.lab.router.acl_log import FlowLog
from knockdeploy.lab.router.clock import elapsed_s
from knockdeploy.lab.router.firewall import ZoneFirewall

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_MS_PER_S = 1000


class _Derived:
    """What one configuration says, worked out once: configurations are frozen."""

    def __init__(self, config: Node) -> None:
        self.config = config
        self.own = frozenset(view.own_addresses(config))
        self.acl_in = {name: each.acl_in for name, each in view.interfaces(config).items()}
        self.control_plane = copp.compile_policies(config)
        self.entries: dict[str, tuple[Ace, ...] | None] = {}

    def bound_lists(self) -> dict[str, Node | None]:
        """Return the lists that filter what comes in by an interface, by name."""
        names = {name for name in self.acl_in.values() if name is not None}
        return {name: self.config.child(acl.header(name)) for name in names}


class DataPlane:
    """Forwards and counts. Counters are keyed by what the lines say, and go with the lines."""

    def __init__(self, router: VirtualRouter) -> None:
        self.ace_matches: Counter[tuple[str, str]] = Counter()  # (ACL, entry)
        self._router = router
        self._behaviour = router.behaviour
        self._acl_log = FlowLog(router.log, router.clock, router.behaviour)
        self._derived = _Derived(router.running)
        self._edited_s: dict[str, float] = {}
        self._class_matches: Counter[tuple[str, str, str]] = Counter()
        self._last_logged_s: dict[tuple[str, str], float] = {}
        self.firewall = ZoneFirewall(router, self._decide)

    def admits(self, packet: Packet, interface: str) -> bool:
        """Return whether the inbound ACL of ``interface``, and its zone, let the packet in."""
        if not self._passes_list(packet, interface):
            return False
        is_own = packet.destination in self._current().own
        return not is_own or self.firewall.admits(packet, interface)

    def _passes_list(self, packet: Packet, interface: str) -> bool:
        name = self._current().acl_in.get(view.interface_name(interface))
        if name is None:
            return True
        if not self._entries(name, packet):  # undefined or empty: permits all (ios-facts §11)
            return True
        if self._is_being_edited(name):
            return False
        entry = self._decide(name, packet)
        if entry is not None:
            self._acl_log.see(name, entry, packet, interface)
        return entry is not None and entry.permits

    def arrives(self, packet: Packet, interface: str) -> bool:
        """Return whether the packet gets to the service, or through the router."""
        if not self.admits(packet, interface):
            return False
        derived = self._current()
        if packet.destination not in derived.own:
            return True
        planes = derived.control_plane
        dropped_before = self._dropped(planes.aggregate, packet)
        dropped = dropped_before or self._dropped(planes.paths.get(packet.path, ()), packet)
        is_heard = packet.path == HOST
        if is_heard and (not dropped_before or self._behaviour.other_drops_logged):
            self._log_packet(planes.logging, packet, interface, dropped=dropped)
        return not dropped and self.firewall.answers(packet, interface)

    def class_counts(self) -> tuple[tuple[TrafficClass, int], ...]:
        """Return the classes on the host path in their order, each with the packets it counted."""
        classes = self._current().control_plane.host
        return tuple((each, self._class_matches[_key(each)]) for each in classes)

    def prune(self) -> None:
        """Forget the counters of lines that are no longer configured."""
        config = self._router.running
        for header, entry in tuple(self.ace_matches):
            section = config.child(header)
            if section is None or section.child(entry) is None:
                del self.ace_matches[header, entry]
        planes = self._current().control_plane
        policed = chain(planes.aggregate, *planes.paths.values())
        attached = {_key(each) for each in policed}
        for key in set(self._class_matches) - attached:
            del self._class_matches[key]
        self.firewall.prune()

    def clear_counters(self, name: str | None = None) -> None:
        """Set the counters of one ACL, or of all, to nothing."""
        for header, entry in tuple(self.ace_matches):
            if name is None or header.split()[-1] == name:
                del self.ace_matches[header, entry]

    def restart(self) -> None:
        """Forget every counter, as a reload does."""
        self.ace_matches.clear()
        self._class_matches.clear()
        self._last_logged_s.clear()
        self._edited_s.clear()
        self.firewall.restart()
        self._acl_log.restart()

    def _current(self) -> _Derived:
        config = self._router.running
        if self._derived.config is not config:
            before, self._derived = self._derived.bound_lists(), _Derived(config)
            for name, section in self._derived.bound_lists().items():
                if section != before.get(name, section):
                    self._edited_s[name] = self._router.clock.now()
        return self._derived

    def _is_being_edited(self, name: str) -> bool:
        """Tell whether the hardware has yet to take over an edit (iosxe-facts §9.8: unknown)."""
        edited_s = self._edited_s.get(name)
        gap_s = self._behaviour.acl_edit_gap_ms / _MS_PER_S
        return edited_s is not None and elapsed_s(self._router.clock, edited_s) < gap_s

    def _entries(self, name: str, packet: Packet) -> tuple[Ace, ...] | None:
        derived = self._current()
        if name not in derived.entries:
            derived.entries[name] = acl.entries(derived.config, name)
        entries = derived.entries[name]
        if entries and packet.destination in derived.own:
            if not self._behaviour.group_matches_own:  # ios-facts §6
                entries = tuple(entry for entry in entries if "object-group" not in entry.text)
            if not self._behaviour.established_own:
                entries = tuple(entry for entry in entries if not entry.established)
        return entries

    def _decide(self, name: str, packet: Packet) -> Ace | None:
        """Return the entry of an ACL that decides about the packet, and count it there."""
        temporary = self._router.lock_and_key.aces(name)
        entry = acl.first_match(self._entries(name, packet) or (), packet, temporary)
        if entry is not None and not self._router.lock_and_key.count(entry):
            self.ace_matches[acl.header(name), entry.text] += 1
        return entry

    def _dropped(self, classes: tuple[TrafficClass, ...], packet: Packet) -> bool:
        """Put the packet in the first class that takes it; tell whether that drops it."""
        for each in classes:
            if each.holds(
                lambda words: copp.classified(words, lambda name: self._decide(name, packet))
            ):
                self._class_matches[_key(each)] += 1
                return each.drops
        return False

    def _log_packet(
        self, classes: tuple[TrafficClass, ...], packet: Packet, interface: str, *, dropped: bool
    ) -> None:
        for each in classes:
            if not each.holds(lambda words: copp.logged(words, packet, interface, dropped=dropped)):
                continue
            has_log = any(action.split()[0] == "log" for action in each.actions)
            if self._behaviour.log_needed and not has_log:  # real devices do without (§1.2)
                return
            interval_s = copp.interval_ms(each, self._behaviour.log_interval_ms) / _MS_PER_S
            last_s = self._last_logged_s.get((each.policy, each.name))
            if last_s is None or elapsed_s(self._router.clock, last_s) >= interval_s:
                self._last_logged_s[each.policy, each.name] = self._router.clock.now()
                blanks = self._behaviour.drop_blanks
                self._router.log(copp.message(packet, dropped=dropped, blanks=blanks))
            return


def _key(each: TrafficClass) -> tuple[str, str, str]:
    return each.path, each.policy, each.name
