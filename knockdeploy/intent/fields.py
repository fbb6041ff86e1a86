"""The values an intent is made of: each read from YAML, checked for shape, or refused.

Whatever reaches a router is checked here: no newline, ``?``, control or non-ASCII character can
become part of a command line (design §3).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Annotated, Any, Final

from pydantic import PlainValidator, WithJsonSchema

from knockdeploy.intent.faults import Fault, check, quoted, refuse, sound
from knockdeploy.sequence import MAX_PORT

MAX_LINE: Final = 254
"""The longest line the IOS parser takes."""


class ServiceProtocol(enum.StrEnum):
    """What a service is reached by, as an object-group member says it."""

    TCP = "tcp"
    UDP = "udp"
    TCP_UDP = "tcp-udp"


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the router that the knock opens."""

    port: int
    protocol: ServiceProtocol

    def __str__(self) -> str:
        return f"{self.port}/{self.protocol}"

    @property
    def is_tcp(self) -> bool:
        """Whether TCP reaches it: only then can it be probed and have sessions under way."""
        return self.protocol is not ServiceProtocol.UDP


_PLAIN: Final = re.compile(r"[ ->@-~]*")


def is_plain(text: str) -> bool:
    """Tell whether ``text`` may stand in a command line: printable ASCII without ``?``."""
    return _PLAIN.fullmatch(text) is not None


def port_number(value: object) -> int | None:
    """Return ``value`` as a port, written as a number or as digits; None if it is not one."""
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,4}", value, re.ASCII):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_PORT:
        return value
    return None


def as_list(value: object, example: str) -> Sequence[object]:
    """Return a list's elements.

    Raises:
        PydanticCustomError: if ``value`` is not a list, or empty.
    """
    if not isinstance(value, list | tuple):
        raise refuse(Fault("must be a list", f"such as {example}"))
    if not value:
        raise refuse(Fault("the list is empty", f"write at least one, such as {example}"))
    return value


Schema = dict[str, Any]


def array_of(items: Schema, **limits: int) -> Schema:
    """Return the JSON Schema of a list that is not empty."""
    return {"type": "array", "minItems": 1, **limits, "items": items}


def either(*schemas: Schema) -> WithJsonSchema:
    """Return what annotates a value of one of several forms."""
    return WithJsonSchema({"anyOf": [*schemas]})


_TEXT: Final[Schema] = {"type": "string"}
_NULL: Final[Schema] = {"type": "null"}
_IPV4: Final[Schema] = {"type": "string", "format": "ipv4"}


def whole(lowest: int, highest: int) -> tuple[PlainValidator, WithJsonSchema]:
    """Return what annotates a whole number from ``lowest`` to ``highest``."""

    def fits(value: object) -> bool:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole and lowest <= value <= highest  # type: ignore[operator]  # a number

    checked = check(fits, "{} is invalid", f"a whole number from {lowest} to {highest}")
    schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return PlainValidator(checked), WithJsonSchema(schema)


Seconds = Annotated[int, *whole(1, 60)]
"""A window. A proof waits it out several times while the router's revert timer runs."""

Minutes = Annotated[int, *whole(1, 9999)]
"""The life of a temporary entry, in the range IOS takes."""

_WORD: Final = r"[A-Za-z][A-Za-z0-9_.:+#=@/-]*"
"""A name is a word. ``$`` would be a variable to EEM, ``,`` ends a field of ``_knock_Owned``."""

_MAX_GROUP_NAME: Final = 64  # ios-facts §6
_MAX_ACL_NAME: Final = 63  # so that the dynamic entry's name, a letter longer, is no longer than 64
_MAX_POLICY_NAME: Final = 40


