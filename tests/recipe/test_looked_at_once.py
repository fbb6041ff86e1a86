"""A running configuration is parsed once for a plan, and ours is placed in it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from intents import an_intent

from knockdeploy.change import needed
from knockdeploy.change.job import Job
from knockdeploy.device.reading import Concern, Reading
from knockdeploy.inventory import Settings
from knockdeploy.ios import parse as parsing
from knockdeploy.ios.version import Version
from knockdeploy.operator import Operator
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

RUNNING = (
    Path(__file__).parent.parent / "cases/worked-1-acl-bound-session-inside/running.cfg"
).read_text()
INTENT = an_intent(services=["22/tcp", "80/tcp"])


def counting(counts: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*arguments: Any, **keywords: Any) -> Any:
        counts[name] += 1
        return function(*arguments, **keywords)

    return counted


def test_a_plan_parses_and_places_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    parsing._parsed.cache_clear()  # noqa: SLF001
    monkeypatch.setattr(parsing, "_blocks", counting(counts, "parsed", parsing._blocks))  # noqa: SLF001
    monkeypatch.setattr(Recipe, "place", counting(counts, "placed", Recipe.place))
    version = Version("15.4(3)M3", is_xe=False)

    def read(_session: object, concern: Callable[[Version, str], Concern]) -> Reading:
        saved = f"! Last configuration change at 09:00:00 UTC Fri Nov 27 2026 by admin\n{RUNNING}"
        assert concern(version, saved) == concern(version, RUNNING) == Concern(("ACL_WAN",), ())
        operator = Operator("10.1.1.50", "10.1.1.1", "GigabitEthernet0/1")
        return Reading(version, RUNNING, saved, operator)

    monkeypatch.setattr(needed, "read", read)
    state = StateDir(tmp_path)
    state.files.prepare()
    job = Job({"r1": INTENT}, Settings(), state, Run(state, "20261127T010101Z-abcd"))
    change = needed.needed_change(None, INTENT, job)  # type: ignore[arg-type]
    assert change.plan.steps
    assert change.is_saved
    # what is rendered is a second text, ours
    assert counts == {"parsed": 2, "placed": 1}
