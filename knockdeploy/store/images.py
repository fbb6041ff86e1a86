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
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from knockdeploy.errors import InputError, Mistake
from knockdeploy.plan.reprint import Reprint
from knockdeploy.store.state import StateDir

_REPRINTS: Final = "reprints.yaml"
_TOLD: Final = "reprints-told.yaml"
_IMAGES: Final = "images.yaml"
LOOKED_UP: Final = (_IMAGES, _REPRINTS)
"""What each turn reads."""
Pairs = list[dict[str, Any]]
"""As they stand in a file: each has `train`, `parents`, `sent` and `shown`."""


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
            for each in self._accepted()
            if _fits(each["train"], wanted)
        )

    def accepted(self) -> Counter[str]:
        """Return how many pairs were accepted for each train."""
        return Counter(str(pair["train"]) for pair in self._accepted())

    def tell(self, version: str, reprints: Iterable[Reprint]) -> bool:
        """Remember that pairs were reported; return whether all of them had been before."""
        pairs = _of_train(version, reprints)
        known = _pairs(self._path(_TOLD), self._add(_TOLD, pairs))
        return all(pair in known for pair in pairs)

    def accept(self, version: str, reprints: Iterable[Reprint]) -> None:
        """Keep pairs for the train of a version."""
        self._add(_REPRINTS, _of_train(version, reprints))

    def has(self, quirk: Quirk, version: str) -> bool:
        """Tell whether an image is known to have a quirk."""
        known = _quirks(self._path(_IMAGES), self._state.files.read(_IMAGES))[quirk]
        return any(each == version or each.startswith(f"{version}(") for each in known)

    def remember(self, quirk: Quirk, version: str) -> None:
        """Remember that an image has it."""
        self._state.files.change(_IMAGES, partial(_with, self._path(_IMAGES), quirk, version))

    def _accepted(self) -> Pairs:
        return _pairs(self._path(_REPRINTS), self._state.files.read(_REPRINTS))

    def _add(self, name: str, pairs: Pairs) -> bytes | None:
        """Add pairs to a file; return what was in it before."""
        return self._state.files.change(name, partial(_with_all, self._path(name), pairs))

    def _path(self, name: str) -> str:
        return str(self._state.path / name)


def _of_train(version: str, reprints: Iterable[Reprint]) -> Pairs:
    return [
        {
            "train": train(version),
            "parents": list(each.parents),
            "sent": each.sent,
            "shown": each.shown,
        }
        for each in reprints
    ]


def _with_all(file: str, pairs: Pairs, content: bytes | None) -> bytes:
    """Return the content of a file of pairs with more of them, each once."""
    known = _pairs(file, content)
    return _text(known + [pair for pair in pairs if pair not in known])


def _with(file: str, quirk: Quirk, version: str, content: bytes | None) -> bytes:
    """Return the content of the file of quirks with one more."""
    known = _quirks(file, content)
    known[quirk] = sorted({*known[quirk], version})
    return _text({key: found for key, found in known.items() if found})


def _pairs(file: str, content: bytes | None) -> Pairs:
    data = _read(file, content, [])
    if not isinstance(data, list) or not all(map(_is_pair, data)):
        raise _damaged(file)
    return data


def _quirks(file: str, content: bytes | None) -> dict[str, list[str]]:
    data = _read(file, content, {})
    found = {each.value: data.get(each, []) for each in Quirk} if isinstance(data, dict) else {}
    for each in found.values():
        if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
            raise _damaged(file)
    if not found:
        raise _damaged(file)
    return found


def _read(file: str, content: bytes | None, default: object) -> object:
    if content is None:
        return default
    try:
        return copy.deepcopy(_loaded(content))
    except (ValueError, RecursionError):  # no UTF-8, no date, no end of [[[[
        raise _damaged(file) from None


def _text(data: object) -> bytes:
    import yaml  # noqa: PLC0415  # few runs learn anything

    return yaml.safe_dump(data, sort_keys=False).encode()


def _damaged(file: str) -> InputError:
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
