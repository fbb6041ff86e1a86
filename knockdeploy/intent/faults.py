"""What is wrong with a value, in our own words: pydantic's errors as mistakes.

A validator raises ``refuse(Fault(...), ...)``, as many faults at once as it found. Values of
secrets are never part of a message.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from knockdeploy.errors import Mistake

_LONGEST_QUOTE: Final = 60
"""Enough to recognise what one wrote; a line of a message stays a line."""

_LONGEST_LIST: Final = 25


STRICT: Final = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)
"""How our models read: nothing is guessed, and no error of pydantic's shows what was written."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a value, and what to write instead."""

    message: str
    hint: str = ""


def refuse(*faults: Fault) -> PydanticCustomError:
    """Return what a validator raises to report ``faults``."""
    return PydanticCustomError("faults", "is wrong", {"faults": faults})


def quoted(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return ``value`` as it may stand in a message: one line, ASCII, not too long."""
    try:
        text = ascii(value)
    except (RecursionError, ValueError):  # an integer of thousands of digits, say
        return "something too large"
    return text if len(text) <= longest else text[: longest - 4] + "..." + text[-1]


def bare(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return ``value`` as ``quoted`` does, but text without its quotes: a key, a reason."""
    text = quoted(value, longest)
    return text[1:-1] if isinstance(value, str) else text


def nearest(word: object, known: list[str]) -> str:
    """Return a hint: the known word that is nearest to ``word``, else all of them."""
    close = difflib.get_close_matches(str(word), known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    more = ", ..." if len(known) > _LONGEST_LIST else ""
    return "known are " + ", ".join(known[:_LONGEST_LIST]) + more


def check_keys(given: Mapping[Any, Any], known: list[str]) -> list[tuple[str, Fault]]:
    """Return the keys of ``given`` that are not ``known``, each with its fault."""
    return [(bare(key), unknown_key(key, known)) for key in given if key not in known]


def unknown_key(key: object, known: list[str]) -> Fault:
    """Return the fault of a key that nobody reads, with the nearest one that is read."""
    return Fault("there is no such key", nearest(key, known))


def mistakes_of(
    error: ValidationError,
    model: type[BaseModel],
    *,
    key: str,
    file: Callable[[str], str | None],
    host: str | None = None,
) -> tuple[Mistake, ...]:
    """Return one mistake for each fault of ``error``, raised by ``model``.

    ``key`` is where the model's mapping stands; ``file`` says which file a top-level key is from.
    """
    return tuple(
        Mistake(
            fault.message,
            fault.hint,
            file=file(str(item["loc"][0]) if item["loc"] else ""),
            host=host,
            key=".".join((key, *(bare(str(part)) for part in item["loc"]))),
        )
        for item in error.errors(include_url=False)
        for fault in _faults(item, model)
    )


def _faults(item: ErrorDetails, model: type[BaseModel]) -> tuple[Fault, ...]:
    kind, context = item["type"], item.get("ctx", {})
    match kind:
        case "faults":
            faults: tuple[Fault, ...] = context["faults"]
            return faults
        case "missing":
            return (Fault("is required"),)
        case "extra_forbidden":
            return (unknown_key(item["loc"][-1], _keys_at(model, item["loc"])),)
        case "literal_error":
            expected = [
                word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")
            ]
            return (
                Fault(
                    f"{quoted(item['input'])} is none of its values",
                    nearest(item["input"], expected),
                ),
            )
    return (Fault(_PLAIN.get(kind, item["msg"])),)


_PLAIN: Final = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
}


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    for part in loc[:-1]:
        annotation = model.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return list(model.model_fields)
