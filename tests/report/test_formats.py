"""What other programs read in a check: by their own parsers, drift never taken for silence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from prometheus_client.parser import text_string_to_metric_families
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif
from validating import validated

from knockdeploy.compliance.findings import Finding, Waived
from knockdeploy.errors import LockedError, UnreachableError
from knockdeploy.octets import readable, tamed, text_of
from knockdeploy.report import formats
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.formats import nagios
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.report.outcome import Failure as Cause

RUN = "20260102T030405Z-0af9"
BEGAN_S = 1767323045  # date -u -d 2026-01-02T03:04:05Z +%s
ACL = ("ip access-list extended ACL_WAN",)
HOLE = Finding("access-list", "error", "does not belong there", "5 permit tcp any any eq 22", ACL)
UNSAVED = Finding("startup-config", "warning", "is not saved")
NOTE = Finding("saved", "info", 'has no "end": <is> it & whole?')
SILENT = Cause.of(UnreachableError("no answer"))

COMPLIANT = CheckOutcome("compliant", (NOTE,))
DRIFTED = CheckOutcome("drifted", (HOLE, UNSAVED))
WARNED = CheckOutcome("drifted", (UNSAVED,))
FAILED = CheckOutcome("failed", error=SILENT)
LOCKED = CheckOutcome("skipped", error=Cause.of(LockedError("a change waits")))
FLEET: dict[str, Outcome] = {
    "good": COMPLIANT,
    "bad": DRIFTED,
    "silent": FAILED,
    "busy": LOCKED,
    "other": UNMANAGED,
}


def checked(**hosts: Outcome) -> FleetCheck:
    return FleetCheck.of(RUN, hosts, str)


def test_every_format_is_made_of_nobody_too() -> None:
    for name in formats.FORMATS:
        assert formats.text_of(name, checked())


def test_the_document_is_that_of_json() -> None:
    document = validated(json.loads(formats.text_of("json", checked(**FLEET))))
    assert document["summary"] == dict.fromkeys(
        ("compliant", "drifted", "failed", "skipped", "unmanaged"), 1
    )


def cases(check: FleetCheck) -> tuple[TestSuite, dict[str | None, TestCase]]:
    """Return a check as JUnit's readers have it; and again as they write it."""
    read = JUnitXml.fromstring(formats.text_of("junit", check).encode())
    read = JUnitXml.fromstring(read.tostring())  # type: ignore[no-untyped-call]
    (suite,) = read
    assert isinstance(suite, TestSuite)
    return suite, {case.name: case for case in suite}


def test_junit_has_drift_as_failure_and_silence_as_error() -> None:
    suite, found = cases(checked(**FLEET))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 2, 1)
    kinds = {name: [type(each) for each in case.result] for name, case in found.items()}
    assert kinds == {
        "good": [],
        "bad": [Failure],
        "silent": [Error],
        "busy": [Error],
        "other": [Skipped],
    }
    (drift,), (silence,) = found["bad"].result, found["silent"].result
    assert drift.text is not None
    assert drift.text.splitlines() == [str(HOLE), str(UNSAVED)]
    assert "[unreachable] no answer" in str(silence.message)
    assert str(NOTE) in str(found["good"].system_out)


# Elements and attributes of junit-10.xsd, the schema by which Jenkins' xUnit plugin reads.
SCHEMA = {
    "testsuites": (("testsuite",), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        ("testsuite", "properties", "testcase", "system-out", "system-err"),
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp",
         "hostname", "id", "package", "file", "log", "url"},
    ),
    "properties": (("property",), set()),
    "property": ((), {"name", "value"}),
    "testcase": (
        ("skipped", "error", "failure", "system-out", "system-err"),
        {"name", "time", "classname", "group"},
    ),
    "skipped": ((), {"type", "message"}),
    "error": ((), {"type", "message"}),
    "failure": ((), {"type", "message"}),
    "system-out": ((), set()),
}  # fmt: skip
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}


def test_junit_has_nothing_that_the_schema_of_jenkins_has_not() -> None:
    root = ElementTree.fromstring(formats.text_of("junit", checked(**FLEET)))  # noqa: S314  # ours
    for element in root.iter():
        children, attributes = SCHEMA[element.tag]
        assert {child.tag for child in element} <= set(children)
        assert REQUIRED.get(element.tag, set()) <= set(element.attrib) <= attributes
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "5", "failures": "1", "errors": "2",
    }  # fmt: skip


