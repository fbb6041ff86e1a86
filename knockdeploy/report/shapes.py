"""The shape of every document that --json prints, as JSON Schemas (draft 2020-12).

``python -m knockdeploy.report.shapes`` writes them to the files that ship beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from knockdeploy.errors import RouterError, State
from knockdeploy.intent import intent_schema

Schema = dict[str, Any]
FOLDER: Final = Path(__file__).parent / "schemas"
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def _text(description: str = "") -> Schema:
    return {"type": "string"} | ({"description": description} if description else {})


def _one_of(words: tuple[str, ...]) -> Schema:
    return {"enum": list(words)}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _mapping(properties: Schema, optional: Schema | None = None) -> Schema:
    """Return the shape of a mapping with these keys, perhaps the optional ones, and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties | (optional or {}),
    }


def _kinds(error: type[RouterError] = RouterError) -> Iterator[str]:
    yield error.kind
    for kind in error.__subclasses__():
        yield from _kinds(kind)


_TEXT: Final = _text()
_PORT: Final = {"type": "integer", "minimum": 1, "maximum": 65535}
_FLAG: Final = {"type": "boolean"}
_LINES: Final = _list(
    _mapping({"line": _TEXT, "parents": _list(_TEXT), "phase": _one_of(("arm", "open", "close"))})
)
_FINDINGS: Final = {
    "findings": _list(
        _mapping(
            {
                "rule": _TEXT,
                "severity": _one_of(("error", "warning", "info")),
                "message": _TEXT,
                "line": _text("The line of configuration it is about, or empty."),
                "parents": _list(_TEXT),
            }
        )
    )
}
_SEEN: Final = _mapping(
    {
        "phase": _one_of(("open", "close")),
        "knock": _one_of(("none", "wrong", "right")),
        "entry": _maybe(_text("The source of a temporary entry.")),
        "service": _maybe(_TEXT),
        "answer": _maybe(_TEXT),
    }
)
_PROOF: Final = _mapping({"level": _TEXT, "source": _maybe(_TEXT), "seen": _list(_SEEN)})
_CHANGE: Final = {
    "diff": _text("What differs, knock ports masked."),
    "warnings": _list(_TEXT),
    "proof": _maybe(_PROOF),
    "saved": _FLAG,
    "state": _one_of(tuple(State)) | {"description": "What the router is like now."},
    "seconds": {"type": "number", "minimum": 0},
}
_NOT_DONE: Final = ("failed", "skipped")  # skipped: Ctrl-C came first, or somebody is at work
_CHANGED: Final = ("rolled-back", *_NOT_DONE)
_SCENARIO: Final = _mapping({"name": _TEXT, "expected": _TEXT, "seen": _TEXT})
_STEP: Final = _mapping({"name": _TEXT, "ok": _FLAG, "seen": _TEXT})

_EVENTS: Final = {"events": _list(_mapping({"time": _TEXT, "event": _TEXT}))}
_COUNTS: Final = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
_WHERE: Final = {"service": _maybe(_TEXT), "address": _maybe(_TEXT), "port": _maybe(_PORT)}
_UNMANAGED: Final[tuple[tuple[str, ...], Schema]] = (("unmanaged",), {})

