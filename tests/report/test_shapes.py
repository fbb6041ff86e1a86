"""The schemas that ship: valid, strict, as their table, and one for every command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.main import get_command
from validating import validator

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.main import GROUPS
from knockdeploy.command import Command
from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import Mistake, UnreachableError
from knockdeploy.report.change import DeployOutcome, PlanOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.document import document
from knockdeploy.report.outcome import UNMANAGED, Failure, Outcome
from knockdeploy.report.shapes import FOLDER, HOSTS, all_schemas, to_json
from knockdeploy.secrets import Redactor
from knockdeploy.store.planfile import Planned

RUN = "20260102T030405Z-0aF9".lower().replace("t", "T").replace("z", "Z")


def test_files_are_as_the_table_has_them() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(all_schemas()), "make schemas"
    for name, schema in all_schemas().items():
        assert (FOLDER / name).read_text() == to_json(schema), "make schemas"
        Draft202012Validator.check_schema(schema)


def test_every_command_has_one() -> None:
    assert GROUPS
    commands = set(vars(get_command(app))["commands"])
    assert commands <= set(HOSTS), "a command without its schema"


def with_host(command: str, outcome: Outcome) -> dict[str, Any]:
    return json.loads(json.dumps(document(command, RUN, {"r1": outcome})))  # type: ignore[no-any-return]


FINDING = Finding("applet", "error", "is missing", "event manager applet E", ())


def test_documents_of_hosts() -> None:
    check = validator("check")
    error = Failure.of(UnreachableError("no answer"))
    check.validate(with_host("check", CheckOutcome("failed", error=error)))
    check.validate(with_host("check", CheckOutcome("drifted", (FINDING,))))
    check.validate(with_host("check", UNMANAGED))
    check.validate(json.loads(json.dumps(document("check", RUN, {}, (Mistake("wrong"),)))))


def test_what_a_router_to_which_nothing_was_done_says() -> None:
    """Design §2: a document has every key, whatever became of the host."""
    failed, skipped = DeployOutcome("failed").to_json(), PlanOutcome("skipped").to_json()
    untouched: dict[str, object] = {
        "diff": "",
        "warnings": [],
        "proof": None,
        "saved": False,
        "seconds": 0.0,
    }
    assert failed == {"status": "failed", **untouched, "state": "before", "error": None}
    assert next(iter(failed)) == "status"
    assert list(failed)[-1] == "error"
    nothing: dict[str, list[str]] = {"commands": [], "undo": [], "warnings": []}
    assert skipped == {"status": "skipped", "diff": "", **nothing, "error": None}


def test_no_document_has_what_a_deployment_is_held_to() -> None:
    commands = (Command("permit udp any any eq 46543"),)
    planned = Planned("intent", "running", "positions", commands, "1 line")
    outcome = PlanOutcome("changed", opens=("22/tcp",), planned=planned)
    assert outcome.summary == "1 line"
    assert not {"planned", "opens"} & set(outcome.to_json())
    assert "46543" not in str(outcome.to_json())
    assert "46543" not in repr(outcome)


@pytest.mark.parametrize(
    ("status", "more"),
    [
        ("deployed", {"findings": []}),
        ("compliant", {}),
        ("compliant", {"findings": [], "more": 1}),
        ("compliant", {"findings": [{"rule": "applet"}]}),
        ("drifted", {"findings": [{**asdict(FINDING), "severity": "bad"}]}),
        ("unmanaged", {"findings": []}),
    ],
)
def test_what_is_not_in_the_contract_is_refused(status: str, more: dict[str, object]) -> None:
    good = with_host("check", UNMANAGED)
    good["summary"] = {status: 1}
    good["hosts"]["r1"] = {"status": status, **more, "error": None}
    assert not validator("check").is_valid(good)


def test_the_document_itself_takes_no_other_key() -> None:
    good = with_host("check", UNMANAGED)
    assert not validator("check").is_valid({**good, "more": 1})
    assert not validator("check").is_valid({**good, "schema": "knockdeploy/plan/1"})
    assert not validator("check").is_valid({k: v for k, v in good.items() if k != "errors"})


def closed_words(shape: object) -> Iterator[tuple[str, str]]:
    """Yield the keys for which a schema lists all values there can be, with each value."""
    if isinstance(shape, dict):
        for key, values in shape.get("properties", {}).items():
            told = values.get("enum", [values.get("const")])
            yield from ((key, word) for word in told if isinstance(word, str))
        shape = list(shape.values())
    if isinstance(shape, list):
        for part in shape:
            yield from closed_words(part)


def test_a_password_that_is_a_word_of_a_document_leaves_it_readable() -> None:
    schemas = all_schemas()
    words = {pair for command in HOSTS for pair in closed_words(schemas[f"{command}.json"])}
    assert {("status", "failed"), ("knock", "wrong"), ("kind", "reverted")} <= words
    for key, word in words:
        assert Redactor([word]).data({key: word, "message": word}) == {
            key: word,
            "message": "<secret>" if len(word) >= 4 else word,
        }
