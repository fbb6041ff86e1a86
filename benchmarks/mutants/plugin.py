"""A part of pytest: tells how long each test took, and runs the tests that a file lists."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path
from typing import Final

import pytest

CHOSEN: Final = "MUTANTS_CHOSEN"  # the file with the tests to run, in this order
PASSED: Final = "MUTANTS_PASSED"  # the file for those that passed: seconds of set-up, and beside
_MEMORY: Final = 4 << 30  # what a mutant may take that never ends
_took: dict[str, list[float]] = {}
_not_passed: set[str] = set()


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
    """Add up what a test took, and before it its fixtures."""
    if report.outcome != "passed":
        _not_passed.add(report.nodeid)
    _took.setdefault(report.nodeid, [0.0, 0.0])[report.when != "setup"] += report.duration


def pytest_sessionfinish() -> None:
    """Write down what passed."""
    if PASSED in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        passed = {name: took for name, took in _took.items() if name not in _not_passed}
        Path(os.environ[PASSED]).write_text(json.dumps(passed))
