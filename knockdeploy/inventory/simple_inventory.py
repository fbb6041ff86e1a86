"""Nornir's SimpleInventory, read as Nornir reads it, but checked first and each file once.

The inventory may be three files or one: groups and defaults are optional (what hosts share can be
an anchor, merged with ``<<``), and a file that no option names is looked for beside config.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
from knockdeploy.intent.faults import Location, bare, validated
from knockdeploy.inventory.elements import Common, Element
from knockdeploy.inventory.logins import Login
from knockdeploy.inventory.sections import FILES
from knockdeploy.inventory.yamlfile import read_yaml

_Said = Mapping[Any, Any]
_Elements = Mapping[str, Element]


def load_simple(options: Mapping[str, object]) -> Inventory:
    """Return the inventory of the files that ``options`` names.

    Raises:
        InputError: with everything in which their form is wrong.
    """
    mistakes: list[Mistake] = []
    documents: dict[str, _Said] = {}
    for option in FILES:
        try:
            documents[option] = _document(option, Path(str(options[option])))
        except InputError as error:
            mistakes += error.mistakes
    context = {"form_only": True, "groups": documents.get("group_file")}
    elements: dict[str, dict[Any, Any]] = {option: {} for option in FILES}
    for option, document in documents.items():
        for name, element in document.items():
            try:
                file = str(options[option])
                elements[option][name] = _element(option, file, name, element, context)
            except InputError as error:
                mistakes += error.mistakes
    if mistakes:
        raise InputError(*mistakes)
    return _inventory(*elements.values())


def _document(option: str, file: Path) -> _Said:
    """Return the elements of one file by name; the defaults are one without a name."""
    if option != "host_file" and not file.exists() and not file.is_symlink():
        document = None  # as Nornir does
    else:
        document = read_yaml(file)
    if document is not None and not isinstance(document, Mapping):
        example = "username: ..." if option == "defaults_file" else "NAME: {...}"
        raise InputError(Mistake("must be a mapping", example, str(file)))
    return {None: document or {}} if option == "defaults_file" else document or {}


def _element(option: str, file: str, name: object, data: object, context: _Said) -> Common:
    if option == "defaults_file":
        return validated(Common, data, Location(file), context)
    is_host = option == "host_file"
    location = Location(file, host=bare(name)) if is_host else Location(file, key=bare(name))
    return validated(Element, data, location, context)


def _inventory(hosts: _Elements, groups: _Elements, defaults: Mapping[None, Common]) -> Inventory:
    common = Defaults(**_attributes(defaults[None]))
    made = Groups(
        {
            name: Group(name=name, defaults=common, **_attributes(element))
            for name, element in groups.items()
        }
    )
    for name, element in groups.items():
        made[name].groups = _parents(element, made)
    inside = Hosts(
        {
            name: Host(
                name=name, groups=_parents(element, made), defaults=common, **_attributes(element)
            )
            for name, element in hosts.items()
        }
    )
    return Inventory(hosts=inside, groups=made, defaults=common)


def _parents(element: Element, groups: Groups) -> ParentGroups:
    return ParentGroups(groups[name] for name in element.groups)


def _attributes(element: Common) -> dict[str, Any]:
    options = element.connection_options
    return {
        **{key: getattr(element, key) for key in (*Login.model_fields, "data")},
        "connection_options": {
            name: ConnectionOptions(**dict(option)) for name, option in options.items()
        },
    }
