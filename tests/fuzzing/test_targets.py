"""Every input that fuzzing starts from passes its target; the rest is `python -m fuzzing`."""

from __future__ import annotations

import pytest

from .targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_pass(name: str) -> None:
    target, seeds = TARGETS[name]
    inputs = list(seeds())
    assert inputs
    for data in inputs:
        target(data)
