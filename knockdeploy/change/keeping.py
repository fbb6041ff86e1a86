"""Keep: confirm a change from a new session, take away what armed the router, and save."""

from __future__ import annotations

from dataclasses import dataclass, field

from knockdeploy.change.files import delete_gone, staying
from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.change.prover import Prover
from knockdeploy.change.saving import save, shut_doors
from knockdeploy.change.survey import numbered
from knockdeploy.change.verify import compare
from knockdeploy.device import flash
from knockdeploy.device.guard import Guard
from knockdeploy.device.reading import running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import ConcurrentChangeError, RefusedLineError, RevertedError, RouterError
from knockdeploy.ios.policy_file import with_files
from knockdeploy.state import State
from knockdeploy.store.journal import Event


@dataclass(slots=True)
class Keeping:
    """The end of a change that does what it should."""

    session: RouterSession
    """The one that carried the change."""
    change: Change
    guard: Guard
    prover: Prover
    job: Job
    host: str
    is_saved: bool = False
    trouble: RouterError | None = None
    """Why a change that stands is not saved: it could not be, or others changed the router too."""
    state: State = State.AFTER
    """What the router is like, as far as anybody saw."""
    notes: list[str] = field(default_factory=list)

    def keep(self) -> None:
        """Keep and save the change: a new session got in and sees what was planned.

        Raises:
            ReprintedError, DifferentError: the router's configuration is not as planned.
            RevertedError: it had gone back by itself.
        """
        with self.session.another() as second:
            running = running_config(second)
            digests = flash.digests(second, self.change.files)
            # Entries by their order, which is what counts.
            if not compare(self.change, with_files(numbered(running), digests), self.job):
                self.trouble = ConcurrentChangeError(
                    "somebody changed other lines of the configuration meanwhile"
                )
            self.job.note(self.host, Event.CONFIRMING)
            try:
                self.guard.confirm(second)
            except RefusedLineError:  # some images take it from the arming session alone
                self.guard.confirm(self.session)
            self.job.note(self.host, Event.CONFIRMED)
            self._save(second, running)
        if not self.is_saved:
            self.notes += staying(self.change.plan.commands)

    def _save(self, session: RouterSession, running: str, *, is_again: bool = False) -> None:
        """Take away what armed the router, and save; a confirmed change stands all the same.

        Raises:
            RevertedError: it does not: the router was reloaded, or a countdown was over just then.
        """
        try:
            is_changed = self.guard.clean(session)
            if is_changed or is_again:
                self._refuse_reverted(session)
            if self.change.terms.recipe.grant.is_configured:
                self.prover.clear()  # what our knocks opened is a line that would be saved
            if not self.change.wanted.children:  # nothing would shut what is open, ever
                self.notes += shut_doors(session, self.change)
            if self.trouble is None:
                self.notes += save(session, self.change, running)
                self.is_saved = True
                self.job.note(self.host, Event.SAVED)
                # not before: startup-config would name a file that is gone
                self.notes += delete_gone(session, self.change.plan.commands)
        except RevertedError:
            raise
        except RouterError as error:
            if session.is_lost and not is_again:
                self._save_from_another(running, error)
                return
            self.state = State.UNKNOWN if session.is_lost else State.AFTER
            error.message = f"deployed and confirmed, but not saved: {error.message}"
            error.hint = "deploying again saves it, and so does `write memory` on the router"
            self.trouble = error

    def _save_from_another(self, running: str, error: RouterError) -> None:
        """Look again after a session was lost: it may have been the line, or a reload."""
        try:
            third = self.session.another()
        except RouterError:
            self.trouble, self.state = error, State.UNKNOWN
            error.hint = "deploy again once it answers"
            return
        with third:
            self._save(third, running, is_again=True)

    def _refuse_reverted(self, session: RouterSession) -> None:
        if self.change.is_taken_back(running_config(session)):
            raise RevertedError(
                "the change was confirmed, and the router went back to startup-config before it "
                "was saved",
                "was it reloaded? deploy again",
            )
