"""Why Nornir's own inventory could not be loaded: its files, looked at once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest, quoted
from knockdeploy.inventory.yamlfile import read_yaml


def mistakes_in(options: Mapping[str, object]) -> tuple[Mistake, ...]:
    """Return what is wrong in SimpleInventory's files, or nothing if nothing is found."""
    mistakes: list[Mistake] = []
    documents: dict[str, Mapping[object, object]] = {}
    for option in ("host_file", "group_file", "defaults_file"):
        file = Path(str(options.get(option)))
        if option != "host_file" and not file.exists():
            documents[option] = {}  # as Nornir does
            continue
        try:
            document = read_yaml(file) or {}
        except InputError as error:
            mistakes += error.mistakes
            continue
        if isinstance(document, Mapping):
            documents[option] = document
        else:
            mistakes.append(Mistake("must be a mapping", "NAME: ...", str(file)))
    groups = list(map(str, documents["group_file"])) if "group_file" in documents else None
    for option in ("host_file", "group_file"):
        for name, element in documents.get(option, {}).items():
            mistakes += _element(name, element, str(options[option]), groups)
    mistakes += _options(documents.get("defaults_file", {}), str(options["defaults_file"]), None)
    return tuple(mistakes)


def _element(
    name: object, element: object, file: str, groups: list[str] | None
) -> Iterator[Mistake]:
    """Look at one host or group; ``groups`` None: those there are cannot be told."""
    host = quoted(name)[1:-1] if isinstance(name, str) else quoted(name)
    if not isinstance(element, Mapping):
        yield Mistake("must be a mapping", "hostname: ..., groups: [...]", file, host)
        return
    members = element.get("groups") or []
    if not isinstance(members, list):
        yield Mistake("must be a list", f"did you mean [{quoted(members)}]?", file, host, "groups")
        return
    for group in members:
        if groups is not None and group not in groups:
            hint = nearest(group, groups) if groups else "there is no group at all"
            yield Mistake(f"there is no group {quoted(group)}", hint, file, host, "groups")
    yield from _options(element, file, host)


def _options(element: Mapping[object, object], file: str, host: str | None) -> Iterator[Mistake]:
    options = element.get("connection_options", {})
    if not isinstance(options, Mapping):
        yield Mistake("must be a mapping", "", file, host, "connection_options")
        return
    for name, option in options.items():
        if not isinstance(option, Mapping):
            yield Mistake("must be a mapping", "", file, host, f"connection_options.{quoted(name)}")
