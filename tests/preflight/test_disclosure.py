"""What gives a knock away, from the facts: ios-facts §1.1, §9, iosxe-facts (notify syslog)."""

from __future__ import annotations

import pytest

from knockdeploy.compliance.disclosure import log_servers
from knockdeploy.compliance.facts import Router
from knockdeploy.ios.parse import parse
from knockdeploy.recipe.platforms import recipe_for

from .test_checks import AAA, found, intent, rules

QUIET = "no logging console\n"
LOGGER = ("archive\n", "archive\n log config\n  logging enable\n  notify syslog\n")
WARNED = ("log-server", "warning")


def logs(text: str) -> tuple[str, str]:
    return (QUIET, f"{QUIET}{text}\n")


def test_closed_ports_that_answer_show_the_ones_that_do_not() -> None:
    (finding,) = found(("no ip unreachables", "ip nat enable"))
    assert (finding.rule, finding.severity) == ("unreachables", "warning")
    assert finding.line == "interface GigabitEthernet0/0"
    assert "`no ip unreachables`" in finding.message
    assert found(("no ip unreachables", "ip nat enable\n shutdown")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "logging host 10.9.9.9",
        "logging 10.9.9.9",
        "logging host logs.example.net vrf MGMT transport udp port 5140",
        "logging trap debugging\nlogging host 10.9.9.9",
        "logging trap 6\nlogging host 10.9.9.9",
        "logging discriminator D severity drops 7\nlogging host 10.9.9.9 discriminator D",
        "logging host 10.9.9.8 transport tls profile P\nlogging host 10.9.9.9",
    ],
)
def test_knocks_go_to_a_log_server(text: str) -> None:
    """%CP-6-UDP has severity 6, which servers are told by default."""
    (finding,) = found(logs(text))
    assert (finding.rule, finding.severity) == WARNED
    assert "`logging trap notifications`" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "logging trap notifications\nlogging host 10.9.9.9",
        "logging trap 4\nlogging host 10.9.9.9",
        "no logging trap\nlogging host 10.9.9.9",
        "logging host 10.9.9.9 transport tls profile P",
        "logging discriminator D facility drops CP\nlogging host 10.9.9.9 discriminator D",
        "logging source-interface Loopback0\nlogging buffered 16384",
    ],
)
def test_no_knock_goes_to_a_log_server(text: str) -> None:
    assert found(logs(text)) == ()


@pytest.mark.parametrize(
    ("drops", "is_told"), [("CP", True), ("FMANFP", True), ("SEC", True), ("SEC|FMANFP", False)]
)
def test_ios_xe_tells_a_knock_by_other_facilities(drops: str, is_told: bool) -> None:
    """Iosxe-facts §1a: %FMANFP-6-IPACCESSLOGP, or %SEC-6-IPACCESSLOGP."""
    text = f"logging discriminator D facility drops {drops}\nlogging host 10.9.9.9 discriminator D"
    router = Router(parse(text), recipe=recipe_for(intent(), "iosxe"))
    each = tuple(log_servers(router, intent()))
    assert rules(each) == ([WARNED] if is_told else [])
    assert all("`facility drops FMANFP|SEC`" in one.message for one in each)


@pytest.mark.parametrize(
    ("trap", "expected"),
    [("informational", [WARNED, WARNED]), ("notifications", [WARNED]), ("warnings", [])],
)
def test_lines_that_are_typed_go_to_a_log_server(
    trap: str, expected: list[tuple[str, str]]
) -> None:
    """%PARSER-5-CFGLOG_LOGGEDCMD has the line."""
    text = f"logging trap {trap}\nlogging host 10.9.9.9"
    assert rules(found(logs(text), LOGGER)) == expected


@pytest.mark.parametrize("lines", ["logging enable", "notify syslog"])
def test_lines_that_are_typed_go_nowhere_unless_they_are_logged_and_told(lines: str) -> None:
    logger = ("archive\n", f"archive\n log config\n  {lines}\n")
    assert found(logs("logging trap notifications\nlogging host 10.9.9.9"), logger) == ()


@pytest.mark.parametrize("block", ["{}", "{}\n action-type start-stop\n group tacacs+"])
def test_an_aaa_server_gets_each_line(block: str) -> None:
    line = "aaa accounting commands 15 default"
    line += "" if "\n" in block else " start-stop group tacacs+"
    findings = found((AAA, f"{AAA}\n{block.format(line)}"))
    assert rules(findings) == [("accounting", "warning")]
    assert findings[0].line == line


@pytest.mark.parametrize(
    "line",
    ["aaa accounting commands 15 default none",
     "aaa accounting commands 15 default\n action-type none",
     "aaa accounting commands 1 default none",
     "aaa accounting exec default start-stop group tacacs+"],
)  # fmt: skip
def test_an_aaa_server_gets_no_line(line: str) -> None:
    assert found((AAA, f"{AAA}\n{line}")) == ()


@pytest.mark.parametrize("scheme", ["tftp", "ftp", "http", "rcp"])
def test_an_archive_on_a_server_has_the_ports(scheme: str) -> None:
    path = f" path {scheme}://backup:Plain0ld@10.9.9.9/$h\n"
    findings = [each for each in found((" path flash:archive\n", path)) if each.rule == "archive"]
    assert rules(tuple(findings)) == [("archive", "warning")]
    assert "Plain0ld" not in findings[0].line + findings[0].message
