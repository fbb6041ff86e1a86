"""Nornir's own keys of the selected hosts, their groups and the defaults: right or wrong.

Looked at in Nornir's objects, so that it holds for every inventory plugin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from nornir.core.inventory import BaseAttributes, ConnectionOptions, Defaults, Host

from knockdeploy.device.extras import ELSEWHERE, TAKEN, is_known
from knockdeploy.errors import Mistake
from knockdeploy.intent.faults import Fault, bare, nearest, quoted
from knockdeploy.intent.fields import port_number

OURS: Final = frozenset({"netmiko", "knockdeploy"})
"""The connection options that count here; others are other people's."""

_ADDRESS: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:%-]{0,254}")
"""A blank or a leading ``-`` would become an option of ``ssh``, which a jump host is reached by."""

_MOST_SECONDS: Final = 600


def wrong_elements(hosts: Iterable[Host], files: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield what is wrong in the hosts and in what they inherit, each thing once."""
    seen: set[int] = set()
    for host in hosts:
        yield from _wrong(host, files["host_file"], host.name, "")
        for group in host.extended_groups():
            if id(group) not in seen:
                seen.add(id(group))
                yield from _wrong(group, files["group_file"], None, f"{bare(group.name)}.")
        if id(host.defaults) not in seen:
            seen.add(id(host.defaults))
            yield from _wrong(host.defaults, files["defaults_file"], None, "")


def no_address(host: Host, file: str) -> Mistake | None:
    """Return why a host that is reached by its name cannot be."""
    if host.hostname is not None or _ADDRESS.fullmatch(host.name):
        return None
    message = "has no hostname, and its name is no address"
    return Mistake(message, "hostname: a name or an address", file, host.name, "hostname")


def _wrong(element: Host | Defaults, file: str, host: str | None, before: str) -> Iterator[Mistake]:
    for key, fault in _attributes(element):
        yield Mistake(fault.message, fault.hint, file, host, before + key)
    data: object = element.data
    if not isinstance(data, Mapping):
        hint = "data: {knock: ...}"
        yield Mistake("must be a mapping", hint, file, host, f"{before}data")
    for name in OURS & element.connection_options.keys():
        options = element.connection_options[name]
        for key, fault in (*_attributes(options), *_extras(options)):
            where = f"{before}connection_options.{name}.{key}"
            yield Mistake(fault.message, fault.hint, file, host, where)


def _attributes(element: BaseAttributes) -> Iterator[tuple[str, Fault]]:
    for key, check in _CHECKS.items():
        value = object.__getattribute__(element, key)  # a host would ask its groups too
        if value is not None and (fault := check(value)):
            yield key, fault


def _extras(options: ConnectionOptions) -> Iterator[tuple[str, Fault]]:
    extras: object = options.extras if options.extras is not None else {}
    if not isinstance(extras, Mapping):
        yield "extras", Fault("must be a mapping", "such as {secret: ..., use_keys: true}")
        return
    for key, value in extras.items():
        if fault := _extra(key, value):
            yield f"extras.{bare(key)}", fault


def _extra(key: object, value: object) -> Fault | None:
    if isinstance(key, str) and key in TAKEN:
        return None if value is None else _KINDS[TAKEN[key]](value)
    if isinstance(key, str) and key in ELSEWHERE:
        return Fault("stands in the wrong place", f"{ELSEWHERE[key]}: beside extras, not in it")
    return None if is_known(key) else Fault("netmiko has no such parameter", nearest(key, [*TAKEN]))


def _text(value: object) -> Fault | None:
    """Check text that may be a secret: it is not shown."""
    if not isinstance(value, str):
        return Fault("must be text", 'quote it: "..."')
    if not value.isprintable():
        return Fault("holds a control character or a line break", "write it on one line")
    return None


def _address(value: object) -> Fault | None:
    if isinstance(value, str) and _ADDRESS.fullmatch(value):
        return None
    return Fault(f"{quoted(value)} is no address", "a name or an address, such as 192.0.2.1")


def _port(value: object) -> Fault | None:
    if port_number(value) is not None:
        return None
    return Fault(f"{quoted(value)} is no port", "a whole number from 1 to 65535")


def _switch(value: object) -> Fault | None:
    return None if isinstance(value, bool) else Fault("must be true or false")


def _path(value: object) -> Fault | None:
    if isinstance(value, str) and value and value.isprintable():
        return None
    return Fault(f"{quoted(value)} is no path", "relative to config.yaml, or absolute")


def _seconds(value: object) -> Fault | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= value <= _MOST_SECONDS:  # type: ignore[operator]  # a number
        return None
    return Fault(f"{quoted(value)} does not do", f"seconds, 0 to {_MOST_SECONDS}")


def _lists(value: object) -> Fault | None:
    if isinstance(value, Mapping) and all(isinstance(item, list) for item in value.values()):
        return None
    return Fault("must be a mapping of lists", "such as {pubkeys: [rsa-sha2-512]}")


_Check = Callable[[object], Fault | None]
_CHECKS: Final[Mapping[str, _Check]] = {
    "hostname": _address,
    "port": _port,
    "username": _text,
    "password": _text,
    "platform": _text,
}
_KINDS: Final[Mapping[str, _Check]] = {
    "text": _text,
    "switch": _switch,
    "path": _path,
    "seconds": _seconds,
    "lists": _lists,
}
