"""Mutated transcripts of routers end: in an answer or an error, in little time and memory.

10,000 of them: `KNOCKDEPLOY_STREAMS=10000 python -m pytest tests/fuzzing/test_transcripts.py`.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .targets import TARGETS

N_TRANSCRIPTS = int(os.environ.get("KNOCKDEPLOY_STREAMS", "60"))
_LIMIT_S, _LIMIT_BYTES = 60.0, 64_000_000
"""Of a session that may read 100,000 characters a command, lines of 2,000.

Only what never ends takes that long: it takes a tenth of a second, traced.
"""
SEEDS = {
    name: tuple(TARGETS[name][1]()) for name in ("answers", "login", "shows", "running-config")
}
PIECES = (
    b" " * 20_000, b"\t" * 9_000, b"\r\n" * 5_000, b"\n" * 9_000, b"x" * 50_000, b"1." * 20_000,
    b"a " * 20_000, b"-" * 30_000, b"(" * 9_000, b"\b" * 2_000, b"\x1b[2J\x1b[1;1H", b"\x00\xff",
    b" --More-- ", b"R1#", b"R1(config)#", b"R1>", b"end\r\n", b"^C", b"[confirm]", b"Password: ",
    b"% Invalid input detected at '^' marker.\r\n", b"banner motd ^C\r\n", b"\xe2\x80\xae",
    b"*Mar  1 00:00:01.000: %CP-6-UDP: DROP  1.2.3.4(5) -> 6.7.8.9(10)\r\n", b"{" * 500, b"\r",
)  # fmt: skip


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a target and what it is fed with: a seed of its, cut, repeated, swapped and stuffed."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    text = draw(st.sampled_from(SEEDS[name]))
    for _ in range(draw(st.integers(1, 6))):
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        middle = draw(
            st.one_of(
                st.just(b""),
                st.sampled_from(PIECES),
                st.sampled_from(SEEDS[name]),
                st.binary(max_size=8),
                st.just(text[first:last] * draw(st.integers(2, 5))),
            )
        )
        text = (text[:first] + middle + text[last:])[:400_000]
    return name, text


@contextmanager
def within_limits() -> Iterator[None]:
    """Fail where a block takes more processor time, or memory, than a session may."""
    tracemalloc.start()
    began_s = time.process_time()
    try:
        yield
        took_s, (_, peak) = time.process_time() - began_s, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took_s < _LIMIT_S
    assert peak < _LIMIT_BYTES


@settings(max_examples=N_TRANSCRIPTS, deadline=None, suppress_health_check=list(HealthCheck))
@given(transcripts())
def test_mutated_transcripts_end_within_their_limits(drawn: tuple[str, bytes]) -> None:
    name, text = drawn
    with within_limits():
        TARGETS[name][0](text)


@pytest.mark.parametrize("name", ["answers", "login"])
@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_a_router_that_repeats_itself_without_end_is_left(name: str, piece: bytes) -> None:
    text = b"\xff" + piece * (200_000 // len(piece))
    with within_limits():
        TARGETS[name][0](text)
