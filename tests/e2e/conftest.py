"""What all of these tests want."""

from __future__ import annotations

import pytest

from knockdeploy.change import undo


@pytest.fixture(autouse=True)
def _no_wait_for_revert_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for a router's own timer: whoever moves its clock is the test itself."""
    monkeypatch.setattr(undo, "PATIENCE_S", 0.0)
