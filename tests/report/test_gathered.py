"""Findings are gathered where their number says enough, and none is left out."""

from __future__ import annotations

from knockdeploy.compliance.findings import Finding, Waived
from knockdeploy.report.gathered import gathered

ACL = ("ip access-list extended ACL_WAN",)
APPLET = ("event manager applet EEM_Knock",)
MISSING = "is missing"
RECORD = Finding("ownership-record", "warning", MISSING, "event manager environment o", ())


def entries(number: int, message: str = MISSING) -> tuple[Finding, ...]:
    return tuple(
        Finding("access-list", "error", message, f"{at} permit", ACL) for at in range(number)
    )


def test_few_lines_are_said_one_by_one() -> None:
    assert list(gathered(entries(3))) == list(map(str, entries(3)))


def test_many_lines_of_one_section_are_one_line() -> None:
    exposed = Finding("exposed", "error", "22/tcp from anywhere", "5 permit", ACL)
    other = entries(1, "does not belong there")
    assert list(gathered((*other, *entries(7), exposed))) == [
        str(other[0]),
        "error: access-list: ip access-list extended ACL_WAN: 7 lines are missing",
        str(exposed),
    ]


def test_many_lines_under_a_waiver_are_one_line_too() -> None:
    said = f"{MISSING} (waived until 2027-03-31: agreed)"
    under = [Waived(each.rule, "info", said, each.line, ACL, original=each) for each in entries(7)]
    assert list(gathered(under)) == [
        "info: access-list: ip access-list extended ACL_WAN: 7 lines are missing "
        "(waived until 2027-03-31: agreed)"
    ]


def test_a_router_without_record_and_applet_is_not_deployed() -> None:
    applet = Finding("applet", "error", MISSING, APPLET[0], ())
    exposed = Finding("exposed", "error", "22/tcp from anywhere", "5 permit", ACL)
    assert list(gathered((*entries(2), RECORD, applet, exposed))) == [
        "error: not deployed: 4 objects and lines are missing",
        str(exposed),
    ]


def test_a_router_whose_record_is_gone_is_still_a_deployed_one() -> None:
    line = Finding("applet", "error", MISSING, "action 0560 exit", APPLET)
    assert list(gathered((RECORD, line))) == [str(RECORD), str(line)]
