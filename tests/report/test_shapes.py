"""The schemas that ship: valid, strict, as their table, and one for every command."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.main import get_command
from validating import validator

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.main import GROUPS
from knockdeploy.errors import Mistake, UnreachableError
from knockdeploy.report.document import document, new_run
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.report.shapes import FOLDER, HOSTS, all_schemas, to_json

RUN = "20260102T030405Z-0aF9".lower().replace("t", "T").replace("z", "Z")


def test_files_are_as_the_table_has_them() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(all_schemas()), "make schemas"
    for name, schema in all_schemas().items():
        assert (FOLDER / name).read_text() == to_json(schema), "make schemas"
        Draft202012Validator.check_schema(schema)


def test_names_of_runs_sort_as_they_began() -> None:
    names = []
    for _ in range(20):
        names.append(new_run())
        time.sleep(0.00002)  # longer than the last digit of a name
    assert names == sorted(names)


def test_every_command_has_one() -> None:
    assert GROUPS
    commands = set(vars(get_command(app))["commands"])
    assert commands <= set(HOSTS), "a command without its schema"


def with_host(command: str, outcome: Outcome) -> dict[str, Any]:
    return json.loads(json.dumps(document(command, RUN, {"r1": outcome})))  # type: ignore[no-any-return]


def test_documents_of_hosts() -> None:
    check = validator("check")
    error = UnreachableError("no answer")
    good = with_host("check", Outcome("failed", {"findings": []}, error))
    check.validate(good)
    check.validate(with_host("check", UNMANAGED))
    check.validate(json.loads(json.dumps(document("check", RUN, {}, (Mistake("wrong"),)))))


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome("deployed", {"findings": []}),
        Outcome("compliant"),
        Outcome("compliant", {"findings": [], "more": 1}),
        Outcome("compliant", {"findings": [{"rule": "applet"}]}),
        Outcome("unmanaged", {"findings": []}),
    ],
)
def test_what_is_not_in_the_contract_is_refused(outcome: Outcome) -> None:
    assert not validator("check").is_valid(with_host("check", outcome))


def test_the_document_itself_takes_no_other_key() -> None:
    good = with_host("check", UNMANAGED)
    assert not validator("check").is_valid({**good, "more": 1})
    assert not validator("check").is_valid({**good, "schema": "knockdeploy/plan/1"})
    assert not validator("check").is_valid({k: v for k, v in good.items() if k != "errors"})
