"""What a check is not to fail for, for a while, and why."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from knockdeploy.intent.faults import Fault, quoted, sound
from knockdeploy.intent.fields import as_list

_KEYS = ("rule", "reason", "until")
_ONE = "{rule: log-server, reason: in our own network, until: 2027-03-31}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings of ``rule`` do not fail a check, the day ``until`` included."""

    rule: str
    reason: str
    until: datetime.date


def _waiver(value: object) -> Waiver | Fault:
    if isinstance(value, Waiver):
        return value
    if not isinstance(value, Mapping) or set(map(str, value)) != set(_KEYS):
        return Fault("a waiver has rule, reason and until", f"such as {_ONE}")
    rule, reason, until = (value[key] for key in _KEYS)
    for key, text in (("rule", rule), ("reason", reason)):
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            return Fault(f"{quoted(text)} is not valid as {key} of a waiver", "a line of text")
    try:
        day = until if type(until) is datetime.date else datetime.date.fromisoformat(str(until))
    except ValueError:
        return Fault(f"{quoted(until)} is not a date", "such as 2027-03-31")
    return Waiver(rule, " ".join(reason.split()), day)


Waivers = Annotated[
    tuple[Waiver, ...],
    PlainValidator(lambda value: sound(map(_waiver, as_list(value, _ONE, may_be_empty=True)))),
    WithJsonSchema(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "rule": {"type": "string"},
                    "reason": {"type": "string"},
                    "until": {"type": "string", "format": "date"},
                },
                "required": list(_KEYS),
                "additionalProperties": False,
            },
        }
    ),
]
