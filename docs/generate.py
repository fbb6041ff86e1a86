"""Write the parts of the pages that follow from the code: ``make docs``.

In a page such a part stands between ``<!-- NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import knockdeploy.cli.main  # noqa: F401  # registers the commands
from docs.engines import engines
from docs.examples import EXAMPLE, LEVELS, REMEDIES, SETTINGS
from knockdeploy.cli.arguments.app import app
from knockdeploy.compliance.rules import RULES
from knockdeploy.errors import RouterError
from knockdeploy.intent import Intent, intent_from, intent_schema
from knockdeploy.inventory import Settings, load
from knockdeploy.recipe.platforms import unsupported
from knockdeploy.report.shapes import HOSTS, keys, schema, statuses

FOLDER: Final = Path(__file__).parent
_PART: Final = re.compile(r"(<!-- (\w+) -->\n)(?:.*?\n)??(<!-- end -->)", re.DOTALL)
_NOT_YET: Final = " (not yet)"
_REFERENCE: Final = "^(env|file|command):"
_KINDS: Final = {
    "array": "list",
    "boolean": "true or false",
    "integer": "number",
    "object": "mapping",
    "string": "text",
}


def merging() -> str:
    """Return the worked example, with what knockdeploy makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in LEVELS.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        (intent,) = load(Path(folder) / "config.yaml").intents.values()
    assert intent  # noqa: S101  # it has all it needs
    found: dict[str, object] = {
        "ports": [knock.port for knock in intent.ports],
        "services": [str(service) for service in intent.services],
        "interface": list(intent.interface),
        "window_seconds": intent.window_seconds,
        "management_sources": [str(source) for source in intent.management_sources],
        "names": {key: getattr(intent.names, key) for key in ("acl", "applet", "knock_group")},
    }
    files = "".join(f"```yaml\n# {name}\n{text}```\n\n" for name, text in LEVELS.items())
    result = "".join(f"{key}: {_yaml(value)}\n" for key, value in found.items())
    said = "Then `branch-17` has, beside the other keys at their defaults:"
    return f"{files}{said}\n\n```yaml\n{result}```"


