"""The shape of every document that --json prints, as JSON Schemas (draft 2020-12) of its types.

``python -m knockdeploy.report.shapes`` writes them to the files that ship beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, get_args, get_type_hints

from pydantic import Field, TypeAdapter, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from knockdeploy.errors import Mistake
from knockdeploy.intent import intent_schema
from knockdeploy.report.change import (
    DeployOutcome,
    PlannedThen,
    PlanOutcome,
    RemoveOutcome,
    RestoreOutcome,
)
from knockdeploy.report.check_outcomes import (
    CheckOutcome,
    LintOutcome,
    PreflightOutcome,
    StateChange,
)
from knockdeploy.report.offline_outcomes import (
    DemoOutcome,
    InitOutcome,
    LabOutcome,
    PortsOutcome,
    RenderedFile,
    RenderOutcome,
)
from knockdeploy.report.outcome import Outcome, Unmanaged
from knockdeploy.report.past_runs import Backup, ChangeThen, RunRow, Unfinished, UnmanagedThen
from knockdeploy.report.proof import KnockOutcome, PrintedKnock, ProveOutcome
from knockdeploy.store.findings import Spell
from knockdeploy.store.runs import About

Name = TypeVar("Name")
Status = TypeVar("Status")
Host = TypeVar("Host")


@dataclass(frozen=True, slots=True)
class Document(Generic[Name, Status, Host]):
    """What --json prints: with errors no host has an outcome."""

    schema: Name
    run: Annotated[str, Field(pattern="^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}$")]
    summary: Annotated[
        Mapping[Status, Annotated[int, Field(ge=1)]],
        Field(description="How many hosts have which status."),
    ]
    hosts: Mapping[str, Host]
    errors: Annotated[tuple[Mistake, ...], Field(description="Why no host has an outcome.")]


@dataclass(frozen=True, slots=True)
class History(Document[Name, Status, Host]):
    """What history --json prints."""

    runs: tuple[RunRow, ...]
    findings: Annotated[
        tuple[Spell, ...], Field(description="With --host or --rule, in place of runs.")
    ]


@dataclass(frozen=True, slots=True)
class Schedule(Document[Name, Status, Host]):
    """What schedule --json prints."""

    files: Annotated[Mapping[str, str], Field(description="The text of each, by its name.")]


@dataclass(frozen=True, slots=True)
class Show(Document[Name, Status, Host]):
    """What show --json prints."""

    about: About


Schema = dict[str, Any]
FOLDER: Final = Path(__file__).parent / "schemas"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_Nothing = Annotated[str, WithJsonSchema({"not": {}})]

HOSTS: Final[Mapping[str, tuple[type[Outcome], ...]]] = {
    "init": (InitOutcome,),
    "ports": (PortsOutcome, Unmanaged),
    "lint": (LintOutcome, Unmanaged),
    "render": (RenderOutcome, RenderedFile, Unmanaged),
    "preflight": (PreflightOutcome, Unmanaged),
    "plan": (PlanOutcome, Unmanaged),
    "deploy": (DeployOutcome, Unmanaged),
    "remove": (RemoveOutcome, Unmanaged),
    "rollback": (RestoreOutcome, Unmanaged),
    "check": (CheckOutcome, Unmanaged),
    "notify": (StateChange,),
    "prove": (ProveOutcome, Unmanaged),
    "knock": (KnockOutcome, PrintedKnock, Unmanaged),
    "client": (RenderOutcome, RenderedFile, Unmanaged),
    "history": (),
    "stop": (),
    "schedule": (),
    "show": (ChangeThen, Unfinished, UnmanagedThen, Backup, PlannedThen),
    "lab": (LabOutcome,),
    "demo": (DemoOutcome,),
    "knockdeploy": (),
}
"""What a host's object can be in the document of each command; ``knockdeploy`` is that of words
that are no command, ``notify`` what ``check --notify`` tells."""

DOCUMENTS: Final[Mapping[str, type[Document[Any, Any, Any]]]] = {
    "history": History,
    "schedule": Schedule,
    "show": Show,
}
"""The documents that have keys of their own."""


class _AllKeys(GenerateJsonSchema):
    """Every key is there, and no other."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ANN401, FBT001  # pydantic's
        return True

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401  # pydantic's
        return False

    def dataclass_schema(self, schema: Any) -> Schema:  # noqa: ANN401  # pydantic's
        return {**super().dataclass_schema(schema), "additionalProperties": False}

    def default_schema(self, schema: Any) -> Schema:  # noqa: ANN401  # pydantic's
        return self.generate_inner(schema["schema"])


def keys(kind: type[Outcome]) -> tuple[str, ...]:
    """Return what a document has of such an outcome beside its status and error."""
    shape = TypeAdapter(kind).json_schema(mode="serialization")
    return tuple(key for key in shape["properties"] if key not in {"status", "error"})


def statuses(kind: type[Outcome]) -> tuple[str, ...]:
    """Return what the status of such an outcome can be."""
    return get_args(get_type_hints(kind)["status"])


def schema(command: str) -> Schema:
    """Return the schema of what ``command --json`` prints."""
    kinds = HOSTS[command]
    words = tuple(dict.fromkeys(word for kind in kinds for word in statuses(kind)))
    document: Any = DOCUMENTS.get(command, Document)
    whole = document[
        Literal[f"knockdeploy/{command}/1"],
        Literal[words] if words else _Nothing,
        reduce(or_, kinds) if kinds else _Nothing,
    ]
    shape = TypeAdapter(whole).json_schema(mode="serialization", schema_generator=_AllKeys)
    # what a document has beside the keys of all is not there where the command failed as a whole
    shape |= {
        "title": f"What knockdeploy {command} --json prints",
        "required": [each.name for each in fields(Document)],
    }
    return {"$schema": _DRAFT, "$id": _urn(command), **shape}


def intent() -> Schema:
    """Return the schema of ``knock``, as it is once the levels of an inventory are merged."""
    return {"$schema": _DRAFT, "$id": _urn("intent"), **_plain(intent_schema())}


def inventory() -> Schema:
    """Return the schema of hosts.yaml and groups.yaml, for editors.

    Each level says a part of the intent; null unsets what a level further away says.
    """
    knock = _plain(intent_schema())
    named = knock.pop("$defs")
    for part in (knock, *(part for part in named.values() if "properties" in part)):
        part.pop("required", None)
        part["properties"] = {
            key: {"anyOf": [value, {"type": "null"}]} for key, value in part["properties"].items()
        }
    data = {"type": "object", "properties": {"knock": knock}}
    return {
        "$schema": _DRAFT,
        "$id": _urn("inventory"),
        "title": "Hosts or groups of a Nornir inventory, with the knock of each",
        "type": "object",
        "additionalProperties": {"type": "object", "properties": {"data": data}},
        "$defs": named,
    }


def to_json(schema: Schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, indent=2) + "\n"


def all_schemas() -> dict[str, Schema]:
    """Return every schema by the name of its file."""
    documents = {command: schema(command) for command in HOSTS}
    found = {**documents, "intent": intent(), "inventory": inventory()}
    return {f"{name}.json": one for name, one in found.items()}


def _urn(name: str) -> str:
    return f"urn:knockdeploy:{name}:1"


def _plain(schema: Schema) -> Schema:
    """Return a model's schema with the first sentence of each description: the rest is for us."""
    for part in (schema, *schema.get("$defs", {}).values()):
        part["description"] = part.get("description", "").partition("\n")[0]
    return schema


if __name__ == "__main__":
    for name, one in all_schemas().items():
        (FOLDER / name).write_text(to_json(one), encoding="ascii")
