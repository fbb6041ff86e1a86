"""Push: send the change in its two phases, prove each, and keep it once a new session stands."""

from __future__ import annotations

import logging
from dataclasses import replace

from nornir.core.inventory import Host

from knockdeploy.change.confirm_time import SPARE_S, proof_s
from knockdeploy.change.files import delete_gone, send, staying
from knockdeploy.change.image_quirks import is_granting
from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.change.observations import Watched
from knockdeploy.change.prover import Prover
from knockdeploy.change.saving import save, shut_doors
from knockdeploy.change.survey import numbered
from knockdeploy.change.undo import Undo
from knockdeploy.change.verify import compare
from knockdeploy.command import Command, Phase, sending
from knockdeploy.device import flash
from knockdeploy.device.guard import Guard
from knockdeploy.device.reading import running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    AuthorizationError,
    ChangedSincePlanError,
    ConcurrentChangeError,
    RefusedLineError,
    RevertedError,
    RouterError,
    UnsupportedError,
)
from knockdeploy.ios.policy_file import with_files
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.knock.visitor import Visitor
from knockdeploy.plan.idle_timeout import bridged_s
from knockdeploy.plan.resequence import is_resequence
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.state import State
from knockdeploy.store.images import Quirk
from knockdeploy.store.journal import Event

_log = logging.getLogger(__name__)


