"""What --json prints, held against the schemas that ship."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from knockdeploy.report.shapes import FOLDER


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / f"{name}.json").read_text()))


def validated(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document that is as its schema says, its summary as its hosts say."""
    validator(document["schema"].split("/")[1]).validate(document)
    statuses = [host["status"] for host in document["hosts"].values()]
    assert document["summary"] == {status: statuses.count(status) for status in statuses}
    return document
