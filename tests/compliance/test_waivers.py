"""What was agreed: it keeps a finding from failing a check, no longer and no further."""

from __future__ import annotations

import datetime

import pytest
from intents import an_intent

from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.waiving import waived
from knockdeploy.errors import InputError
from knockdeploy.intent import Intent
from knockdeploy.report.check_outcomes import CheckOutcome

SENT = Finding("log-server", "warning", "each knock goes there", "logging host 10.0.0.9", ())
OPEN = Finding("exposed", "error", "22/tcp from anywhere")
UNTIL = datetime.date(2027, 3, 31)


def intent(*waivers: object) -> Intent:
    return an_intent(waivers=list(waivers))


def of(rule: str, until: object = "2027-03-31") -> dict[str, object]:
    return {"rule": rule, "reason": "our own network", "until": until}


def judged(*waivers: object, today: datetime.date = UNTIL) -> list[tuple[str, str]]:
    found = waived((SENT, OPEN), intent(*waivers).waivers, today)
    return [(each.rule, each.severity) for each in found]


def test_finding_under_a_waiver_is_listed_and_fails_nothing() -> None:
    assert judged(of("log-server")) == [("log-server", "info"), ("exposed", "error")]
    (first, *_) = waived((SENT,), intent(of("log-server", UNTIL)).waivers, UNTIL)
    assert first.message == "each knock goes there (waived until 2027-03-31: our own network)"
    assert first.line == SENT.line
    assert first.lasting == SENT


def test_a_document_has_nothing_more_of_a_finding_under_a_waiver() -> None:
    (first, *_) = waived((SENT,), intent(of("log-server")).waivers, UNTIL)
    (told,) = CheckOutcome("compliant", (first,)).to_json()["findings"]
    assert set(told) == {"rule", "severity", "message", "line", "parents"}


def test_waiver_that_has_expired_fails_by_itself() -> None:
    day_after = UNTIL + datetime.timedelta(days=1)
    assert judged(of("log-server"), today=day_after) == [
        ("log-server", "warning"), ("exposed", "error"), ("waiver-expired", "warning"),
    ]  # fmt: skip
    (alone,) = waived((), intent(of("cef")).waivers, day_after)
    assert "the waiver of cef expired on 2027-03-31" in alone.message


def test_waiver_of_no_rule_is_told() -> None:
    assert judged(of("log-sever"))[-1] == ("waiver-unknown", "warning")


@pytest.mark.parametrize(
    ("waiver", "says"),
    [
        ("log-server", "a waiver has rule, reason and until"),
        ({"rule": "log-server"}, "a waiver has rule, reason and until"),
        (of("log-server", "soon"), "'soon' is not a date"),
        (of("", "2027-03-31"), "'' is not valid as rule"),
    ],
)
def test_mistake_in_a_waiver_gets_a_sentence(waiver: object, says: str) -> None:
    with pytest.raises(InputError) as raised:
        intent(waiver)
    (mistake,) = raised.value.mistakes
    assert mistake.key == "knock.waivers"
    assert says in mistake.message
