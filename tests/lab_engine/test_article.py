"""The article's own configuration: it does not work as printed (ios-facts §2 and §12)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour

from .bench import BASE, CLIENT, ENVIRONMENT, GROUPS, KNOCK, OUTER, OUTSIDE, Bench

POLICING = """
ip access-list extended ACL_CoPP_Knock
 permit object-group OG_Knock any any
class-map match-any CM_CoPP_Knock
 match access-group name ACL_CoPP_Knock
policy-map PM_CoPP
 class CM_CoPP_Knock
class-map type logging match-any CM_CoPP_Log
 match packets dropped
policy-map type logging PM_CoPP_Log
 class CM_CoPP_Log
control-plane host
 service-policy input PM_CoPP
 service-policy type logging input PM_CoPP_Log
ip access-list extended ACL_Internet_In
 dynamic DACL_Internet_In permit object-group OG_Knock_Services any any
 deny   object-group OG_Knock_Services any any
 permit ip any any
"""


def applet() -> str:
    """Return the article's applet, its quotes straightened and its indentation restored."""
    tags = [f"_knock_Tag_E{i}" for i in range(1, 6)]
    lines = ["event manager applet EEM_Knock"]
    lines += [
        f' event tag {tag} syslog pattern ".*%CP-6-UDP.*{port}.*$"'
        for tag, port in zip(tags, KNOCK, strict=True)
    ]
    lines += [" trigger occurs 5 period 1"]
    lines += ["  correlate " + " and ".join(f"event {tag}" for tag in tags)]
    for i, tag in enumerate(tags):
        lines += [
            f" action 00{2 * i}0 info type event reqinfo tag {tag}",
            f' action 00{2 * i + 1}0 regexp "^([0-9]+):.*DROP.* ([0-9.]+)" "$_syslog_msg" '
            f"_knock_RegEx_Result _knock_Sequence_E{i + 1} _knock_Source_E{i + 1}",
        ]
    for label, name, operator in ((100, "Sequence", "lt"), (140, "Source", "eq")):
        lines += [
            f" action 0{label + 10 * i} if $_knock_{name}_E{i + 1} {operator} "
            f"$_knock_{name}_E{i + 2}"
            for i in range(4)
        ]
    lines += [
        ' action 0180 cli command "enable"',
        ' action 0190 cli command "access-template $_knock_Services D$_knock_Services '
        'host $_knock_Source_E1 any timeout $_knock_Timeout"',
    ]
    lines += [f" action 0{label} end" for label in range(200, 280, 10)]
    return "\n".join([*lines, " action 0280 exit", ""])


AS_PRINTED = BASE + GROUPS + POLICING + ENVIRONMENT + applet()
DROPPING = AS_PRINTED.replace(" class CM_CoPP_Knock\n", " class CM_CoPP_Knock\n  drop\n")
TRIGGERED = DROPPING.replace("trigger occurs 5 period 1", "trigger occurs 1 period 10")


@pytest.mark.parametrize("newline", [True, False])
@pytest.mark.parametrize("config", [AS_PRINTED, DROPPING], ids=["as-printed", "with-drop"])
def test_as_printed_nothing_opens(config: str, newline: bool) -> None:
    """§12.3: nothing is dropped; §12.6: five whole correlations within a second never come."""
    bench = Bench(config, Behaviour(message_newline=newline))
    bench.knock(pause_s=0.1)
    assert bench.entries() == []
    assert bench.logged("%HA_EM") == []


def test_printed_regexp_captures_the_destination() -> None:
    """§2: greedy .* leaves group 2 with the last address, so the router opens for itself."""
    bench = Bench(TRIGGERED, Behaviour(message_newline=False))
    bench.knock()
    assert [line.split(" (")[0] for line in bench.entries()] == [
        f"permit object-group OG_Knock_Services host {OUTSIDE} any"
    ]
    assert not bench.tcp(22, CLIENT)


def test_printed_regexp_fails_on_a_leading_newline_and_aborts_the_applet() -> None:
    """§2: ^ is the start of the message; §10: an unset variable, and exactly these messages."""
    bench = Bench(TRIGGERED)
    bench.knock()
    assert bench.entries() == []
    assert [line.split(": ", 2)[2] for line in bench.logged("%HA_EM")] == [
        "%HA_EM-3-FMPD_UNKNOWN_ENV: fh_parse_var: could not find environment variable: "
        "_knock_Sequence_E1",
        "%HA_EM-3-FMPD_ERROR: Error executing applet EEM_Knock statement 0100",
    ]


def test_printed_patterns_match_a_port_anywhere() -> None:
    """§2: the first knock's number as a source port is taken for the first knock."""
    bench = Bench(TRIGGERED)
    for port in KNOCK[1:]:
        bench.router.arrives(Packet("udp", CLIENT, KNOCK[0], OUTSIDE, port), OUTER)
    bench.clock.advance()
    assert bench.logged("%HA_EM-3-FMPD_ERROR")  # it was raised
