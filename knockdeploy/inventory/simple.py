"""Nornir's SimpleInventory, read as Nornir reads it, but checked first and each file once.

The inventory may be three files or one: groups and defaults are optional (what hosts share can be
an anchor, merged with ``<<``), and a file that no option names is looked for beside config.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nornir.core.inventory import (
    ConnectionOptions,
    Defaults,
    Group,
    Groups,
    Host,
    Hosts,
    Inventory,
    ParentGroups,
)

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import bare, check_keys, nearest, quoted
from knockdeploy.inventory.yamlfile import read_yaml

SIMPLE: Final = "SimpleInventory"
FILES: Final = {
    "host_file": "hosts.yaml",
    "group_file": "groups.yaml",
    "defaults_file": "defaults.yaml",
}
"""SimpleInventory's options that are files, and what it takes by default."""

_PLAIN: Final = ("hostname", "port", "username", "password", "platform")
_OF_OPTIONS: Final = [*_PLAIN, "extras"]
_OF_DEFAULTS: Final = [*_PLAIN, "data", "connection_options"]
_OF_ELEMENT: Final = [*_OF_DEFAULTS, "groups"]

_Said = Mapping[Any, Any]


def load_simple(options: Mapping[str, object]) -> Inventory:
    """Return the inventory of the files that ``options`` names.

    Raises:
        InputError: with everything in which their form is wrong.
    """
    documents: dict[str, _Said] = {}
    mistakes: list[Mistake] = []
    for option in FILES:
        try:
            documents[option] = _document(option, Path(str(options[option])))
        except InputError as error:
            mistakes += error.mistakes
    groups = documents.get("group_file")
    for option, said in documents.items():
        mistakes += _wrong(option, said, str(options[option]), groups)
    if mistakes:
        raise InputError(*mistakes)
    return _inventory(*(documents[option] for option in FILES))


def _document(option: str, file: Path) -> _Said:
    if option != "host_file" and not file.exists() and not file.is_symlink():
        return {}  # as Nornir does
    document = read_yaml(file)
    if document is None:
        return {}
    if isinstance(document, Mapping):
        return document
    example = "username: ..." if option == "defaults_file" else "NAME: {...}"
    raise InputError(Mistake("must be a mapping", example, str(file)))


def _wrong(option: str, said: _Said, file: str, groups: _Said | None) -> Iterator[Mistake]:
    """Look at one document; ``groups`` None: those there are cannot be told."""
    if option == "defaults_file":
        yield from _wrong_keys(said, _OF_DEFAULTS, file, None)
        return
    for name, element in said.items():
        host = bare(name)
        if isinstance(element, Mapping):
            yield from _wrong_keys(element, _OF_ELEMENT, file, host)
            yield from _wrong_groups(element.get("groups") or [], file, host, groups)
        else:
            yield Mistake("must be a mapping", "hostname: ..., groups: [...]", file, host)


def _wrong_keys(said: _Said, known: list[str], file: str, host: str | None) -> Iterator[Mistake]:
    for key, fault in check_keys(said, known):
        hint = "it belongs under data" if key == "knock" else fault.hint
        yield Mistake(fault.message, hint, file, host, key)
    options = said.get("connection_options", {})
    if not isinstance(options, Mapping):
        example = "such as {netmiko: {extras: {...}}}"
        yield Mistake("must be a mapping", example, file, host, "connection_options")
        return
    for name, option in options.items():
        where = f"connection_options.{bare(name)}"
        if isinstance(option, Mapping):
            for key, fault in check_keys(option, _OF_OPTIONS):
                hint = fault.hint if key in _OF_OPTIONS else f"{fault.hint}; netmiko's: in extras"
                yield Mistake(fault.message, hint, file, host, f"{where}.{key}")
        else:
            yield Mistake("must be a mapping", "such as {extras: {...}}", file, host, where)


def _wrong_groups(members: object, file: str, host: str, groups: _Said | None) -> Iterator[Mistake]:
    if not isinstance(members, list):
        yield Mistake("must be a list", f"did you mean [{quoted(members)}]?", file, host, "groups")
        return
    known = list(map(str, groups or ()))
    for group in members:
        is_known = groups is None or (isinstance(group, str | int) and group in groups)
        if not is_known:
            hint = nearest(group, known) if known else "there is no group at all"
            yield Mistake(f"there is no group {quoted(group)}", hint, file, host, "groups")


def _inventory(hosts: _Said, groups: _Said, defaults: _Said) -> Inventory:
    common = Defaults(**_attributes(defaults))
    made = Groups()
    for name, said in groups.items():
        made[name] = Group(name=name, defaults=common, **_attributes(said))
    for name, said in groups.items():
        made[name].groups = _parents(said, made)
    inside = Hosts()
    for name, said in hosts.items():
        parents = _parents(said, made)
        inside[name] = Host(name=name, groups=parents, defaults=common, **_attributes(said))
    return Inventory(hosts=inside, groups=made, defaults=common)


def _parents(said: _Said, groups: Groups) -> ParentGroups:
    return ParentGroups(groups[name] for name in said.get("groups") or ())


def _attributes(said: _Said) -> dict[str, Any]:
    options = said.get("connection_options", {}).items()
    return {
        **{key: said.get(key) for key in (*_PLAIN, "data")},
        "connection_options": {name: ConnectionOptions(**option) for name, option in options},
    }
