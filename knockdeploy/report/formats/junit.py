"""JUnit's XML, for CI: a router is a test case, one that could not be measured an error."""

from __future__ import annotations

from typing import Final

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from junitparser.junitparser import FinalResult

from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.outcome import Outcome

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def text(check: FleetCheck) -> str:
    """Return one test suite with a test case for each host."""
    suite = TestSuite("knockdeploy check")
    suite.timestamp = f"{check.began:%Y-%m-%dT%H:%M:%S}"
    suite.add_property("run", check.run)
    for name, outcome in check.hosts.items():
        suite.add_testcase(_case(name, outcome))
    suite.update_statistics()  # type: ignore[no-untyped-call]
    whole = JUnitXml()
    whole.add_testsuite(suite)
    # What Jenkins' schema has for all suites: how many were skipped is not among it.
    whole.tests, whole.failures, whole.errors = suite.tests, suite.failures, suite.errors
    data: bytes = whole.tostring()  # type: ignore[no-untyped-call]
    return f"{_DECLARATION}\n{data.decode()}\n"


def _case(name: str, outcome: Outcome) -> TestCase:
    case = TestCase(name, classname="knockdeploy.check")
    case.time = 0.0
    if result := _result(outcome):
        case.result = [result]
    if outcome.status == "compliant" and isinstance(outcome, CheckOutcome) and outcome.findings:
        case.system_out = "\n".join(map(str, outcome.findings))
    return case


def _result(outcome: Outcome) -> FinalResult | None:
    """Return why a test case has not passed."""
    if outcome.status == "compliant":
        return None
    if outcome.status == "unmanaged":
        return Skipped("unmanaged: it has no intent")
    if outcome.status == "drifted" and isinstance(outcome, CheckOutcome):
        findings = list(map(str, outcome.findings))
        drifted = Failure(f"not compliant: {len(findings)} findings", "drifted")
        drifted.text = "\n".join(findings)
        return drifted
    return Error(f"not measured: {outcome.error or outcome.status}", outcome.status)
