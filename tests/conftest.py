"""What several folders of tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "knockdeploy",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("knockdeploy")

# In a container the clone often belongs to another user than the one who runs the tests.
os.environ["KNOCKDEPLOY_SAFE_DIRECTORIES"] = str(Path(__file__).parent.parent)
# Hundreds of commands are started here: where this is set, each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_SAMPLED = {"corpus", "faults", "fuzzing"}
"""Folders of tests that run the same lines over many inputs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out of the coverage what draws samples: it reaches no line that no other test does.

    Counting lines makes these tests three times as slow, and half of the suite's time is theirs.
    """
    for item in items:
        is_sampled = bool(_SAMPLED & set(item.path.parts[:-1]))
        if is_sampled or getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def tclsh() -> None:
    """Skip where no Tcl policy can run; fail where it must."""
    if shutil.which("tclsh") is None:
        missing = "tclsh is not installed, so no Tcl policy is tested: apt-get install tcl"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