class Push:
    """One change under way.

    ``trouble`` is what to tell of a change that stands nevertheless: it could not be saved, or was
    not, because others changed the router too; ``state`` is then what the router is like, as far
    as anybody saw.
    """

    def __init__(
        self,
        session: RouterSession,
        change: Change,
        job: Job,
        host: Host,
        elsewhere: Elsewhere | None,
    ) -> None:
        self._session = session
        self._guard = Guard(change.arming)
        self._change = change
        self._job = job
        self._host = host.name
        address = change.outside or host.hostname or host.name
        visitor = Visitor(address, change.intent, self._tell, elsewhere=elsewhere)
        self._prover = Prover(
            Watched(session, change),
            change,
            visitor,
            self._tell,
            silence_s=bridged_s(change.plan.before),
        )
        self._proves = job.proves(change.intent)
        self._is_saved = False
        self._confirmed = ""  # running-config
        self._accepted: list[Command] = []
        self._notes: list[str] = []
        self.trouble: RouterError | None = None
        self.state = State.AFTER

    def get_ready(self) -> None:
        """See that the proof can be made from where it is to be made; nothing is sent.

        Raises:
            UnreachableError: it cannot.
        """
        if self._proves:
            self._prover.visitor.get_ready()

    def arm(self) -> None:
        """Have the router go back by itself, unless this is confirmed in time.

        Raises:
            RouterError: it could not be armed; nothing is changed.
        """
        arming = self._change.arming
        reverts = f"arming: reverts in {arming.minutes} min unless confirmed, by {arming.by}"
        self._tell(reverts if self._job.options.reverts else arming.summary)
        self._job.note(self._host, Event.ARMING)
        self._guard.arm(self._session)
        event = Event.ARMED if self._job.options.reverts else Event.UNARMED
        self._job.note(self._host, event, self._guard.left_s)

    def refuse_overtaken(self) -> None:
        """See that nobody made another change of ours after we read, and before we armed.

        Raises:
            ChangedSincePlanError: somebody did; nothing was sent, and nothing is armed any more.
        """
        change = self._change
        if not change.are_same(running_config(self._session), change.reading.running):
            self._guard.confirm(self._session)  # it would take back what the other one did
            self._guard.clean(self._session)
            raise ChangedSincePlanError("another run of knockdeploy is changing this router")

    def open_and_prove(self) -> None:
        """Send everything that shuts nobody out, and see that the knock works already."""
        if self._proves:
            self._session.leave()
            self._prover.choose_service()
            self._send(Phase.OPEN)
            self._job.note(self._host, Event.OPENED)
            if self._change.is_heard_in_open:
                self._wait_for(proof_s(self._change.intent))
                self._prover.prove_open()

    def close_and_prove(self) -> None:
        """Shut the door, and see that it is shut and opens."""
        if self._proves:
            self._send(Phase.CLOSE)
            self._job.note(self._host, Event.CLOSED)
            self._wait_for(proof_s(self._change.intent))
            self._prover.prove_close()
        else:  # nothing happens between the phases: one stretch of configuration mode
            self._send(*Phase)
            self._job.note(self._host, Event.CLOSED)

    def confirm_from_a_new_session(self) -> None:
        """Keep and save the change: a new session got in and sees what was planned.

        Raises:
            ReprintedError, DifferentError: the router's configuration is not as planned.
            RevertedError: it had gone back by itself.
        """
        self._wait_for(0)
        self._tell("new session: comparing, confirming, saving")
        with self._session.another() as second:
            self._compare(second)
            self._job.note(self._host, Event.CONFIRMING)
            try:
                self._guard.confirm(second)
            except RefusedLineError:  # some images take it from the arming session alone
                self._guard.confirm(self._session)
            self._job.note(self._host, Event.CONFIRMED)
            self._keep(second)
        if not self._is_saved:
            self._notes += staying(self._change.plan.commands)

    def _keep(self, session: RouterSession, *, is_again: bool = False) -> None:
        """Take away what armed the router, and save; a confirmed change stands all the same.

        Raises:
            RevertedError: it does not: the router was reloaded, or a countdown was over just then.
        """
        try:
            is_changed = self._guard.clean(session)
            if is_changed or is_again:
                self._refuse_reverted(session)
            if self._change.terms.recipe.grant.is_configured:
                self._prover.clear()  # what our knocks opened is a line that would be saved
            if not self._change.wanted.children:  # nothing would shut what is open, ever
                self._notes += shut_doors(session, self._change)
            if self.trouble is None:
                self._notes += save(session, self._change, self._confirmed)
                self._is_saved = True
                self._job.note(self._host, Event.SAVED)
                # not before: startup-config would name a file that is gone
                self._notes += delete_gone(session, self._change.plan.commands)
        except RevertedError:
            raise
        except RouterError as error:
            if session.is_lost and not is_again:
                self._keep_from_another(error)
                return
            self.state = State.UNKNOWN if session.is_lost else State.AFTER
            error.message = f"deployed and confirmed, but not saved: {error.message}"
            error.hint = "deploying again saves it, and so does `write memory` on the router"
            self.trouble = error

    def _keep_from_another(self, error: RouterError) -> None:
        """Look again after a session was lost: it may have been the line, or a reload."""
        try:
            third = self._session.another()
        except RouterError:
            self.trouble, self.state = error, State.UNKNOWN
            error.hint = "deploy again once it answers"
            return
        with third:
            self._keep(third, is_again=True)

    def _refuse_reverted(self, session: RouterSession) -> None:
        if self._change.is_taken_back(running_config(session)):
            raise RevertedError(
                "the change was confirmed, and the router went back to startup-config before it "
                "was saved",
                "was it reloaded? deploy again",
            )

    def _wait_for(self, needed_s: float) -> None:
        """See that the router waits for what comes next, and for its undo."""
        undo_s = len(self._accepted) * self._session.line_s
        if self._guard.see_to(self._session, needed_s + undo_s + SPARE_S):
            left = round(self._guard.left_s / 60)
            self._tell(f"the router is slow: {left} more minutes to confirm")
            self._job.note(self._host, Event.EXTENDED, self._guard.left_s)

    def _before_section(self, n_lines: int) -> None:
        self._wait_for(2 * n_lines * self._session.line_s)  # to send it, and to take it back

    def taken_back(self, cause: RouterError) -> tuple[State, RouterError, list[str]]:
        """Take back what was sent; return what the router is like now, the cause, and notes."""
        self._tell(f"taking it back: {cause}")
        undo = Undo(self._session, self._change, self._guard, self._tell, self._job.stop)
        state, cause = undo.take_back(self._accepted, cause)
        if state is State.BEFORE:
            self._job.note(self._host, Event.UNDONE)
        self.clear()
        return state, cause, undo.notes

    def clear(self) -> None:
        """Clear what the proof opened; else it ends with its own timeout."""
        try:
            self._prover.clear()
        except Exception as error:  # noqa: BLE001  # the change stands, or was taken back
            _log.info("%s: what the proof opened could not be cleared: %s", self._host, error)

    def with_notes(self, outcome: ChangeOutcome, *notes: str) -> ChangeOutcome:
        """Return an outcome with what else there is to say of the push, and of its undo."""
        return replace(
            outcome,
            proof=self._prover.proof,
            saved=self._is_saved,
            warnings=(
                *outcome.warnings,
                *self._prover.notes,
                *self._guard.notes,
                *self._notes,
                *notes,
            ),
        )

    def _send(self, *phases: Phase) -> None:
        commands = [command for phase in phases for command in self._change.plan.phase(phase)]
        self._tell(sending(len(commands), *phases))
        if any(map(is_resequence, commands)):  # what a knock opened would get numbers of others
            self._notes += shut_doors(self._session, self._change)
        try:
            send(
                self._session, commands, self._change.contents,
                self._accepted.append, self._before_section,
            )  # fmt: skip
        except RefusedLineError as error:
            denied = isinstance(error, AuthorizationError)
            if not denied and is_granting(error.line, commands):
                version = self._change.reading.version.number
                self._job.images.remember(Quirk.NO_NUMBERED_DYNAMIC, version)
                raise UnsupportedError(
                    f"this image accepts no numbered dynamic entry: '{error.line}' was "
                    f"answered {error.answer}",
                    "this is remembered: the next plan uses a copy of the ACL instead",
                ) from error
            row = self._change.at.table.row((*error.parents, error.line)[0])
            engine = self._change.terms.recipe.engine
            if row in engine.owned(self._change.at) and not denied:
                error.hint = engine.instead or error.hint
            error.masked(self._job.masker(self._change.intent))
            raise

    def _compare(self, session: RouterSession) -> None:
        """See that ours is as planned; what others changed meanwhile is not saved, nor undone."""
        self._confirmed = running_config(session)
        digests = flash.digests(session, self._change.files)
        # Entries by their order, which is what counts.
        now = with_files(numbered(self._confirmed), digests)
        if not compare(self._change, now, self._job):
            self.trouble = ConcurrentChangeError(
                "somebody changed other lines of the configuration meanwhile"
            )

    def _tell(self, what: str) -> None:
        self._job.tell(self._host, what)
