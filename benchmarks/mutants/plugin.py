"""A part of pytest: tells how long each test took, and runs the tests that a file lists."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path
from typing import Final

import pytest

CHOSEN: Final = "MUTANTS_CHOSEN"  # the file with the tests to run, in this order
PASSED: Final = "MUTANTS_PASSED"  # the file for the tests that passed, and their seconds
_MEMORY: Final = 4 << 30  # a mutant may never end
_passed: dict[str, float] = {}


def pytest_configure() -> None:
    """Bound what a mutant may take."""
    if CHOSEN in os.environ:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the chosen tests, in their order."""
    if CHOSEN in os.environ:
        ids = json.loads(Path(os.environ[CHOSEN]).read_text())
        there = {item.nodeid: item for item in items}
        items[:] = [there[each] for each in ids]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what a test took, its fixtures included."""
    if report.outcome == "passed":
        _passed[report.nodeid] = _passed.get(report.nodeid, 0.0) + report.duration
    else:
        _passed[report.nodeid] = float("inf")


def pytest_sessionfinish() -> None:
    """Write down what passed."""
    if PASSED in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        passed = {name: seconds for name, seconds in _passed.items() if seconds < float("inf")}
        Path(os.environ[PASSED]).write_text(json.dumps(passed))
