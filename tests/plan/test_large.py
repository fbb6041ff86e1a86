"""A long configuration costs a plan memory in proportion; `benchmarks.plan` has the times."""

from __future__ import annotations

import tracemalloc

from benchmarks.plan import made, router
from knockdeploy.plan.typist import type_line

LINES = 20_000


def test_memory_grows_with_the_configuration_and_no_faster() -> None:
    def peak(n_lines: int) -> int:
        running, intent = router(n_lines)
        made(running, intent)  # fills the caches
        tracemalloc.start()
        made(running, intent)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(LINES // 4) < 5 * peak(LINES // 16)


def test_a_short_configuration_tells_the_same_as_the_long_one() -> None:
    running, intent = router(400)
    plan = made(running, intent)
    state = plan.before
    for step in plan.steps:
        assert len(step.state.children) < len(state.children) / 4
        state = type_line(state, step.command)
        assert state == step.after, step.command.line
