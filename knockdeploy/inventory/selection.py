"""Which hosts a command is for: ``-l`` and ``-f``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from nornir.core.inventory import Host, Inventory

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import bare, nearest, quoted
from knockdeploy.inventory.knock_levels import KNOCK
from knockdeploy.inventory.limit import limited

_MOST_GROUPS: Final = 500
"""Of one host or group, with what those contain. Nornir walks all of them again and again."""

_OWN_KEYS: Final = ("name", "hostname", "platform", "group")
"""What a host has beside its data, by which it can be selected."""

_WORDS: Final = {"None": "null", "True": "true", "False": "false"}
"""What YAML calls what Python calls otherwise."""
_LONGEST_NAME: Final = 100
_LONGEST_FILE: Final = 240
"""A host's name is also a file's; there a letter that is not ASCII takes up to twelve bytes."""


def check_inventory(inventory: Inventory, files: Mapping[str, str]) -> None:
    """Check that there are hosts, with printable names, and that no group contains itself.

    Raises:
        InputError: with every mistake found.
    """
    hosts, groups = files["host_file"], files["group_file"]
    if not inventory.hosts:
        example = "such as branch-1: {hostname: 192.0.2.11, groups: [branch]}"
        raise InputError(Mistake("has no host", example, hosts))
    mistakes = list(_wrong_names(inventory, hosts, groups))
    for name, group in inventory.groups.items():
        if _contains_itself(group):
            message = f"the group {quoted(name)} contains itself"
            mistakes.append(Mistake(message, "take one of them out", groups, key="groups"))
    levels = ((groups, inventory.groups), (hosts, inventory.hosts))
    for file, elements in levels if not mistakes else ():  # a circle would be counted for ever
        for name, element in elements.items():
            if _is_in_too_many(element):
                message = f"{quoted(name)} is in more than {_MOST_GROUPS} groups"
                mistakes.append(Mistake(message, "fewer groups within groups", file, key="groups"))
    InputError.raise_for(mistakes)


def _wrong_names(inventory: Inventory, hosts: str, groups: str) -> Iterator[Mistake]:
    hint = (
        f"at most {_LONGEST_NAME} characters of text, fewer where they are not ASCII, without "
        "/ \\ , and control characters"
    )
    for name in inventory.hosts:
        if not _is_name(name):
            yield _wrong_name(name, "host", hint, hosts)
    for name in inventory.groups:
        if not (isinstance(name, str) and name.strip() and name.isprintable()):
            yield _wrong_name(name, "group", "one line of text", groups)


def _wrong_name(name: object, of: str, hint: str, file: str) -> Mistake:
    """Return the mistake of a name; YAML takes 7, null and 2026-01-01 for something else."""
    if isinstance(name, str | tuple):
        return Mistake(f"{quoted(name)} is not a valid {of} name", hint, file)
    shown = _WORDS.get(str(name)) or bare(str(name))
    return Mistake(f"{shown} is not a valid {of} name", f'quote it: "{shown}"', file)


def selected(inventory: Inventory, limit: Sequence[str], filters: Sequence[str]) -> set[str]:
    """Return the names of the hosts that some pattern of ``limit`` and all ``filters`` match.

    Raises:
        InputError: if a pattern matches no host, a filter is invalid, or no host is left.
    """
    chosen = limited(inventory, limit) if limit else set(inventory.hosts)
    wanted = [_filter(item) for item in filters]
    _check_filter_keys(inventory.hosts.values(), [key for key, _ in wanted])
    chosen = {
        name
        for name in chosen
        if all(value in values_of(inventory.hosts[name], key) for key, value in wanted)
    }
    if not chosen:
        given = [*(f"-l {item}" for item in limit), *(f"-f {item}" for item in filters)]
        message = f"no host matches {bare(' '.join(given))}"
        raise InputError(Mistake(message, _hint_for(wanted, inventory.hosts.values())))
    return chosen


def _is_name(name: object) -> bool:
    return (
        isinstance(name, str)
        and bool(name.strip())
        and len(name) <= _LONGEST_NAME
        and name.isprintable()
        and len(quote(name, safe="")) <= _LONGEST_FILE
        and not set(name) & {"/", "\\", ","}
        and not name.startswith(".")
    )


def _contains_itself(group: Host) -> bool:
    seen: set[int] = set()
    ahead = list(group.groups)
    while ahead:
        parent = ahead.pop()
        if parent is group:
            return True
        if id(parent) not in seen:
            seen.add(id(parent))
            ahead += parent.groups
    return False


def _is_in_too_many(element: Host) -> bool:
    ahead, n_groups = list(element.groups), 0
    while ahead and n_groups <= _MOST_GROUPS:
        n_groups += 1
        ahead += ahead.pop().groups
    return n_groups > _MOST_GROUPS


def _hint_for(wanted: Sequence[tuple[str, str]], hosts: Iterable[Host]) -> str:
    """Return a hint for filters that match nothing: the nearest values that exist."""
    every = list(hosts)
    for key, value in wanted:
        if key.split(".")[0] == KNOCK:  # ports, perhaps, of all routers
            return "what hosts have there may be secret and is not listed"
        known = sorted({each for host in every for each in values_of(host, key)} - {str(None)})
        if value not in known:
            return nearest(value, known)
    both = "each of these matches some host, but none matches all"
    return both if wanted else "it excludes all of them"


def _filter(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        message = f"{quoted(text)} is not a valid filter"
        raise InputError(Mistake(message, "KEY=VALUE, such as group=branch", key="--filter"))
    return key, value


def _check_filter_keys(hosts: Iterable[Host], keys: list[str]) -> None:
    if not keys:
        return
    known = [*_OWN_KEYS, *sorted({str(key) for host in hosts for key in host.extended_data()})]
    InputError.raise_for(
        Mistake(f"no host has {quoted(key)}", nearest(key, known), key="--filter")
        for key in keys
        if key.split(".")[0] not in known
    )


def values_of(host: Host, key: str) -> tuple[str, ...]:
    """Return a host's values of a key by which hosts are selected; there may be several."""
    if key == "group":
        return tuple(dict.fromkeys(group.name for group in host.extended_groups()))
    if key in _OWN_KEYS:
        return (str(getattr(host, key)),)
    value: object = host.extended_data()
    for part in [key] if key in host.extended_data() else key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    values = value if isinstance(value, list) else [value]
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)
