"""Push: arm the router, send the change in its two phases and prove each; or take it back."""

from __future__ import annotations

import logging
from dataclasses import replace

from nornir.core.inventory import Host

from knockdeploy.change.confirm_time import SPARE_S, proof_s
from knockdeploy.change.files import send
from knockdeploy.change.job import Job
from knockdeploy.change.keeping import Keeping
from knockdeploy.change.needed import Change
from knockdeploy.change.observations import Watched
from knockdeploy.change.prover import Prover
from knockdeploy.change.refused_line import explain
from knockdeploy.change.saving import shut_doors
from knockdeploy.change.undo import Undo
from knockdeploy.command import Command, Phase, sending
from knockdeploy.device.guard import Guard
from knockdeploy.device.reading import running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import ChangedSincePlanError, RefusedLineError, RouterError
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.knock.visitor import Visitor
from knockdeploy.plan.idle_timeout import bridged_s
from knockdeploy.plan.resequence import is_resequence
from knockdeploy.report.change import ChangeOutcome
from knockdeploy.state import State
from knockdeploy.store.journal import Event

_log = logging.getLogger(__name__)


class Push:
    """One change under way; ``kept`` is what becomes of it once it is proved."""

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
            more_time=lambda: self._wait_for(proof_s(change.intent)),
        )
        self._proves = job.proves(change.intent)
        self._accepted: list[Command] = []
        self._notes: list[str] = []
        self.kept = Keeping(session, change, self._guard, self._prover, job, host.name)

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

    def keep(self) -> None:
        """Confirm and save the change from a new session.

        Raises:
            RouterError: as ``Keeping.keep``.
        """
        self._wait_for(0)
        self._tell("new session: comparing, confirming, saving")
        self.kept.keep()

    def _wait_for(self, needed_s: float) -> None:
        """See that the router waits for what comes next, and for its undo."""
        undo_s = len(self._accepted) * self._session.line_s
        if self._guard.see_to(self._session, needed_s + undo_s + SPARE_S):
            left = round(self._guard.left_s / 60)
            self._tell(f"this takes longer: {left} more minutes to confirm")
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
            saved=self.kept.is_saved,
            warnings=(
                *outcome.warnings,
                *self._prover.notes,
                *self._guard.notes,
                *self._notes,
                *self.kept.notes,
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
            explain(error, commands, self._change, self._job)
            raise

    def _tell(self, what: str) -> None:
        self._job.tell(self._host, what)
