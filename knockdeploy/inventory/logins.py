"""How a host is reached: Nornir's keys that hosts and connection options share, and extras."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Final

from pydantic import PlainValidator, ValidationInfo, create_model

from knockdeploy.device.netmiko_extras import ELSEWHERE, TAKEN, taken
from knockdeploy.intent.faults import Strict, check
from knockdeploy.intent.fields import port_number
from knockdeploy.inventory.settings import RELATIVE, is_path

_LABEL: Final = r"[A-Za-z0-9_-]{1,63}"
_NAME: Final = re.compile(rf"(?!-){_LABEL}(?:\.{_LABEL})*\.?")
"""A space or a leading ``-`` would become an option of ``ssh``, which a jump host is reached by."""

_LONGEST_NAME: Final = 254
_MOST_SECONDS: Final = 600


def is_form_only(info: ValidationInfo) -> bool:
    """Tell whether only the form is checked now: values are, once it is known which count."""
    return bool((info.context or {}).get("form_only"))


def value(*checks: Callable[[Any], Any]) -> PlainValidator:
    """Return a validator that makes the checks, unless only the form is checked."""

    def checked(given: object, info: ValidationInfo) -> object:
        if not is_form_only(info):
            for one in checks:
                one(given)
        return given

    return PlainValidator(checked)


def is_address(given: object) -> bool:
    """Tell whether it is the address of a host, or may be its name in the DNS."""
    if not isinstance(given, str) or len(given) > _LONGEST_NAME:
        return False
    if not re.search(r":|\A[0-9.]+\Z", given):
        return _NAME.fullmatch(given) is not None
    try:  # what resolvers make of 10.1 or 010.0.0.1 is another address
        return given.isascii() and ip_address(given) is not None
    except ValueError:
        return False


def _is_number(given: object) -> bool:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return is_number and 0 <= given <= _MOST_SECONDS  # type: ignore[operator]  # a number


def _are_lists(given: object) -> bool:
    return isinstance(given, Mapping) and all(isinstance(item, list) for item in given.values())


_address = value(
    check(
        is_address,
        "{} is not an address",
        "a name or an address, such as 192.0.2.1; a port beside it, as port: 22",
    )
)
_port = value(check(port_number, "{} is not a port", "a whole number from 1 to 65535"))
_text = value(  # it may be a secret: it is not shown
    check(lambda given: isinstance(given, str), "must be text", 'quote it: "..."'),
    check(str.isprintable, "holds a control character or a line break", "write it on one line"),
)
_KINDS: Final = {
    "text": _text,
    "switch": value(check(lambda given: isinstance(given, bool), "must be true or false")),
    "path": value(check(is_path, "{} is not a path", RELATIVE)),
    "seconds": value(check(_is_number, "{} is not valid", f"seconds, 0 to {_MOST_SECONDS}")),
    "lists": value(
        check(_are_lists, "must be a mapping of lists", "such as {pubkeys: [rsa-sha2-512]}")
    ),
}


class Login(Strict):
    """What an element and a connection have in common."""

    hostname: Annotated[str | None, _address] = None
    port: Annotated[int | None, _port] = None
    username: Annotated[str | None, _text] = None
    password: Annotated[str | None, _text] = None
    platform: Annotated[str | None, _text] = None


class _Extras(Strict):
    example: ClassVar = "such as {secret: ..., use_keys: true}"
    misplaced: ClassVar = {
        key: f"{where}: beside extras, not in it" for key, where in ELSEWHERE.items()
    }


_FIELDS: Any = {key: (Annotated[Any, _KINDS[kind]], None) for key, kind in TAKEN.items()}
_Taken: Any = create_model("_Taken", __base__=_Extras, **_FIELDS)


def _extras(extras: object, info: ValidationInfo) -> object:
    if not is_form_only(info):
        _Taken.model_validate(taken(extras) if isinstance(extras, Mapping) else extras)
    return extras


class ConnectionOptions(Login):
    """The options of one connection."""

    example: ClassVar = "such as {extras: {...}}"
    misplaced: ClassVar = dict.fromkeys(TAKEN, "it belongs under extras")

    extras: Annotated[_Taken, PlainValidator(_extras)] = None
