"""What a run of the tasks is about: the intents, the settings, and what the operator allows."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from pathlib import Path
from urllib.parse import quote

from nornir.core.inventory import Host
from nornir.core.task import Result, Task

from knockdeploy.change.options import USUAL, ChangeOptions
from knockdeploy.device.connection import CONNECTION_NAME, open_session
from knockdeploy.device.expectations import Expectations
from knockdeploy.device.hostkeys import HostKeys
from knockdeploy.device.knock_in import Entrance
from knockdeploy.device.session import RouterSession
from knockdeploy.device.transient_lines import nothing
from knockdeploy.errors import (
    InputError,
    IntentError,
    InternalError,
    LockedError,
    RouterError,
    UnsavedChangesError,
)
from knockdeploy.intent import Intent
from knockdeploy.inventory import Settings
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.report.outcome import UNMANAGED, Failure, Outcome
from knockdeploy.secrets import Masker
from knockdeploy.sequence import TimedKnock
from knockdeploy.state import State
from knockdeploy.stop_flag import StopFlag
from knockdeploy.store.images import Images
from knockdeploy.store.journal import Event, now
from knockdeploy.store.locks import HeldError
from knockdeploy.store.planfile import PlanDigest
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

_log = logging.getLogger(__name__)
Tell = Callable[[str, str], None]  # a host, and what there is to tell of it


@dataclass(frozen=True, slots=True)
class Job:
    """One run over the selected hosts. The repr, which Nornir logs, shows no secret.

    What it calls is called from several threads.
    """

    intents: Mapping[str, Intent | None] = field(repr=False)
    settings: Settings
    state: StateDir
    run: Run = field(repr=False)
    """What is kept of it in the state folder."""
    options: ChangeOptions = USUAL
    expected: Mapping[str, PlanDigest] = field(default_factory=dict, repr=False)
    """By host the plan that somebody saw and agreed to: no other is carried out."""
    saved: Path | None = None
    """Folder to read configurations from, instead of routers."""
    explain: str | None = None
    """Rule of which ``tell`` is to hear more."""
    host_keys: HostKeys | None = None
    """Asked instead of the file of the settings."""

    tell: Tell = lambda _host, _what: None
    """Hears what happens on which host."""
    show: Tell = lambda _host, _diff: None
    """Gets the diff of a host before its first line is sent, where nobody has agreed to it."""
    hear: Callable[[str, Event, str], None] = lambda _host, _event, _reverts: None
    """Hears what is noted in the journal."""
    capture: Tell | None = None
    """Gets each host with its redacted transcript."""
    stop: StopFlag = field(default_factory=StopFlag)
    """Once it is set, no further router is begun."""
    await_probe: Callable[[], None] = lambda: None
    """Returns when the next probe may begin."""
    parts: dict[str, Outcome] = field(default_factory=dict, repr=False)
    """What has become of each host so far."""

    recipe: Recipe | None = None
    """That of the router whose turn it is."""
    binds_first: bool = False
    """A list took no temporary entry before it was bound."""
    without_decoys: bool = False
    """A knock opened nothing beside decoys."""

    @property
    def confirm_minutes(self) -> int:
        """How long a router waits for its change to be confirmed before it reverts."""
        return self.options.confirm_minutes or self.settings.rollout.confirm_minutes

    def proves(self, intent: Intent) -> bool:
        """Tell whether a change to what this intent says is proved."""
        return self.options.proves and intent.proof != "off"

    @property
    def unproved(self) -> Job:
        """The same job, without a proof."""
        return replace(self, options=replace(self.options, proves=False))

    @property
    def opening(self) -> Job:
        """The same job, allowed to open services."""
        return replace(self, options=replace(self.options, allows_opening=True))

    def masker(self, intent: Intent) -> Masker:
        """Return what hides this intent's secrets."""
        secrets = self.recipe_of(intent).secrets(intent.names)
        return Masker(intent.silent, self.state.key(), secrets)

    def recipe_of(self, intent: Intent) -> Recipe:
        """Return the recipe of the router whose turn it is, else the default one of an intent."""
        return self.recipe or recipe_for(intent)

    def note(self, host: str, event: Event, reverts_in_s: float = 0.0) -> None:
        """Write to the journal how far a change is, and when the router would revert by itself."""
        reverts = now(reverts_in_s) if reverts_in_s > 0 else ""
        self.hear(host, event, reverts)
        if trouble := self.run.note(host, event, reverts):
            self.tell(host, f"{event}, but the journal cannot be written: {trouble}")

    @contextmanager
    def alone_at(self, host: str) -> Iterator[None]:
        """Let no other run from this machine meet us on a router, until the block ends.

        Raises:
            LockedError: another one is at it; nothing was sent.
        """
        with ExitStack() as stack:
            try:
                lock = f"locks/{quote(host, safe='')}.lock"
                stack.enter_context(self.state.files.hold(lock, self.run.name))
            except HeldError as error:
                message = f"run {error.by} from this machine is working on this router"
                raise LockedError(message, "run the command again once that is over") from None
            yield

    def failure(self, error: RouterError) -> Failure:
        """Return what to tell of an error; a saved file that was edited looks like our defect."""
        if self.saved is not None and isinstance(error, InternalError):
            error.hint = "save it again from the router, unedited; if that fails too, report it"
        return Failure.of(error)

    @property
    def images(self) -> Images:
        """What earlier runs learned about images."""
        return Images(self.state)