def _yaml(value: object) -> str:
    """Return a value in YAML's flow style, as short as one writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(item) for item in value) + "]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9.~][\w./-]*", value):
        return value
    return json.dumps(value)


def _kind(key: str, shape: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    """Return what a value may be, in words."""
    shape = {**named.get(str(shape.get("$ref")).rpartition("/")[2], {}), **shape}
    if "anyOf" in shape:
        kinds = [_kind(key, one, named) for one in shape["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in shape:
        return ", ".join(f"`{word}`{_when(key, word)}" for word in shape["enum"])
    limits = (
        ("maximum", "{minimum} to {maximum}"),
        ("maxLength", "a word, at most {maxLength} characters"),
        ("format", "address"),
    )
    for limit, words in limits:
        if limit in shape:
            return words.format_map(shape)
    return "reference" if shape.get("pattern") == _REFERENCE else _KINDS[shape["type"]]


def _when(key: str, word: str) -> str:
    """Tell whether this version serves a router with such a value; settings are all served."""
    if key not in Intent.model_fields:
        return ""
    wanted = {k: EXAMPLE[k] for k in ("ports", "services", "interface", "management_sources")}
    return _NOT_YET if unsupported(intent_from({**wanted, key: word}), "ios") else ""


_DEFAULTS: Final = {"None": "none", "[]": "none", "{}": "none", "": "in `state_dir`"}


def _table(model: Mapping[str, Any], examples: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    """Return the table of the keys of a model; ``named`` are the models within it."""
    rows = [("key", "type", "default", "means", "example"), ("---",) * 5]
    for key, shape in model["properties"].items():
        within = named.get(str(shape.get("$ref")).rpartition("/")[2], {})
        inner = "properties" in within
        default = _DEFAULTS.get(str(shape.get("default", "")), f"`{_yaml(shape.get('default'))}`")
        if key in model.get("required", ()):
            default = "**required**"
        rows.append(
            (
                f"`{key}`",
                _kind(key, shape, named),
                "below" if inner else default,
                shape.get("description", within.get("description")),
                f"`{_yaml(examples[key])}`",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def errors(root: type[RouterError] = RouterError) -> Iterator[type[RouterError]]:
    """Yield the failures of a router, the more general ones first."""
    for error in root.__subclasses__():
        yield error
        yield from errors(error)


def kinds() -> str:
    """Return the table of error kinds."""
    rows = ["| kind | what happened | what to do |", "|---|---|---|"]
    general: dict[str, type[RouterError]] = {}
    for error in errors():
        general.setdefault(error.kind, error)
    for kind, error in general.items():
        happened = (error.__doc__ or "").partition("\n")[0]
        remedy = REMEDIES.get(kind, error.hint)
        stop = "" if remedy.endswith("?") else "."
        rows.append(f"| `{kind}` | {happened} | {remedy[0].upper()}{remedy[1:]}{stop} |")
    return "\n".join(rows)


def _rules(*, is_ours: bool) -> str:
    """Return the table of the rules about what was deployed, or of the others."""
    rules = (each for each in RULES.values() if each.is_ours is is_ours)
    rows = [f"| `{r.id}` | {r.severity} | {r.sentence} | {r.reason} | {r.fix} |" for r in rules]
    head = ["| rule | severity | finds | why it matters | fix |", "|---|---|---|---|---|"]
    return "\n".join((*head, *rows))


def _commands() -> set[str]:
    """Return the commands there are by now."""
    commands = {str(each.name) for each in app.registered_commands}
    return commands | {str(each.name) for each in app.registered_groups}


def documents() -> str:
    """Return the table of what each command's document has."""
    rows = ["| command | status of a host | beside `status` and `error` |", "|---|---|---|"]
    for command, kinds in HOSTS.items():
        if command not in _commands():
            continue
        rows += [
            _row(command, ", ".join(statuses(kind)), keys(kind))
            for kind in kinds
            if "unmanaged" not in statuses(kind)  # which is in every command
        ]
        if more := sorted(set(schema(command)["properties"]) - _COMMON):
            rows.append(_row(command, "the document itself", more))
    return "\n".join(rows)


def _row(command: str, status: str, keys: Iterable[str]) -> str:
    return f"| `{command}` | {status} | {', '.join(f'`{key}`' for key in keys)} |"


_COMMON: Final = {"schema", "run", "summary", "hosts", "errors"}
_KNOCK: Final = intent_schema()
_NAMES: Final = _KNOCK["$defs"]["Names"]
_NAME_EXAMPLES: Final = {key: f"{part['default']}_2" for key, part in _NAMES["properties"].items()}
_SETTINGS: Final = Settings.model_json_schema()
PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "knock_keys": partial(_table, _KNOCK, EXAMPLE, _KNOCK["$defs"]),
    "names": partial(_table, _NAMES, _NAME_EXAMPLES, {}),
    "settings": partial(_table, _SETTINGS, SETTINGS, _SETTINGS["$defs"]),
    "rollout": partial(_table, _SETTINGS["$defs"]["RolloutSettings"], SETTINGS["rollout"], {}),
    "device": partial(_table, _SETTINGS["$defs"]["Device"], SETTINGS["device"], {}),
    "merging": merging,
    "kinds": kinds,
    "documents": documents,
    "our_rules": partial(_rules, is_ours=True),
    "other_rules": partial(_rules, is_ours=False),
    "engines": partial(engines, "ios"),
    "iosxe": partial(engines, "iosxe"),
}
"""What makes each part, by its name in the pages."""


def written(page: str) -> str:
    """Return a page with its generated parts as the code has them now."""
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", page)


if __name__ == "__main__":
    for path in FOLDER.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(written(text), encoding="utf-8")
