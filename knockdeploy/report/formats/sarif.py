"""SARIF 2.1.0, for code scanning: findings are results, what kept us from looking is not one.

A router that could not be measured is a notification of an invocation that was not successful.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from knockdeploy import __version__
from knockdeploy.compliance.findings import Finding
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.outcome import Failure, exit_status

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_NO_RESULTS: Final = '"results": []'
_INDENT: Final = "\n" + 6 * " "
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}


def pieces(check: FleetCheck) -> Iterator[str]:
    """Yield a log with one run; its artifacts are the hosts by their names."""
    rules = sorted({finding.rule for _, finding in check.findings})
    run = {
        "tool": {
            "driver": {
                "name": "knockdeploy",
                "version": __version__,
                "rules": [{"id": rule, "name": rule} for rule in rules],
            }
        },
        "automationDetails": {"id": f"knockdeploy/check/{check.run}"},
        "invocations": [
            {
                "executionSuccessful": not check.unmeasured,
                "exitCode": exit_status(check.hosts.values()),
                "startTimeUtc": f"{check.began:%Y-%m-%dT%H:%M:%SZ}",
                "toolExecutionNotifications": [
                    _notification(name, error) for name, error in check.unmeasured.items()
                ],
            }
        ],
        "results": [],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    before, after = json.dumps(log, indent=2).split(_NO_RESULTS)
    yield f'{before}"results": ['
    comma = ""
    for name, outcome in check.measured:
        results = [_result(name, each, rules.index(each.rule)) for each in outcome.findings]
        if results:
            listed = json.dumps(results, indent=2).replace("\n", _INDENT)
            yield f"{comma}{listed.removeprefix('[').removesuffix(f'{_INDENT}]')}"
            comma = ","
    yield f"{_INDENT if comma else ''}]{after}\n"


def _result(name: str, finding: Finding, index: int) -> Mapping[str, Any]:
    lasting = finding.lasting.message
    place = " / ".join(finding.place)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{name}: {': '.join(filter(None, (place, finding.message)))}"},
        "locations": [
            {
                "physicalLocation": _artifact(name),
                "logicalLocations": [{"fullyQualifiedName": " / ".join((name, *finding.place))}],
            }
        ],
        "partialFingerprints": {
            "finding/v1": "\n".join((name, finding.rule, lasting, *finding.place))
        },
    }


def _notification(name: str, error: Failure) -> Mapping[str, Any]:
    return {
        "level": "error",
        "descriptor": {"id": error.kind},
        "message": {"text": f"{name} was not measured: {error}"},
        "locations": [{"physicalLocation": _artifact(name)}],
    }


def _artifact(name: str) -> Mapping[str, Any]:
    return {"artifactLocation": {"uri": quote(name, safe="")}}
