"""A VTY that ends a session that is silent for the time of a proof."""

from __future__ import annotations

import math

import pytest
from intents import an_intent

from knockdeploy.ios.parse import parse
from knockdeploy.plan.idle_timeout import bridged_s, ends_sessions, silence_s

INTENT = an_intent(interface="Gi0/0")
FIRST, SECOND = "line vty 0 4\n", "line vty 5 15\n"


def test_a_proof_is_silent_for_its_pauses_and_the_looks_at_the_door() -> None:
    assert silence_s(INTENT) == 4 * 1 + 13  # five knocks, a second apart


@pytest.mark.parametrize(
    ("text", "told", "bridged"),
    [
        ("", None, math.inf),
        (FIRST, None, 300),  # IOS ends what is silent for ten minutes
        (f"{FIRST} exec-timeout 5 0\n", None, 150),
        (f"{FIRST} exec-timeout 1\n", None, 30),
        (f"{FIRST} exec-timeout 0 17\n", None, 8.5),
        (f"{FIRST} exec-timeout 0 16\n", "line vty 0 4 ends a session that is idle for 16 s", 8),
        (f"{FIRST} exec-timeout 0 0\n", None, math.inf),  # never
        (f"{FIRST} no exec-timeout\n", None, math.inf),
        (
            f"{FIRST} exec-timeout 30 0\n{SECOND} exec-timeout 0 10\n",
            "line vty 5 15 ends a session that is idle for 10 s",
            5,
        ),
        (
            f"{FIRST} exec-timeout 0 5\n{SECOND} exec-timeout 0 10\n",
            "line vty 0 4 ends a session that is idle for 5 s",
            2.5,
        ),
        (f"{FIRST} no exec-timeout\n{SECOND} exec-timeout 30 0\n", None, 900),
        ("line con 0\n exec-timeout 0 5\n", None, math.inf),  # nobody of ours comes by it
    ],
)
def test_the_lines_that_end_it_too_soon_are_named(
    text: str, told: str | None, bridged: float
) -> None:
    config = parse(text)
    found = ends_sessions(config, INTENT)
    assert bridged_s(config) == bridged
    if told is None:
        assert found is None
        return
    assert found is not None
    assert found[0] == told.partition(" ends")[0]
    assert found[1].startswith(told)
    assert "silent for 17 s" in found[1]