# For each command what a host's object can be: its statuses, and the keys beside status and error.
HOSTS: Final[Mapping[str, tuple[tuple[tuple[str, ...], Schema], ...]]] = {
    "init": ((("written",), {"path": _text("The file of the example host.")}),),
    "ports": ((("written", "kept"), {"path": _maybe(_TEXT)}), _UNMANAGED),
    "lint": ((("ok", "warned"), _FINDINGS), _UNMANAGED),
    "render": (
        (("rendered", *_NOT_DONE), {"text": _text("Shows secrets.")}),
        (("rendered",), {"path": _TEXT}),
        _UNMANAGED,
    ),
    "preflight": ((("ready", "refused", *_NOT_DONE), _FINDINGS), _UNMANAGED),
    "plan": (
        (
            ("changed", "unchanged", *_NOT_DONE),
            {"diff": _TEXT, "commands": _LINES, "undo": _LINES, "warnings": _list(_TEXT)},
        ),
        _UNMANAGED,
    ),
    "deploy": ((("deployed", "unchanged", *_CHANGED), _CHANGE), _UNMANAGED),
    "remove": ((("removed", "unchanged", *_CHANGED), _CHANGE), _UNMANAGED),
    "rollback": ((("deployed", "unchanged", *_CHANGED), _CHANGE), _UNMANAGED),
    "check": ((("compliant", "drifted", *_NOT_DONE), _FINDINGS), _UNMANAGED),
    "prove": (
        (
            ("proved", "misbehaved", "unreached", *_NOT_DONE),
            {"proof": _maybe(_PROOF), "scenarios": _list(_SCENARIO), "warnings": _list(_TEXT)},
        ),
        _UNMANAGED,
    ),
    "knock": (
        (("open", "shut", "sent", "failed"), _WHERE),
        (("printed",), {**_WHERE, "command": _text("What would be knocked. Shows secrets.")}),
        _UNMANAGED,
    ),
    "client": (
        (("rendered",), {"text": _text("Shows secrets.")}),
        (("rendered",), {"path": _TEXT}),
        (("failed",), _WHERE),
        _UNMANAGED,
    ),
    "history": (),
    "show": (
        (("deployed", "removed", "unchanged", *_CHANGED), _CHANGE | _EVENTS),
        (("unfinished",), {"seen": _text("How far it came."), **_EVENTS}),
        (("unmanaged",), _EVENTS),
        (("kept",), {"running": _TEXT, "startup": _TEXT}),
    ),
    "lab": ((("up",), {"address": _TEXT, "port": _PORT}),),
    "demo": ((("done", "failed"), {"steps": _list(_STEP)}),),
    "knockdeploy": (),
}

# Keys that a document has beside those of all, unless the command failed as a whole.
_MORE: Final[Mapping[str, Schema]] = {
    "history": {
        "runs": _list(
            _mapping(
                {
                    "run": _TEXT,
                    "command": _TEXT,
                    "started": _TEXT,
                    "who": _TEXT,
                    "summary": _COUNTS,
                }
            )
        )
    },
    "show": {
        "about": _mapping({"command": _TEXT, "started": _TEXT, "who": _TEXT, "hosts": _list(_TEXT)})
    },
}

_MISTAKE: Final = _mapping(
    {
        "message": _TEXT,
        "hint": _TEXT,
        "file": _maybe(_TEXT),
        "host": _maybe(_TEXT),
        "key": _maybe(_TEXT),
    }
)


def schema(command: str) -> Schema:
    """Return the schema of what ``command --json`` prints.

    ``knockdeploy`` is the document of words that are no command.
    """
    kinds = tuple(dict.fromkeys(_kinds()))
    error = _maybe(_mapping({"kind": _one_of(kinds), "message": _TEXT, "hint": _TEXT}))
    hosts = [
        _mapping({"status": _one_of(statuses), **details, "error": error})
        for statuses, details in HOSTS[command]
    ]
    named = tuple(dict.fromkeys(word for words, _ in HOSTS[command] for word in words))
    document = {
        "schema": {"const": f"knockdeploy/{command}/1"},
        "run": {"type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}$"},
        "summary": _COUNTS
        | {"description": "How many hosts have which status.", "propertyNames": _one_of(named)},
        "hosts": {"type": "object", "additionalProperties": {"anyOf": hosts} if hosts else False},
        "errors": _list(_MISTAKE) | {"description": "Why no host has an outcome."},
    }
    title = f"What knockdeploy {command} --json prints"
    shape = _mapping(document, _MORE.get(command))
    return {"$schema": _DRAFT, "$id": _urn(command), "title": title, **shape}


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
        part["properties"] = {key: _maybe(value) for key, value in part["properties"].items()}
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
