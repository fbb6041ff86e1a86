"""What several folders of tests share."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "knockdeploy",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("knockdeploy")

# Hundreds of commands are started here: where this is set, each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