def run(
    task: Task, job: Job, verb: Callable[[Task, Job, Intent], Outcome], kind: type[Outcome]
) -> Result:
    """Run ``verb`` on a managed host and hand its outcome to Nornir; errors become outcomes.

    ``kind`` is what the verb returns: also for a host to which nothing was done.
    """
    intent = job.intents.get(task.host.name)
    if intent is None:
        return Result(task.host, result=UNMANAGED)
    if job.stop.is_set():
        return Result(task.host, result=kind("skipped"), failed=True)
    job.parts[task.host.name] = _under_way(kind)
    try:
        recipe = recipe_for(intent, task.host.platform)
        outcome = verb(task, replace(job, recipe=recipe), intent)
    except Exception as error:  # noqa: BLE001  # one router's surprise must not end the others' run
        cause = router_error(error)
        # Somebody is at work there: that is not a failure of the router.
        is_busy = isinstance(cause, LockedError | UnsavedChangesError)
        outcome = kind("skipped" if is_busy else "failed", error=job.failure(cause))
    finally:
        if CONNECTION_NAME in task.host.connections:
            task.host.close_connection(CONNECTION_NAME)
    job.parts[task.host.name] = outcome
    return Result(task.host, result=outcome, failed=outcome.error is not None)


def nornir_task(
    kind: type[Outcome],
) -> Callable[[Callable[[Task, Job, Intent], Outcome]], Callable[[Task, Job], Result]]:
    """Return what makes a Nornir task of a function that returns such an outcome; see ``run``."""

    def made(verb: Callable[[Task, Job, Intent], Outcome]) -> Callable[[Task, Job], Result]:
        @wraps(verb)
        def task(task: Task, job: Job) -> Result:
            return run(task, job, verb, kind)

        return task

    return made


def _under_way(kind: type[Outcome]) -> Outcome:
    """Return what there is to say of a router until its outcome is known."""
    if issubclass(kind, ChangeOutcome):
        return kind("failed", state=State.UNKNOWN)
    return kind("failed")


def router_error(error: Exception) -> RouterError:
    """Return an exception as one of our errors; --debug shows the traceback of a defect."""
    if isinstance(error, RouterError):
        return error
    if isinstance(error, InputError):
        return IntentError(str(error))
    _log.debug("a defect", exc_info=error)
    return InternalError(f"{type(error).__name__}: {error}", "please report it; --debug says where")


def session_of(task: Task, job: Job) -> RouterSession:
    """Return the session to the task's router, opened now if there is none, by a knock if need be.

    Raises:
        RouterError: there is no session.
    """
    known, recipe = job.settings.device, job.recipe
    expectations = Expectations(known.read_timeout_s, tuple(map(re.compile, known.harmless)))
    if recipe is not None:
        is_passing = recipe.grant.is_temporary if recipe.grant.is_configured else nothing
        expectations = replace(expectations, is_xe=recipe.is_xe, is_passing=is_passing)
    entrance, config = entrance_of(task.host, job), task.nornir.config
    return open_session(task.host, config, entrance, expectations, job.host_keys)


def entrance_of(host: Host, job: Job) -> Entrance | None:
    """Return how to come in by a knock; None where sessions come in without (access: direct)."""
    intent = job.intents.get(host.name)
    if intent is None or intent.access != "knock":
        return None
    return Entrance(
        address=address_of(host, intent, job.state),
        knocks=knocks_of(host.name, intent, job.state),
        tell=partial(job.tell, host.name),
    )


def knocks_of(host: str, intent: Intent, state: StateDir) -> tuple[TimedKnock, ...]:
    """Return the intent's knock, then the one that it was last deployed with from here, if another.

    Between a change of the ports and its deployment the router knows only that one.
    """
    knock, deployed = intent.timed_knock, state.knocks(host)[:1]
    earlier = (replace(each, spacing_ms=knock.spacing_ms) for each in deployed)
    return tuple(dict.fromkeys((knock, *earlier)))


def address_of(host: Host, intent: Intent, state: StateDir) -> str:
    """Return where to knock: what the intent says, else where it was last deployed from here."""
    return str(intent.outside_address or state.outside(host.name) or host.hostname or host.name)
