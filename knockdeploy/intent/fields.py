"""The values an intent is made of: each read from YAML, checked for shape, or refused.

Whatever reaches a router is checked here: no newline, ``?``, control or non-ASCII character can
become part of a command line.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, PlainValidator, WithJsonSchema

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


def optional(default: object, description: str) -> Any:  # noqa: ANN401  # as pydantic's Field
    """Declare a key that may be left out."""
    return Field(default=default, description=description)


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


def as_list(value: object, example: str, *, may_be_empty: bool = False) -> Sequence[object]:
    """Return a list's elements.

    Raises:
        PydanticCustomError: if ``value`` is not a list, or empty.
    """
    if not isinstance(value, list | tuple):
        raise refuse(Fault("must be a list", f"such as {example}"))
    if not value and not may_be_empty:
        raise refuse(Fault("the list is empty", f"write at least one, such as {example}"))
    return value


Schema = dict[str, Any]


def array_of(items: Schema, **limits: int) -> Schema:
    """Return the JSON Schema of a list that is not empty."""
    return {"type": "array", "minItems": 1, **limits, "items": items}


def either(*schemas: Schema) -> WithJsonSchema:
    """Return what annotates a value of one of several forms."""
    return WithJsonSchema({"anyOf": [*schemas]})


TEXT: Final[Schema] = {"type": "string"}
NULL: Final[Schema] = {"type": "null"}
IPV4: Final[Schema] = {"type": "string", "format": "ipv4"}


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


_INTERFACE: Final = r"[A-Za-z][A-Za-z0-9-]*[0-9]+(?:[/:.][0-9]+)*"


def _is_interface(name: object) -> bool:
    if not isinstance(name, str) or len(name) > _MAX_GROUP_NAME:
        return False
    return re.fullmatch(_INTERFACE, name) is not None


def _brings_nothing(name: object) -> bool:
    """Tell whether an interface is one at which no packet arrives: Loopback0, lo0, Null0."""
    kind = re.split(r"\d", str(name).lower())[0]
    return _is_interface(name) and (kind == "null" or "loopback".startswith(kind))


def _meant(name: object) -> str:
    """Return a hint: IOS takes spaces in the name of an interface, but prints none."""
    text = str(name)
    if _is_interface(joined := "".join(text.split())):
        return f"did you mean {joined}?"
    if all(map(_is_interface, several := re.split(r"[,\s]+", text))):
        return f"did you mean [{', '.join(several)}]?"
    return "such as GigabitEthernet0/0"


def _interfaces(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else as_list(value, "GigabitEthernet0/0")
    faults = [
        Fault(f"{quoted(name)} is not an interface", _meant(name))
        for name in names
        if not _is_interface(name)
    ]
    where = "the one where the Internet comes in"
    faults += [Fault(f"no packet comes in by {n}", where) for n in names if _brings_nothing(n)]
    if len(set(map(str, names))) != len(names):
        faults.append(Fault("an interface is listed twice", "once is enough"))
    if faults:
        raise refuse(*faults)
    return tuple(map(str, names))


Interfaces = Annotated[
    tuple[str, ...],
    PlainValidator(_interfaces),
    either({"type": "string", "pattern": f"^{_INTERFACE}$"}, array_of(TEXT)),
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
    tuple[str, ...] | None, PlainValidator(_entries), either(array_of(TEXT), NULL)
]


_EXTENDED: Final = (range(100, 200), range(2000, 2700))
"""What IOS calls an extended ACL when its name is a number."""


def _acl(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        if any(int(text) in numbers for numbers in _EXTENDED):
            return text
        raise refuse(Fault(f"{text} is not an extended ACL", "100 to 199, 2000 to 2699, or a name"))
    if isinstance(text, str) and text.lower() == "auto" != text:
        raise refuse(Fault(f"{quoted(text)} is not an ACL", "did you mean auto?"))
    if isinstance(text, str) and re.fullmatch(_WORD, text) and len(text) <= _MAX_ACL_NAME:
        return text
    raise refuse(Fault(f"{quoted(value)} is not an ACL", "auto, or the ACL's name"))


Acl = Annotated[str, PlainValidator(_acl), either(TEXT, {"type": "integer"})]
