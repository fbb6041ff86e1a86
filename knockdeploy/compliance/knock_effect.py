"""Does a knock open the door? Other filters may still deny whoever has knocked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from itertools import chain
from typing import Final

from knockdeploy.compliance.facts import Router, error, info, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.knock_path import guarded, sections
from knockdeploy.intent import Intent
from knockdeploy.ios.address_ranges import ALL_V4, Spans, example, meet, span_of, united, without
from knockdeploy.ios.filters import WayIn, outcomes
from knockdeploy.ios.match import Packet
from knockdeploy.ios.packet_space import ANYWHERE, CLIENT_PORT
from knockdeploy.ios.policies import AGGREGATE, EXCEPTIONS, HOST, attached
from knockdeploy.ios.sources import let_in
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import Interface
from knockdeploy.ios.ways_in import policies_that_drop, to_control_plane
from knockdeploy.recipe.marked_entries import noticed
from knockdeploy.recipe.trigger.host_features import features_that_drop

_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


def still_denied(router: Router, intent: Intent) -> Iterator[Finding]:
    """A service that stays shut to who has knocked, from where most strangers come."""
    for interface, aim in guarded(router.running, intent):
        source = _usual_source(router.running, interface.name, aim, intent)
        if source is None:  # no knock comes in: another rule's affair
            continue
        denied = defaultdict(list)
        filters = tuple(_opened(router, interface, source))
        for protocol, port in intent.service_ports:
            packet = Packet(protocol, source, CLIENT_PORT, aim, port)
            for place in _denying(router, interface, filters, packet):
                denied[place].append(f"{port}/{protocol}")
        for (section, line), services in denied.items():
            yield error(
                "still-denied",
                f"{', '.join(services)} on {interface.name} stays shut after a knock, from "
                f"{source} for example",
                line,
                (section,),
            )


def beside_host_path(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Some images switch the policy of the host path off beside another (ios-facts-more §B)."""
    name = attached(router.running, AGGREGATE)
    if name and attached(router.running, HOST):
        yield info(
            "beside-host-path",
            f"policy-map {name} comes before the policy of the host path, which some images then "
            "disable: no knock would work",
            f"service-policy input {name}",
            (AGGREGATE,),
        )


def past_host_path(router: Router, intent: Intent) -> Iterator[Finding]:
    """Where a policy of ours shuts, one of somebody else's has its place (ios-facts-more §B)."""
    for path in EXCEPTIONS if intent.enforcement == "copp" else ():
        name = attached(router.running, path)
        if name not in {None, intent.names.exception_policy}:
            yield warning(
                "past-host-path",
                f"policy-map {name} is there in place of ours: packets with IP options, or whose "
                "TTL ends at the router, reach the services without a knock",
                f"service-policy input {name}",
                (path,),
            )


def _usual_source(config: Node, interface: str, aim: str, intent: Intent) -> str | None:
    """Return an address from the widest range of strangers whose knocks come in."""
    apart = map(span_of, chain(_PRIVATE, intent.management_sources))
    sources: Spans = without(ALL_V4, united(apart))
    heard = noticed(to_control_plane(config, interface))
    for knock in intent.ports:
        packet = Packet(knock.protocol.value, ANYWHERE, CLIENT_PORT, aim, knock.port)
        some = united(span for _, spans in let_in(heard, packet, sources) for span in spans)
        sources = meet(sources, some)
    widest = max(sources, key=lambda span: span[1] - span[0], default=None)
    return example((widest,)) if widest else None


def _opened(router: Router, interface: Interface, source: str) -> Iterator[tuple[str, WayIn]]:
    """Yield each section that filters, and what it lets in once a knock came from a source."""
    config = router.running
    policies = ((f"policy-map {name}", (each,)) for name, each in policies_that_drop(config))
    for section, way in chain(sections(config, interface), policies):
        yield section, router.recipe.grant.opened(way, source)


def _denying(
    router: Router, interface: Interface, filters: Iterable[tuple[str, WayIn]], packet: Packet
) -> Iterator[tuple[str, str]]:
    """Yield what drops the packet for sure though its source has knocked: section and line."""
    for section, way in filters:
        if True not in outcomes(way, packet):
            yield section, ""
            return
    yield from features_that_drop(router.running, interface.name, packet.protocol, packet.port)
