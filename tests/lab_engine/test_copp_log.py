"""What the class that shuts logs beside knocks, and what that costs whoever knocks."""

from __future__ import annotations

import pytest
from planning import make_plan, render, survey

from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.plan.model import Plan
from knockdeploy.recipe.engine.tcl_policy import policy_name, script

from .bench import BASE, CLIENT, KNOCK, OUTER, Bench

N_SCANNED = 40
RUN_S = 0.5  # ios-facts-more §C
LIST = "ACL_CoPP_Admitted"


def planned(engine: str, enforcement: str = "copp") -> Plan:
    intent = intent_from(
        {
            "enforcement": enforcement, "engine": engine, "decoys": 0, "ports": list(KNOCK),
            "services": ["22/tcp", "53/udp"], "interface": OUTER,
            "new_acl_entries": ["permit ip any any"],
        }
    )  # fmt: skip
    running = parse(BASE.replace(" ip access-group ACL_Internet_In in\n", ""))
    return make_plan(running, parse(render(intent, survey(running, intent))), intent)


def deployed(engine: str) -> Bench:
    """Return a router with enforcement copp."""
    lines = to_text(planned(engine).after).splitlines(keepends=True)
    policies = [line for line in lines if line.startswith("event manager policy ")]
    made = Bench("".join(line for line in lines if line not in policies))
    if policies:
        made.router.flash[policy_name()] = script().decode()
        assert made.type(*(line.strip() for line in policies)) == []
    return made


def scanned(bench: Bench) -> None:
    for n in range(N_SCANNED):
        bench.tcp(22, f"198.18.0.{n + 1}")
        bench.udp(53, f"198.18.0.{n + 1}")


def test_each_packet_to_a_service_that_is_shut_is_a_line_of_the_log_and_wakes_no_applet() -> None:
    bench = deployed("applet")
    scanned(bench)
    assert len(bench.logged("%CP-6-TCP: DROP ")) == N_SCANNED
    assert len(bench.logged("%CP-6-UDP: DROP ")) == N_SCANNED
    bench.knock()
    assert [CLIENT in entry for entry in bench.entries(LIST)] == [True]


@pytest.mark.usefixtures("tclsh")
def test_it_wakes_a_tcl_policy_and_knocks_wait_for_half_a_second_a_packet() -> None:
    bench = deployed("tcl")
    scanned(bench)
    bench.knock()
    behind_s = (2 * N_SCANNED + len(KNOCK)) * RUN_S
    bench.clock.advance(behind_s - 6)
    assert bench.entries(LIST) == []
    bench.clock.advance(6)
    assert [CLIENT in entry for entry in bench.entries(LIST)] == [True]


def test_the_plan_says_so() -> None:
    def said(*kind: str) -> list[bool]:
        warnings = " ".join(planned(*kind).warnings)
        return ["fills the log buffer" in warnings, "wakes the Tcl policy" in warnings]

    assert said("tcl", "copp") == [True, True]
    assert said("applet", "copp") == [True, False]
    assert said("tcl", "interface-acl") == [False, False]
