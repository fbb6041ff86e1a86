"""Push: send the change in its two phases, prove each, and keep it once a new session stands."""

from __future__ import annotations

from knockdeploy.device import revert, saving
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import (
    ConcurrentChangeError,
    DifferentError,
    RefusedLineError,
    UnsupportedError,
)
from knockdeploy.ios.aces import is_acl
from knockdeploy.plan.diff import diff
from knockdeploy.plan.model import Command, Phase
from knockdeploy.tasks.change import Change, read_again
from knockdeploy.tasks.job import Job
from knockdeploy.tasks.prove import Proof, Prover


class Push:
    """One change under way. ``accepted`` is what the router took so far."""

    def __init__(self, session: RouterSession, change: Change, job: Job, host: str) -> None:
        self._session = session
        self._change = change
        self._job = job
        self._host = host
        self._prover = Prover(session, change, lambda what: job.tell(host, what))
        self._proves = job.proves and change.intent.proof != "off"
        self._proof: Proof | None = None
        self._is_saved = False
        self.accepted: list[Command] = []
        self.concurrent: ConcurrentChangeError | None = None

    def open_and_prove(self) -> None:
        """Send everything that shuts nobody out, and see that the knock works already."""
        if self._proves:
            self._session.leave()
            self._prover.choose_service()
        self._send(Phase.OPEN)
        if self._proves:
            self._prover.prove_open()

    def close_and_prove(self) -> None:
        """Shut the door, and see that it is shut and opens."""
        self._send(Phase.CLOSE)
        if self._proves:
            self._proof = self._prover.prove_close()

    def confirm_from_a_new_session(self) -> None:
        """Keep and save the change: a new session got in and sees what was planned.

        Raises:
            DifferentError: the router shows something else than planned.
        """
        self._tell("a new session: comparing, confirming, saving")
        with self._session.another() as second:
            self._compare(second)
            try:
                revert.confirm(second)
            except RefusedLineError:  # some images take it from the arming session alone
                revert.confirm(self._session)
            if self.concurrent is None:
                saving.save(second)
                self._is_saved = True

    def finish(self) -> None:
        """Clear what the proof opened, and remember where the router was knocked at."""
        if self._proves:
            self._prover.clear()
        if self._change.outside:
            self._job.state.remember_outside(self._host, self._change.outside)

    def seen(self) -> dict[str, object]:
        """Return what a report says of the push."""
        return {
            "proof": self._proof.to_json() if self._proof else None,
            "saved": self._is_saved,
        }

    def _send(self, phase: Phase) -> None:
        commands = self._change.plan.phase(phase)
        self._tell(f"{phase.value}: {len(commands)} lines")
        try:
            self._session.configure(commands, self.accepted.append)
        except RefusedLineError as error:
            if _is_numbered_dynamic(error.line, commands):
                raise UnsupportedError(
                    f"this image does not take a dynamic entry by number: '{error.line}' was "
                    f"answered {error.answer}",
                    "an ACL of its own for the interface, made by knockdeploy, needs no number",
                ) from error
            raise

    def _compare(self, session: RouterSession) -> None:
        """See that ours is as planned; what others changed meanwhile is not saved, nor undone."""
        now = read_again(session, self._change)
        ours, others = self._change.owner.split(now)
        planned, foreign = self._change.owner.split(self._change.plan.after)
        if ours != planned:
            lines = [str(line) for line in diff(planned, ours) if line.sign != " "]
            raise DifferentError(
                f"the router shows something else than planned: {'; '.join(lines[:4])}",
                "this image prints or takes a line differently: please report it",
            )
        if others != foreign:
            self.concurrent = ConcurrentChangeError(
                "somebody changed other lines of the configuration meanwhile"
            )

    def _tell(self, what: str) -> None:
        self._job.tell(self._host, what)


def _is_numbered_dynamic(line: str, commands: tuple[Command, ...]) -> bool:
    return any(
        command.line == line and is_acl(command.parents) and line.split()[1:2] == ["dynamic"]
        for command in commands
    )
