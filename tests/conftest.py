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


@pytest.fixture(scope="session")
def tclsh() -> None:
    """Skip where no Tcl policy can run; fail where it must."""
    if shutil.which("tclsh") is None:
        missing = "tclsh is not installed, so no Tcl policy is tested: apt-get install tcl"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
