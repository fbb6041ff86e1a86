"""What a run of the tasks is about: the intents, the settings, and what the operator allows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from knockdeploy.inventory import Settings
from nornir.core.task import Result, Task

from knockdeploy.device.connection import CONNECTION_NAME, open_session
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import InputError, IntentError, InternalError, RouterError
from knockdeploy.intent import Intent, unsupported
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.secrets import Masker
from knockdeploy.store.state import StateDir

_log = logging.getLogger(__name__)
Story = Callable[[str, str], None]  # host, what happens now
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """One run over the selected hosts.

    ``expected`` maps hosts to the configuration their diff was made from: whoever was asked saw
    that one. ``tell`` hears what happens on which host; from several threads.
    """

    intents: Mapping[str, Intent | None]
    settings: Settings
    state: StateDir
    confirm_minutes: int = 5
    proves: bool = True
    allows_opening: bool = False
    saves_all: bool = False
    expected: Mapping[str, str] = field(default_factory=dict)
    tell: Story = lambda _host, _what: None

    def masker(self, intent: Intent) -> Masker:
        """Return what hides this intent's secrets."""
        return Masker(intent.sequence, self.state.key(), intent.names)


def run(task: Task, job: Job, verb: Callable[[Task, Job, Intent], Outcome]) -> Result:
    """Run ``verb`` on a managed host and hand its outcome to Nornir; errors become outcomes."""
    name = task.host.name
    intent = job.intents.get(name)
    if intent is None:
        return Result(task.host, result=UNMANAGED)
    try:
        reason = unsupported(intent, task.host.platform)
        outcome = Outcome("failed", error=reason) if reason else verb(task, job, intent)
    except RouterError as error:
        outcome = Outcome("failed", error=error)
    except InputError as error:
        outcome = Outcome("failed", error=IntentError(str(error)))
    except Exception as error:  # noqa: BLE001  # one router's surprise must not end the others' run
        _log.exception("%s", name)
        outcome = Outcome("failed", error=InternalError(f"{type(error).__name__}: {error}"))
    finally:
        if CONNECTION_NAME in task.host.connections:
            task.host.close_connection(CONNECTION_NAME)
    return Result(task.host, result=outcome, failed=outcome.error is not None)


def session_of(task: Task) -> RouterSession:
    """Return the session to the task's router, opened now if there is none."""
    return open_session(task.host, task.nornir.config)
