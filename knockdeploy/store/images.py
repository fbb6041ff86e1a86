"""What was learned about images, kept in the state folder.

``reprints-told.yaml`` has what a run told of other words, ``reprints.yaml`` what an operator then
accepted, ``images.yaml`` what images refused. Knock ports stand in none of them: a pair has
``<knock i>`` for the i-th.
"""

from __future__ import annotations

import copy
import enum
import functools
import re
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.plan.reprint import Reprint
from knockdeploy.store.state import StateDir

_REPRINTS: Final = "reprints.yaml"
_TOLD: Final = "reprints-told.yaml"
_IMAGES: Final = "images.yaml"
_lock = threading.Lock()  # a fleet's threads learn at once


class Quirk(enum.StrEnum):
    """What some images do not take, by its key in the file."""

    NO_NUMBERED_DYNAMIC = "refuse_numbered_dynamic_entries"
    """A line `N dynamic NAME ...`."""
    NO_ENTRIES_UNBOUND = "refuse_entries_while_unbound"
    """Temporary entries in a list that is not bound."""
    NO_DECOYS = "open_nothing_with_decoys"
    """A right knock while there are decoys."""


class Images:
    """What ``state`` remembers of images. Versions are those of ``show version``: 15.2(4)M6.

    Raises:
        InputError: from every method, if a file is damaged or the folder cannot be used.
    """

    def __init__(self, state: StateDir) -> None:
        self._state = state

    def reprints(self, version: str) -> tuple[Reprint, ...]:
        """Return what was accepted for the train of a version."""
        wanted = train(version)
        return tuple(
            Reprint(tuple(each["parents"]), each["sent"], each["shown"])
            for each in self._pairs(_REPRINTS)
            if _fits(each["train"], wanted)
        )

    def accepted(self) -> Counter[str]:
        """Return how many pairs were accepted for each train."""
        return Counter(str(pair["train"]) for pair in self._pairs(_REPRINTS))

    def tell(self, version: str, reprints: Iterable[Reprint]) -> bool:
        """Remember that pairs were reported; return whether all of them had been before."""
        return not self._add(_TOLD, version, reprints)

    def accept(self, version: str, reprints: Iterable[Reprint]) -> None:
        """Keep pairs for the train of a version."""
        self._add(_REPRINTS, version, reprints)

    def _add(self, file: str, version: str, reprints: Iterable[Reprint]) -> int:
        """Add pairs to a file; return how many of them it did not have."""
        with _lock:
            pairs = self._pairs(file)
            n_before = len(pairs)
            for each in reprints:
                pair = {
                    "train": train(version),
                    "parents": list(each.parents),
                    "sent": each.sent,
                    "shown": each.shown,
                }
                if pair not in pairs:
                    pairs.append(pair)
            if len(pairs) > n_before:
                self._write(file, pairs)
            return len(pairs) - n_before

    def has(self, quirk: Quirk, version: str) -> bool:
        """Tell whether an image is known to have a quirk."""
        known = self._quirks()[quirk]
        return any(each == version or each.startswith(f"{version}(") for each in known)

    def remember(self, quirk: Quirk, version: str) -> None:
        """Remember that an image has it."""
        with _lock:
            known = self._quirks()
            known[quirk] = sorted({*known[quirk], version})
            self._write(_IMAGES, {key: found for key, found in known.items() if found})

    def _quirks(self) -> dict[str, list[str]]:
        data = self._read(_IMAGES, {})
        found = {each.value: data.get(each, []) for each in Quirk} if isinstance(data, dict) else {}
        for each in found.values():
            if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
                raise self._damaged(_IMAGES)
        if not found:
            raise self._damaged(_IMAGES)
        return found

    def _pairs(self, file: str) -> list[dict[str, Any]]:
        data = self._read(file, [])
        if not isinstance(data, list) or not all(map(_is_pair, data)):
            raise self._damaged(file)
        return data

    def _read(self, name: str, default: object) -> object:
        content = self._state.files.read(name)
        if content is None:
            return default
        try:
            return copy.deepcopy(_loaded(content))
        except (ValueError, RecursionError):  # no UTF-8, no date, no end of [[[[
            raise self._damaged(name) from None

    def _write(self, name: str, data: object) -> None:
        import yaml  # noqa: PLC0415  # few runs learn anything

        self._state.files.write(name, yaml.safe_dump(data, sort_keys=False).encode())

    def _damaged(self, name: str) -> InputError:
        file = str(self._state.path / name)
        return InputError(Mistake("the file is damaged", "fix it, or delete it", file=file))


@functools.lru_cache(maxsize=64)  # each router of a run asks for the same
def _loaded(content: bytes) -> object:
    import yaml  # noqa: PLC0415  # few fleets have such a file

    try:
        return yaml.safe_load(content)
    except yaml.YAMLError:
        return None  # no list and no mapping: it is damaged


def train(version: str) -> str:
    """Return the train of a version: 15.2M of 15.2(4)M6; 15.2 of 15.2, all a configuration says."""
    match = re.match(r"(\d+\.\d+)(?:\([^)]*\)([A-Z]*))?", version)
    return match[1] + (match[2] or "") if match else version


def _fits(kept: str, wanted: str) -> bool:
    """Tell whether pairs of one train count for another, which may lack its letters."""
    return kept == wanted or kept.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == wanted


def _is_pair(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"train", "parents", "sent", "shown"}:
        return False
    parents = value["parents"]
    words = (value["train"], value["sent"], *(parents if isinstance(parents, list) else [None]))
    return all(isinstance(word, str) for word in words) and isinstance(value["shown"], str | None)