def word(longest: int) -> tuple[PlainValidator, WithJsonSchema]:
    """Return what annotates a name on the router of at most ``longest`` characters."""

    def check(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(_WORD, value):
            example = "a letter, then letters, digits, _ . -"
            raise refuse(Fault(f"{quoted(value)} is not a valid name", example))
        if len(value) > longest:
            raise refuse(Fault(f"is {len(value)} characters long", f"at most {longest}"))
        if value == "class-default":
            raise refuse(Fault("class-default is the name of IOS's own class", "another name"))
        return value

    schema = {"type": "string", "pattern": f"^{_WORD}$", "maxLength": longest}
    return PlainValidator(check), WithJsonSchema(schema)


GroupName = Annotated[str, *word(_MAX_GROUP_NAME)]
AclName = Annotated[str, *word(_MAX_ACL_NAME)]
PolicyName = Annotated[str, *word(_MAX_POLICY_NAME)]
ZoneName = Annotated[str, *word(_MAX_POLICY_NAME - len("CM__Shut"))]


def _address(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    try:
        address = IPv4Address(value) if isinstance(value, str) else None
    except AddressValueError:
        address = None
    if address is None or address.is_multicast or address.is_unspecified:
        raise refuse(Fault(f"{quoted(value)} is not an IPv4 address", "such as 203.0.113.10"))
    return address


def _optional_address(value: object) -> IPv4Address | None:
    return None if value is None else _address(value)


OptionalAddress = Annotated[
    IPv4Address | None, PlainValidator(_optional_address), either(_IPV4, _NULL)
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
    WithJsonSchema(array_of(_IPV4, maxItems=_MOST_PROBERS)),
]


def _network(value: object) -> IPv4Network | Fault:
    example = "such as 192.0.2.0/24 or 192.0.2.7"
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        return Fault(f"{quoted(value)} is not an address or prefix", example)
    try:
        network = IPv4Network(value, strict=False)
    except (AddressValueError, NetmaskValueError):
        return Fault(f"{quoted(value)} is not an IPv4 address or prefix", example)
    if re.search(r"/.*\.", value):
        return Fault(f"{quoted(value)} has a mask", f"a prefix length, {network}")
    if str(network) not in {value, f"{value}/32"}:
        return Fault(f"{quoted(value)} has host bits", f"did you mean {network}?")
    return network


def _networks(value: object) -> tuple[IPv4Network, ...]:
    if not isinstance(value, list | tuple):
        raise refuse(Fault("must be a list", "such as [192.0.2.0/24]"))
    networks = sound(map(_network, value))
    return tuple(dict.fromkeys(networks))  # a source may stand in the host's list and a group's


Networks = Annotated[
    tuple[IPv4Network, ...],
    PlainValidator(_networks),
    WithJsonSchema({"type": "array", "items": _TEXT}),
]


_INTERFACE: Final = r"[A-Za-z][A-Za-z0-9-]*[0-9]+(?:[/:.][0-9]+)*"


def _interfaces(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else as_list(value, "GigabitEthernet0/0")
    example = "such as GigabitEthernet0/0"
    faults = [
        Fault(f"{quoted(name)} is not an interface", example)
        for name in names
        if not isinstance(name, str)
        or not re.fullmatch(_INTERFACE, name)
        or len(name) > _MAX_GROUP_NAME
    ]
    if len(set(map(str, names))) != len(names):
        faults.append(Fault("an interface is array_of twice", "once is enough"))
    if faults:
        raise refuse(*faults)
    return tuple(map(str, names))


Interfaces = Annotated[
    tuple[str, ...],
    PlainValidator(_interfaces),
    either({"type": "string", "pattern": f"^{_INTERFACE}$"}, array_of(_TEXT)),
]


def _entry(line: object) -> str | Fault:
    if not isinstance(line, str) or not is_plain(line):
        return Fault(f"{quoted(line)} cannot be typed", "one line of ASCII without ?")
    line = " ".join(line.split())
    if line.partition(" ")[0] not in {"permit", "deny", "remark"} or " " not in line:
        return Fault(f"{quoted(line)} is not an ACL entry", "it begins with permit, deny or remark")
    if len(line) > MAX_LINE - 1:
        return Fault(f"{quoted(line)} is too long", f"at most {MAX_LINE - 1} characters")
    return line


def _entries(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    return sound(map(_entry, as_list(value, '["permit ip any any"]')))


OptionalEntries = Annotated[
    tuple[str, ...] | None, PlainValidator(_entries), either(array_of(_TEXT), _NULL)
]


_EXTENDED: Final = (range(100, 200), range(2000, 2700))
"""What IOS calls an extended ACL when its name is a number."""


def _acl(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        if any(int(text) in numbers for numbers in _EXTENDED):
            return text
        raise refuse(Fault(f"{text} is not an extended ACL", "100 to 199, 2000 to 2699, or a name"))
    if isinstance(text, str) and re.fullmatch(_WORD, text) and len(text) <= _MAX_ACL_NAME:
        return text
    raise refuse(Fault(f"{quoted(value)} is not an ACL", "auto, or the ACL's name"))


Acl = Annotated[str, PlainValidator(_acl), either(_TEXT, {"type": "integer"})]
