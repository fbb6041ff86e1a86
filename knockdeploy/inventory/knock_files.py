"""Where each host's knock is kept, if in a file of the project: ``ports: file:knocks/{name}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nornir.core.inventory import Host

from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory.knock_levels import KNOCK, knock_of
from knockdeploy.inventory.placeholders import LeadsNowhereError
from knockdeploy.inventory.selected_hosts import Chosen, choose
from knockdeploy.inventory.settings import resolved

_FILE = "file:"


@dataclass(frozen=True, slots=True)
class KnockFile:
    """A host's knock: the file, None if it stands elsewhere, and what else the inventory says."""

    path: Path | None
    knock: Mapping[str, Any]


def knock_files(
    config_file: Path, limit: Sequence[str], filters: Sequence[str]
) -> dict[str, KnockFile | None]:
    """Return the knock of each selected host; None for an unmanaged one.

    Raises:
        InputError: with every mistake found.
    """
    chosen = choose(config_file, limit, filters)
    found: dict[str, KnockFile | None] = {}
    mistakes: list[Mistake] = []
    for name, host in chosen.nornir.inventory.hosts.items():
        try:
            found[name] = _knock_file(host, chosen)
        except InputError as error:
            mistakes += error.mistakes
    InputError.raise_for(mistakes)
    return found


def _knock_file(host: Host, chosen: Chosen) -> KnockFile | None:
    merged = knock_of(host, chosen.files)
    if merged is None:
        return None
    knock, where = merged
    if not isinstance(knock, Mapping):
        message = "must be a mapping"
        raise InputError(Mistake(message, "", chosen.files["host_file"], host.name, KNOCK))
    text = knock.get("ports")
    if not isinstance(text, str) or not text.startswith(_FILE):
        return KnockFile(None, knock)
    try:
        reference = chosen.references.expanded(host, text)
    except LeadsNowhereError as error:
        key = f"{KNOCK}.ports"
        mistake = Mistake(error.message, error.hint, where.get("ports"), host.name, key)
        raise InputError(mistake) from None
    path = resolved(reference.removeprefix(_FILE), chosen.references.folder)
    return KnockFile(path, knock)
