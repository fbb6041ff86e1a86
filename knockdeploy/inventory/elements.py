"""Nornir's own keys of hosts, groups and defaults.

Their values are looked at in Nornir's objects, of the selected hosts and of what these inherit, so
that it holds for every inventory plugin; of SimpleInventory's files first the form, of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final

from nornir.core.inventory import BaseAttributes, Defaults, Host
from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo

from knockdeploy.device.netmiko_extras import TAKEN
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent
from knockdeploy.intent.faults import (
    Fault,
    Location,
    bare,
    check,
    nearest,
    quoted,
    refuse,
    sound,
    validated,
)
from knockdeploy.inventory.logins import ConnectionOptions, Login, is_address, value

OURS: Final = frozenset({"netmiko", "knockdeploy"})
"""The connection options that count here; others are other people's."""


_ANSIBLE: Final = "an inventory of Ansible? inventory: {plugin: AnsibleInventory} in config.yaml"
_ELSEWHERE: Final = {
    **dict.fromkeys(("children", "hosts", "vars"), _ANSIBLE),
    **dict.fromkeys(("ansible_host", "host", "ip"), "here it is hostname"),
    **dict.fromkeys(("ansible_network_os", "device_type"), "here it is platform"),
    **dict.fromkeys(("ansible_password", "ansible_ssh_pass"), "here it is password"),
    "ansible_port": "here it is port",
    "ansible_user": "here it is username",
    "name": "the key above is the name",
}
"""Keys of Ansible and netmiko, and what says so here."""


def _is_mapping(given: object) -> bool:
    return isinstance(given, Mapping)


_data = value(check(_is_mapping, "must be a mapping", "data: {knock: ...}"))
_options = check(_is_mapping, "must be a mapping", "{netmiko: {extras: {...}}}")


class Common(Login):
    """What hosts, groups and defaults have in common: all that the defaults may say."""

    example: ClassVar = "hostname: ..., groups: [...]"
    misplaced: ClassVar = {
        **dict.fromkeys(Intent.model_fields, "it belongs under data.knock"),
        **dict.fromkeys(TAKEN, "it belongs under connection_options.netmiko.extras"),
        **_ELSEWHERE,
        "knock": "it belongs under data",
    }

    data: Annotated[Any, _data] = None
    connection_options: Annotated[dict[str, ConnectionOptions], BeforeValidator(_options)] = Field(
        default={}
    )


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
        yield from _wrong(host, Location(files["host_file"], host.name))
        for group in host.extended_groups():
            if id(group) not in seen:
                seen.add(id(group))
                yield from _wrong(group, Location(files["group_file"], key=bare(group.name)))
        if id(host.defaults) not in seen:
            seen.add(id(host.defaults))
            yield from _wrong(host.defaults, Location(files["defaults_file"]))


def _wrong(element: Host | Defaults, location: Location) -> tuple[Mistake, ...]:
    options = element.connection_options
    values = {
        **_login(element),
        "data": element.data,
        "connection_options": {
            name: {**_login(options[name]), "extras": options[name].extras}
            for name in OURS & options.keys()
        },
    }
    try:
        validated(Common, values, location)
    except InputError as error:
        return error.mistakes
    return ()


def _login(element: BaseAttributes) -> dict[str, object]:
    # a host would ask its groups too
    return {key: object.__getattribute__(element, key) for key in Login.model_fields}


def no_address(host: Host, file: str) -> Mistake | None:
    """Return the mistake of a host that has neither an address nor a name that is one."""
    if host.hostname is not None or is_address(host.name):
        return None
    message = "has no hostname, and its name is not an address"
    return Mistake(message, "hostname: a name or an address", file, host.name, "hostname")
