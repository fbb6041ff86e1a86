"""What several folders of tests share."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "knockdeploy",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("knockdeploy")
