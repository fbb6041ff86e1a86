"""What is wrong with a value, in our own words: pydantic's errors as mistakes.

A validator raises ``refuse(Fault(...), ...)``, as many faults at once as it found. Values of
secrets are never part of a message.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from knockdeploy.errors import InputError, Mistake
from knockdeploy.octets import readable

_LONGEST_QUOTE: Final = 60
"""Enough to recognise what one wrote; a line of a message stays a line."""

_LONGEST_LIST: Final = 10

_ALIKE: Final = "\u0131\u0370-\u058f\u13a0-\u13ff\uff01-\uff5e"
_LOOKS_LATIN: Final = re.compile(f"(?<=[A-Za-z])[{_ALIKE}]+|[{_ALIKE}]+(?=[A-Za-z])")
"""A dotless i, and letters of alphabets with some that look Latin: as such nobody sees them."""


class Strict(BaseModel):
    """Nothing is guessed, null unsets, and no error of pydantic's shows what was written."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)
    example: ClassVar[str] = ""
    misplaced: ClassVar[Mapping[str, str]] = {}
    """Where keys belong that people write here."""

    @model_validator(mode="before")
    @classmethod
    def _null_unsets(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            raise refuse(Fault("must be a mapping", cls.example))
        known = cls.model_fields
        texts = {str(key): item for key, item in value.items()}
        return {key: item for key, item in texts.items() if item is not None or key not in known}


M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a value, and what to write instead."""

    message: str
    hint: str = ""


def refuse(*faults: Fault) -> PydanticCustomError:
    """Return what a validator raises to report ``faults``."""
    return PydanticCustomError("faults", "is wrong", {"faults": faults})


def sound(read: Iterable[T | Fault]) -> tuple[T, ...]:
    """Return what was read, or raise what is wrong with it."""
    read = list(read)
    found = tuple(item for item in read if not isinstance(item, Fault))
    if len(found) < len(read):
        raise refuse(*(item for item in read if isinstance(item, Fault)))
    return found


def quoted(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return ``value`` as it may stand in a message: one line, not too long.

    Escaped is what does not print, and what stands for a Latin letter between such.
    """
    try:
        text = repr(readable(value) if isinstance(value, str) else value)
    except (RecursionError, ValueError):  # an integer of thousands of digits, say
        return "something too large"
    text = _LOOKS_LATIN.sub(lambda found: ascii(found[0])[1:-1], text)
    return text if len(text) <= longest else text[: longest - 4] + "..." + text[-1]


def bare(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return ``value`` as ``quoted`` does, but text without its quotes: a key, a reason."""
    text = quoted(value, longest)
    return text[1:-1] if isinstance(value, str) else text


def nearest(word: object, known: list[str]) -> str:
    """Return a hint: the known word that is nearest to ``word``, else all of them."""
    for text in (str(word), str(word).lower()):
        if close := difflib.get_close_matches(text, known, n=1):
            return f"did you mean {close[0]}?"
    n_more = len(known) - _LONGEST_LIST
    return f"known are {', '.join(known[:_LONGEST_LIST])}" + (f" and {n_more} more" * (n_more > 0))


def is_near(word: object, known: str) -> bool:
    """Tell whether ``word`` is most likely ``known``, misspelt."""
    return bool(difflib.get_close_matches(str(word).lower(), [known], cutoff=_NEAR))


_NEAR: Final = 0.8
"""Of difflib's ratio: knok, nock and Knocks are misspelt, lock, block and unlock are not."""


def check(is_right: Callable[[Any], object], message: str, hint: str = "") -> Callable[[Any], Any]:
    """Return what lets only right values pass; in ``message`` the value stands for ``{}``."""

    def checked(value: object) -> object:
        if is_right(value):
            return value
        shown = value if isinstance(value, Path) else quoted(value)
        raise refuse(Fault(message.format(shown), hint))

    return checked


class Location(NamedTuple):
    """Where a value stands, for what is said of it."""

    file: str | None
    host: str | None = None
    key: str = ""
    """What the value is below."""
    origins: Mapping[str, str | None] = {}
    """Which file a key of it is from, where it is not ``file``."""


def validated(
    model: type[M], value: object, location: Location, context: Mapping[str, object] | None = None
) -> M:
    """Return ``value`` as ``model`` reads it.

    Raises:
        InputError: with one mistake for each fault.
    """
    try:
        return model.model_validate(value, context=context)
    except ValidationError as error:
        mistakes = tuple(
            Mistake(
                fault.message,
                fault.hint,
                location.origins.get(str(item["loc"][0]) if item["loc"] else "", location.file),
                location.host,
                ".".join(filter(None, (location.key, *(bare(str(part)) for part in item["loc"]))))
                or None,
            )
            for item in error.errors(include_url=False)
            for fault in _faults(item, model)
        )
    raise InputError(*mistakes)  # outside the except: its context would show what was written


def _faults(item: ErrorDetails, model: type[BaseModel]) -> tuple[Fault, ...]:
    kind, context, value = item["type"], item.get("ctx", {}), item["input"]
    match kind:
        case "faults":
            faults: tuple[Fault, ...] = context["faults"]
            return faults
        case "missing":
            return (Fault("is required"),)
        case "default_factory_not_called":  # what it is made of is wrong, and said
            return ()
        case "extra_forbidden":
            key, inside = str(item["loc"][-1]), _model_at(model, item["loc"][:-1])
            elsewhere = inside.misplaced if issubclass(inside, Strict) else {}
            return (Fault("unknown key", _place_of(key, [*inside.model_fields], elsewhere)),)
        case "literal_error":
            known = [
                word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")
            ]
            return (
                Fault(f"{quoted(value)} is not one of the allowed values", nearest(value, known)),
            )
    hint = _MEANT.get(str(value).lower(), "") if kind == "bool_type" else ""
    if kind == "list_type" and isinstance(value, str):
        hint = f"did you mean [{quoted(value)}]?"
    return (Fault(_PLAIN.get(kind, item["msg"]), hint),)


def _place_of(key: str, known: list[str], elsewhere: Mapping[str, str]) -> str:
    """Return a hint: which key is meant, or where it belongs, misspelt or not."""
    if key in elsewhere:
        return elsewhere[key]
    close = difflib.get_close_matches(key.lower(), [*known, *elsewhere], n=1, cutoff=_NEAR)
    if close and close[0] not in known:
        return f"did you mean {close[0]}? {elsewhere[close[0]]}"
    return nearest(key, known)


_PLAIN: Final = {
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "string_type": "must be text",
}


_MEANT: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), "did you mean true?"),
    **dict.fromkeys(("false", "no", "off", "0"), "did you mean false?"),
}
"""Words that YAML 1.1 took for booleans, and 1.2 takes for text."""


def _model_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel]:
    for part in loc:
        field = model.model_fields.get(str(part))
        annotation = field.annotation if field else None
        for kind in (annotation, *get_args(annotation)):  # of a mapping: what its values are
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                model = kind
    return model