def sarif(check: FleetCheck) -> dict[str, Any]:
    """Return the one run, held to the schema of SARIF 2.1.0 and to what its text says (§3)."""
    log = json.loads(formats.text_of("sarif", check))
    Sarif.model_validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "knockdeploy"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for each in (*run["results"], *run["invocations"][0]["toolExecutionNotifications"]):
        assert each["message"]["text"]
        assert each["level"] in {"none", "note", "warning", "error"}
        (place,) = each["locations"]
        assert "/" not in place["physicalLocation"]["artifactLocation"]["uri"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return dict(run)


def test_sarif_has_findings_as_results_and_silence_as_notifications() -> None:
    run = sarif(checked(**FLEET))
    found = {(each["ruleId"], each["level"]) for each in run["results"]}
    assert found == {("access-list", "error"), ("startup-config", "warning"), ("saved", "note")}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 1
    told = {each["descriptor"]["id"] for each in invocation["toolExecutionNotifications"]}
    assert told == {"unreachable", "locked"}


def test_sarif_takes_a_finding_for_the_same_while_it_is_waived() -> None:
    said = f"{HOLE.message} (waived until 2027-03-31: agreed)"
    under = Waived(HOLE.rule, "info", said, HOLE.line, HOLE.parents, original=HOLE)
    (before,) = sarif(checked(bad=CheckOutcome("drifted", (HOLE,))))["results"]
    (waived,) = sarif(checked(bad=CheckOutcome("compliant", (under,))))["results"]
    assert waived["partialFingerprints"] == before["partialFingerprints"]
    assert (waived["level"], said in waived["message"]["text"]) == ("note", True)


def test_sarif_of_drift_alone_was_successful() -> None:
    (invocation,) = sarif(checked(bad=DRIFTED))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 2)


def samples(check: FleetCheck) -> dict[tuple[str, ...], float]:
    text = formats.text_of("prometheus", check)
    return {
        (sample.name.removeprefix("knockdeploy_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_has_no_verdict_on_what_was_not_measured() -> None:
    found = samples(checked(**FLEET))
    assert found["check_timestamp_seconds",] == BEGAN_S
    verdicts = {key[1]: value for key, value in found.items() if key[0] == "router_compliant"}
    assert verdicts == {"good": 1, "bad": 0}
    measured = {key[1]: value for key, value in found.items() if key[0] == "router_measured"}
    assert measured == {"good": 1, "bad": 1, "silent": 0, "busy": 0}
    assert found["router_findings", "bad", "error"] == 1
    assert found["router_findings", "good", "error"] == 0
    assert found["routers", "failed"] == 1
    assert found["rule_findings", "access-list", "error"] == 1
    assert ("router_findings", "silent", "error") not in found


def test_promtool_has_nothing_to_say_of_the_metrics() -> None:
    if not shutil.which("promtool"):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no promtool here")
    text = formats.text_of("prometheus", checked(**FLEET))
    command = ["promtool", "check", "metrics"]
    ran = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        ({"good": COMPLIANT}, nagios.OK),
        ({"good": COMPLIANT, "other": UNMANAGED}, nagios.OK),
        ({"good": COMPLIANT, "warned": WARNED}, nagios.WARNING),
        ({"good": COMPLIANT, "bad": DRIFTED}, nagios.CRITICAL),
        ({"good": COMPLIANT, "silent": FAILED}, nagios.UNKNOWN),
        ({"warned": WARNED, "busy": LOCKED}, nagios.UNKNOWN),
        ({"bad": DRIFTED, "silent": FAILED}, nagios.CRITICAL),
    ],
)
def test_nagios_has_its_own_statuses(hosts: dict[str, Outcome], status: int) -> None:
    check = checked(**hosts)
    assert nagios.status(check) == status
    line = formats.text_of("nagios", check)
    assert line.startswith(f"KNOCK {('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')[status]} - ")
    assert line.count("\n") == 1
    n_bad = sum(each.status == "drifted" for each in hosts.values())
    n_silent = sum(each.error is not None for each in hosts.values())
    assert f"drifted={n_bad} unmeasured={n_silent}" in line


def test_ten_names_are_enough_for_a_line() -> None:
    line = formats.text_of("nagios", checked(**{f"r{2 * k}": DRIFTED for k in range(12)}))
    assert "12 not compliant (r0, " in line
    assert "r18 and 2 more)" in line
    assert "r20" not in line
    many = formats.text_of("nagios", checked(**{f"r{k}": DRIFTED for k in range(12)}))
    assert "12 not compliant (r0..11)" in many


def test_what_a_router_holds_breaks_no_format() -> None:
    """Octets in a remark, XML's and JSON's own signs, a terminal's: all arrive, none acts."""
    line = "remark \x1b[2J caf\udce9 ]]> \u2028 <b>&\"'\\"
    finding = Finding("access-list", "error", "is missing", line, ACL)
    hosts: dict[str, Outcome] = {"r1": CheckOutcome("drifted", (finding,))}
    check = FleetCheck.of(RUN, hosts, lambda text: tamed(readable(text)))
    for name in formats.FORMATS:
        text = formats.text_of(name, check)
        assert "\x1b" not in text
        text.encode()
    seen = "remark \\x1b[2J café ]]> \\u2028 <b>&\"'\\"
    (drift,) = cases(check)[1]["r1"].result
    assert seen in str(drift.text)
    assert seen in sarif(check)["results"][0]["message"]["text"]
    assert samples(check)["router_compliant", "r1"] == 0
    assert text_of(b"caf\xe9") == "caf\udce9"


def test_no_format_has_a_secret_that_is_to_be_hidden() -> None:
    finding = Finding("access-list", "error", "46543 is open", "permit udp any any eq 46543", ACL)
    hosts: dict[str, Outcome] = {
        "r1": CheckOutcome("drifted", (finding,)),
        "r2": CheckOutcome("failed", error=Cause("auth", "46543 was wrong", "not 46543")),
    }
    check = FleetCheck.of(RUN, hosts, lambda text: text.replace("46543", "<knock 1>"))
    for name in formats.FORMATS:
        assert "46543" not in formats.text_of(name, check)
