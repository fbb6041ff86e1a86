"""Nornir's own keys of hosts, groups and defaults.

Their values are looked at in Nornir's objects, of the selected hosts and of what these inherit, so
that it holds for every inventory plugin; of SimpleInventory's files first the form, of all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final

from nornir.core.inventory import BaseAttributes, Defaults, Host
from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, create_model

from knockdeploy.device.extras import ELSEWHERE, TAKEN, taken
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import (
    Fault,
    Strict,
    bare,
    check,
    nearest,
    quoted,
    refuse,
    sound,
    validated,
)
from knockdeploy.intent.fields import port_number
from knockdeploy.inventory.settings import RELATIVE, is_path

OURS: Final = frozenset({"netmiko", "knockdeploy"})
"""The connection options that count here; others are other people's."""

_ADDRESS: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:%-]{0,254}")
"""A space or a leading ``-`` would become an option of ``ssh``, which a jump host is reached by."""

_MOST_SECONDS: Final = 600


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def _is_one_line(value: object) -> bool:
    return not isinstance(value, str) or value.isprintable()


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= _MOST_SECONDS  # type: ignore[operator]  # a number


def _are_lists(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(item, list) for item in value.values())


def _value(*checks: Callable[[Any], Any]) -> PlainValidator:
    """Return what makes the checks, unless only the form is looked at."""

    def checked(value: object, info: ValidationInfo) -> object:
        if not (info.context or {}).get("form_only"):
            for one in checks:
                one(value)
        return value

    return PlainValidator(checked)


_text = _value(  # it may be a secret: it is not shown
    check(lambda value: isinstance(value, str), "must be text", 'quote it: "..."'),
    check(_is_one_line, "holds a control character or a line break", "write it on one line"),
)
_address = check(_is_address, "{} is not an address", "a name or an address, such as 192.0.2.1")
_port = check(port_number, "{} is not a port", "a whole number from 1 to 65535")
_path = check(is_path, "{} is not a path", RELATIVE)
_data = check(_is_mapping, "must be a mapping", "data: {knock: ...}")
_options = check(_is_mapping, "must be a mapping", "{netmiko: {extras: {...}}}")
_switch = check(lambda value: isinstance(value, bool), "must be true or false")
_seconds = check(_is_number, "{} is not valid", f"seconds, 0 to {_MOST_SECONDS}")
_lists = check(_are_lists, "must be a mapping of lists", "such as {pubkeys: [rsa-sha2-512]}")

_KINDS: Final = {
    "text": _text,
    "switch": _value(_switch),
    "path": _value(_path),
    "seconds": _value(_seconds),
    "lists": _value(_lists),
}


class Login(Strict):
    """What an element and a connection have in common."""

    hostname: Annotated[str | None, _value(_address)] = None
    port: Annotated[int | None, _value(_port)] = None
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
    if not (info.context or {}).get("form_only"):
        _Taken.model_validate(taken(extras) if isinstance(extras, Mapping) else extras)
    return extras


class Options(Login):
    """The options of one connection."""

    example: ClassVar = "such as {extras: {...}}"
    misplaced: ClassVar = dict.fromkeys(TAKEN, "it belongs under extras")

    extras: Annotated[_Taken, PlainValidator(_extras)] = None


class Common(Login):
    """What hosts, groups and defaults have in common: all that the defaults may say."""

    example: ClassVar = "hostname: ..., groups: [...]"
    misplaced: ClassVar = {"knock": "it belongs under data"}

    data: Annotated[Any, _value(_data)] = None
    connection_options: Annotated[dict[str, Options], BeforeValidator(_options)] = Field(default={})


def _member(name: object, groups: Mapping[object, object] | None) -> object:
    if groups is None or (isinstance(name, str | int) and name in groups):
        return name
    hint = nearest(name, [*map(str, groups)]) if groups else "there is no group at all"
    return Fault(f"there is no group {quoted(name)}", hint)


def _known(members: object, info: ValidationInfo) -> list[Any]:
    if not isinstance(members, list):
        raise refuse(Fault("must be a list", f"did you mean [{quoted(members)}]?"))
    groups = (info.context or {}).get("groups")  # None: which there are cannot be told
    return list(sound(_member(member, groups) for member in members))


class Element(Common):
    """A host or a group."""

    groups: Annotated[list[Any], PlainValidator(_known)] = Field(default=[])


def wrong_elements(hosts: Iterable[Host], files: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield what is wrong in the hosts and in what they inherit, each thing once."""
    seen: set[int] = set()
    for host in hosts:
        yield from _wrong(host, files["host_file"], host=host.name)
        for group in host.extended_groups():
            if id(group) not in seen:
                seen.add(id(group))
                yield from _wrong(group, files["group_file"], key=bare(group.name))
        if id(host.defaults) not in seen:
            seen.add(id(host.defaults))
            yield from _wrong(host.defaults, files["defaults_file"])


def _wrong(
    element: Host | Defaults, file: str, host: str | None = None, key: str = ""
) -> tuple[Mistake, ...]:
    options = element.connection_options
    said = {
        **_login(element),
        "data": element.data,
        "connection_options": {
            name: {**_login(options[name]), "extras": options[name].extras}
            for name in OURS & options.keys()
        },
    }
    try:
        validated(Common, said, file=file, host=host, key=key)
    except InputError as error:
        return error.mistakes
    return ()


def _login(element: BaseAttributes) -> dict[str, object]:
    # a host would ask its groups too
    return {key: object.__getattribute__(element, key) for key in Login.model_fields}


def no_address(host: Host, file: str) -> Mistake | None:
    """Return why a host that is reached by its name cannot be."""
    if host.hostname is not None or _ADDRESS.fullmatch(host.name):
        return None
    message = "has no hostname, and its name is not an address"
    return Mistake(message, "hostname: a name or an address", file, host.name, "hostname")
