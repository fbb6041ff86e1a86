"""Reading the two lists an intent turns on: the ports one knocks on, the services that opens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from knockdeploy.intent.faults import Fault, quoted, refuse
from knockdeploy.intent.fields import (
    Schema,
    Service,
    ServiceProtocol,
    array_of,
    as_list,
    either,
    port_number,
)
from knockdeploy.sequence import MAX_PORT, Knock, Protocol

FEWEST: Final = 5
FEWEST_WEAK: Final = 3
MOST: Final = 16
"""An applet of sixteen events still fits the parser's lines; fewer than five are soon swept."""

_PORT_SCHEMA: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_PORT}
_KNOCK_SCHEMA: Final[Schema] = {"type": "string", "pattern": "^[1-9][0-9]{0,4}(/(udp|tcp))?$"}
_SERVICE_SCHEMA: Final[Schema] = {
    "type": "string",
    "pattern": "^[1-9][0-9]{0,4}/(tcp|udp|tcp-udp)$",
}
_ORDINALS: Final = {1: "1st", 2: "2nd", 3: "3rd"}


def _ordinal(index: int) -> str:
    return _ORDINALS.get(index + 1, f"{index + 1}th")


def _knock(item: object, default: str) -> Knock | None:
    number, protocol = item, default
    if isinstance(item, str) and "/" in item:
        number, _, protocol = item.partition("/")
    port = port_number(number)
    if port is None or protocol not in set(Protocol):
        return None
    return Knock(port, Protocol(protocol))


def _ports(value: object, info: ValidationInfo) -> tuple[Knock, ...]:
    items = as_list(value, "[PORT, PORT, PORT, PORT, PORT]")
    read = [_knock(item, info.data.get("protocol", Protocol.UDP)) for item in items]
    # A port is named by where it stands: what one wrote is next to a secret.
    faults = [
        Fault(f"the {_ordinal(at)} is not a port", f'1 to {MAX_PORT}, or "PORT/udp" or "PORT/tcp"')
        for at, knock in enumerate(read)
        if knock is None
    ]
    knocks = tuple(knock for knock in read if knock is not None)
    faults += _repetitions(knocks)
    faults += _wrong_count(len(items), is_weak=info.data.get("weak", True))
    if faults:
        raise refuse(*faults)
    return knocks


def _repetitions(knocks: Sequence[Knock]) -> list[Fault]:
    first: dict[int, int] = {}
    faults = []
    for at, knock in enumerate(knocks):
        if first.setdefault(knock.port, at) != at:
            where = f"the {_ordinal(first[knock.port])} and the {_ordinal(at)} port are the same"
            faults.append(Fault(where, "each port once"))
    return faults


def _wrong_count(n_ports: int, *, is_weak: bool) -> list[Fault]:
    if n_ports > MOST:
        return [Fault(f"{n_ports} ports are too many", f"at most {MOST}")]
    if n_ports >= (FEWEST_WEAK if is_weak else FEWEST):
        return []
    if n_ports >= FEWEST_WEAK:
        return [Fault(f"{n_ports} ports are soon guessed", f"{FEWEST} to {MOST}, or weak: true")]
    few = "1 port is too few" if n_ports == 1 else f"{n_ports} ports are too few"
    return [Fault(few, f"{FEWEST} to {MOST}")]


Ports = Annotated[
    tuple[Knock, ...],
    PlainValidator(_ports),
    either(
        array_of({"anyOf": [_PORT_SCHEMA, _KNOCK_SCHEMA]}, minItems=FEWEST_WEAK, maxItems=MOST),
        {"type": "string", "pattern": "^(env|file|command):"},
    ),
]


def _service(item: object) -> Service | Fault:
    if isinstance(item, Service):
        return item
    example = "such as 22/tcp, 500/udp or 443/tcp-udp"
    if not isinstance(item, str):
        port = port_number(item)
        hint = f"did you mean {port}/tcp?" if port else example
        return Fault(f"{quoted(item)} is not a service", hint)
    number, _, protocol = item.partition("/")
    port = port_number(number)
    if port is None or protocol not in set(ServiceProtocol):
        return Fault(f"{quoted(item)} is not a service", _meant(item) or example)
    return Service(port, ServiceProtocol(protocol))


def _meant(text: str) -> str:
    """Return a hint for a service in another order, or with other signs: `TCP 22`, `22:tcp`."""
    words = re.findall(r"[a-z]+|[0-9]+", text.lower().replace(" eq ", " "))
    ports = [port for word in words if (port := port_number(word.lstrip("0")))]
    protocols = set(words) & {"tcp", "udp"}
    if len(ports) != 1 or len(words) != 1 + len(protocols) or not protocols:
        return ""
    return f"did you mean {ports[0]}/{'-'.join(sorted(protocols))}?"


def _services(value: object, info: ValidationInfo) -> tuple[Service, ...]:
    read = [_service(item) for item in as_list(value, "[22/tcp]")]
    faults = [item for item in read if isinstance(item, Fault)]
    services = tuple(item for item in read if isinstance(item, Service))
    knocked = {knock.port for knock in info.data.get("ports", ())}
    for at, service in enumerate(services):
        if any(_overlap(service, other) for other in services[:at]):
            faults.append(Fault(f"{service} is covered twice", "each port and protocol once"))
        if service.port in knocked:
            where = f"the {_ordinal(at)} is also a knock port"  # which is a secret
            faults.append(Fault(where, "knock on another port"))
    if faults:
        raise refuse(*faults)
    return services


def _overlap(one: Service, other: Service) -> bool:
    both = {one.protocol, other.protocol}
    return one.port == other.port and (len(both) == 1 or ServiceProtocol.TCP_UDP in both)


Services = Annotated[
    tuple[Service, ...], PlainValidator(_services), WithJsonSchema(array_of(_SERVICE_SCHEMA))
]


def _outside_ports(value: object, info: ValidationInfo) -> dict[int, int]:
    if not isinstance(value, Mapping):
        raise refuse(Fault("must be a mapping", "such as {22: 10022}"))
    services = {service.port for service in info.data.get("services", ())}
    faults, read = [], {}
    for inside, outside in value.items():
        service, port = port_number(inside), port_number(outside)
        if service is None or port is None:
            faults.append(Fault(f"{quoted({inside: outside})} is not a pair of ports", "22: 10022"))
        elif services and service not in services:
            hint = f"name a service's port; what a group says: {{{service}: null}} takes it away"
            faults.append(Fault(f"{service} is not among the services", hint))
        elif service in read:  # as a number and as text: to YAML these are two keys
            faults.append(Fault(f"{service} is listed twice", "each service once"))
        else:
            read[service] = port
    if len(set(read.values())) != len(read):
        faults.append(Fault("two services share an outside port", "one port for each"))
    if faults:
        raise refuse(*faults)
    return read


OutsidePorts = Annotated[
    Mapping[int, int],
    PlainValidator(_outside_ports),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[1-9][0-9]{0,4}$"},
            "additionalProperties": _PORT_SCHEMA,
        }
    ),
]
