"""What a probe of a door means for a check: drift where the door is seen to fail, and only then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from knockdeploy.change import door_test
from knockdeploy.errors import LockoutError, RouterError
from knockdeploy.report.proof import Proof

NOBODY: Any = None


def found(
    monkeypatch: pytest.MonkeyPatch, level: str, *sources: str, refuses: RouterError | None = None
) -> list[tuple[str, str, str]]:
    def refuse(*_: object) -> None:
        if refuses:
            raise refuses

    seen = Proof(level, None, ()), ("no entry after the right knock",), None
    monkeypatch.setattr(door_test, "refuse_cleared_session", refuse)
    monkeypatch.setattr(door_test, "door_tested", lambda *_: seen)
    job: Any = SimpleNamespace(await_probe=lambda: None)
    change: Any = SimpleNamespace(probed=None, intent=SimpleNamespace(probe_sources=sources))
    findings, proof = door_test.door_findings(NOBODY, job, NOBODY, change)
    assert proof == (None if refuses else seen[0])
    return [(each.rule, each.severity, each.message) for each in findings]


def test_door_that_opens_to_its_knock_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, "door") == []


@pytest.mark.parametrize("level", ["entry", "unreached"])
def test_door_that_is_not_seen_from_here_is_not_judged(
    level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (finding,) = found(monkeypatch, level)
    assert finding == ("not-judged", "info", f"the door was not seen from here: proof {level}")


def test_door_that_cannot_be_tried_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = found(monkeypatch, "door", refuses=LockoutError("we are in by that entry", ""))
    assert finding[:2] == ("not-judged", "info")
    assert "we are in by that entry" in finding[2]


def test_door_that_fails_is_drift_and_says_for_whom_probes_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (finding,) = found(monkeypatch, "failed")
    assert finding == ("probe", "error", "no entry after the right knock")
    (finding,) = found(monkeypatch, "failed", "192.0.2.9", "192.0.2.8")
    assert finding[2].endswith("; probes open only for 192.0.2.9, 192.0.2.8")
