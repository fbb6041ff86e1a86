"""The addresses of an intent: the outside one, who probes, and who always keeps access."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Annotated, Final

from pydantic import PlainValidator, WithJsonSchema

from knockdeploy.intent.faults import Fault, quoted, refuse, sound
from knockdeploy.intent.fields import IPV4, NULL, TEXT, array_of, as_list, either

_THIS_NETWORK: Final = IPv4Network("0.0.0.0/8")


def _is_no_hosts(address: IPv4Address) -> bool:
    """Tell whether no host has this address: multicast, broadcast, or 0 at its beginning."""
    return address.is_multicast or address.is_reserved or address in _THIS_NETWORK


def _address(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    try:
        address = IPv4Address(value) if isinstance(value, str) else None
    except AddressValueError:
        address = None
    if address is None or _is_no_hosts(address):
        raise refuse(Fault(f"{quoted(value)} is not an IPv4 address", "such as 203.0.113.10"))
    return address


OptionalAddress = Annotated[
    IPv4Address | None,
    PlainValidator(lambda value: None if value is None else _address(value)),
    either(IPV4, NULL),
]


_MOST_PROBERS: Final = 3
"""So many addresses fit the line of the applet that names them."""


def _probe_sources(value: object) -> tuple[IPv4Address, ...]:
    sources = tuple(map(_address, as_list(value, "[198.51.100.7]")))
    if len(sources) > _MOST_PROBERS:
        raise refuse(Fault(f"{len(sources)} addresses are too many", f"at most {_MOST_PROBERS}"))
    return tuple(dict.fromkeys(sources))


ProbeSources = Annotated[
    tuple[IPv4Address, ...],
    PlainValidator(_probe_sources),
    WithJsonSchema(array_of(IPV4, maxItems=_MOST_PROBERS)),
]


def _network(value: object) -> IPv4Network | Fault:
    example = "such as 192.0.2.0/24 or 192.0.2.7"
    if isinstance(value, IPv4Network):
        return value
    text = value if isinstance(value, str) else ""
    address, *mask = text.removeprefix("host ").replace("/", " ").split() or [""]
    try:  # also as ACLs have it: `host 192.0.2.7`, `192.0.2.0 0.0.0.255`
        network = IPv4Network("/".join((address, *mask)), strict=False)
    except (AddressValueError, NetmaskValueError):
        return Fault(f"{quoted(value)} is not an IPv4 address or prefix", example)
    if network.prefixlen and _is_no_hosts(network.network_address):
        return Fault(f"{quoted(value)} is never the source of a packet", example)
    if str(network) in {text, f"{text}/32"}:
        return network
    if any("." in each for each in mask):
        return Fault(f"{quoted(value)} has a mask", f"a prefix length, {network}")
    what = "has host bits" if "/" in text else "is not an IPv4 address or prefix"
    return Fault(f"{quoted(value)} {what}", f"did you mean {network}?")


def _networks(value: object) -> tuple[IPv4Network, ...]:
    networks = sound(map(_network, as_list(value, "[192.0.2.0/24]", may_be_empty=True)))
    return tuple(dict.fromkeys(networks))  # a source may stand in the host's list and a group's


Networks = Annotated[
    tuple[IPv4Network, ...],
    PlainValidator(_networks),
    WithJsonSchema({"type": "array", "items": TEXT}),
]
