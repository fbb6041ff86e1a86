"""Which schedulers and workers are refused, before anything secret is sent."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from knockdeploy.change.job import Job
from knockdeploy.errors import InputError
from knockdeploy.inventory import load
from knockdeploy.inventory.settings import RolloutSettings
from knockdeploy.inventory.workers import is_safe_way
from knockdeploy.rollout import scheduler
from knockdeploy.rollout.workers import workers_for
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

FILE = Path("config.yaml")
KEY = "config.yaml, key user_defined.knockdeploy.rollout.workers: "


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("tls://192.0.2.1:8786", True),
        ("tls://scheduler.example:8786", True),
        ("tcp://127.0.0.1:8786", True),
        ("tcp://127.8.8.8:8786", True),
        ("tcp://localhost:8786", True),
        ("tcp://[::1]:8786", True),
        ("tcp://192.0.2.1:8786", False),
        ("tcp://0.0.0.0:8786", False),
        ("tcp://[2001:db8::1]:8786", False),
        ("tcp://scheduler.example:8786", False),
        ("tcp://127.0.0.1.example:8786", False),
        ("tcp://localhost.example:8786", False),
        ("ucx://192.0.2.1:8786", False),
    ],
)
def test_secrets_go_by_tls_or_stay_here(address: str, is_safe: bool) -> None:
    assert is_safe_way(address) is is_safe


class Fake:
    """A client whose scheduler has these workers, each made of what is said."""

    there: Mapping[str, object] = {}
    closed = False

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.there, 4)

    def run(self, *_: object, **__: object) -> Mapping[str, object]:
        return self.there

    def close(self) -> None:
        Fake.closed = True


HERE = scheduler.made_of(None)
WORKER = "tls://192.0.2.7:4000"


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ({}, "no worker is at tls://192.0.2.1:8786 (start one: dask worker"),
        (
            {WORKER: HERE, "tcp://192.0.2.8:1": HERE},
            "secrets would go to worker tcp://192.0.2.8:1 in clear text",
        ),
        (
            {WORKER: ModuleNotFoundError("No module named 'knockdeploy'")},
            "worker tls://192.0.2.7:4000 cannot work for us: No module named 'knockdeploy'",
        ),
        ({WORKER: {**HERE, "python": "Python 3.9"}}, "has Python 3.9, here Python 3."),
        ({WORKER: {**HERE, "templates": "templates 1"}}, "has templates 1, here no templates"),
    ],
)
def test_workers_that_cannot_be_used_are_told(
    there: Mapping[str, object], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "Client", Fake)
    monkeypatch.setattr(Fake, "there", there)
    monkeypatch.setattr(Fake, "closed", False)
    monkeypatch.setattr(scheduler, "has_certificates", lambda: True)
    with pytest.raises(InputError) as refused:
        scheduler.reached("tls://192.0.2.1:8786", FILE, None)
    assert str(refused.value).startswith(KEY)
    assert says in str(refused.value)
    assert Fake.closed


def test_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "ANSWERS_WITHIN_S", 0.2)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and does not listen
        address = f"tcp://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(InputError, match="no scheduler answers at"):
            scheduler.reached(address, FILE, None)


def test_templates_that_differ_are_seen(tmp_path: Path) -> None:
    (tmp_path / "ios").mkdir()
    file = tmp_path / "ios" / "knock.j2"
    file.write_text("a")
    before = scheduler.made_of(tmp_path)
    assert before == scheduler.made_of(tmp_path)
    file.write_text("b")
    assert scheduler.made_of(tmp_path) != before != scheduler.made_of(None)


def test_extra_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "knockdeploy.rollout.scheduler")
    monkeypatch.delattr("knockdeploy.rollout.scheduler")
    project = load(Path(__file__).parents[2] / "config.yaml")
    rollout = RolloutSettings(workers="tls://192.0.2.1:8786")
    project = replace(project, settings=project.settings.model_copy(update={"rollout": rollout}))
    state = StateDir(tmp_path)
    job = Job(project.intents, project.settings, state, Run(state, "run"))
    with pytest.raises(InputError, match=r"rollout.workers: Dask is not installed \(pip install"):
        workers_for(project, 4, job)
