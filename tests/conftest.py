"""What several folders of tests share."""

from __future__ import annotations

import os
from pathlib import Path

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
