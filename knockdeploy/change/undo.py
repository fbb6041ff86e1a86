"""Undo: bring a router back to what it was, and see what it is like then."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from knockdeploy.change.files import delete_gone, send
from knockdeploy.change.needed import Change
from knockdeploy.change.saving import save, shut_doors
from knockdeploy.command import Command
from knockdeploy.device.guard import Guard
from knockdeploy.device.reading import running_config, saved_config
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RefusedLineError, RevertedError, RouterError
from knockdeploy.plan.diff import places
from knockdeploy.state import State
from knockdeploy.stop_flag import StopFlag

_log = logging.getLogger(__name__)
PATIENCE_S = 7500.0  # longer than any timer: the router's own time decides
POLL_S = 15.0
_GRACE_S = 60.0  # to replace the configuration, once the time is over
_NOT_SEEN: Final = "its own timer took it back, most likely: nobody got in again to look"


@dataclass(slots=True)
class Undo:
    """Takes one change back; ``stop`` ends the wait for a router that cannot be reached.

    Ours alone first, on the session that carried the change; where that is lost, from a new one;
    where that does not do, the router's own revert; where nobody gets in, its time is waited for.
    ``notes`` is what else to tell of the router.
    """

    session: RouterSession
    change: Change
    guard: Guard
    tell: Callable[[str], None]
    stop: StopFlag
    notes: list[str] = field(default_factory=list)
    _is_unseen: bool = field(init=False)

    def take_back(
        self, accepted: Collection[Command], cause: RouterError
    ) -> tuple[State, RouterError]:
        """Take back the accepted commands; return what the router is like now, and the cause.

        The cause is another where a line was refused because the router's own undo came in the
        middle.
        """
        try:
            if not self.session.is_lost and (reason := self._on_the_first(accepted, cause)):
                return State.BEFORE, reason
        except Exception as error:  # noqa: BLE001  # the router's own is left, whatever it is
            _log.info("the scoped undo failed: %s", type(error).__name__)  # its line may be secret
        if self.session.is_lost:
            self.session.close()  # whose line the next one may need
        state = self._from_a_new_session()
        if state is not State.BEFORE and self._wait_s > 0:
            minutes = math.ceil(self._wait_s / 60)
            self.tell(
                f"waiting up to {minutes} min for the router to revert by itself; Ctrl-C ends that"
            )
        while state is not State.BEFORE and self._wait_s > 0:
            if self.stop.wait(min(POLL_S, self._wait_s)):
                return state, cause
            state = self._from_a_new_session()
        if state is State.UNKNOWN and self._is_unseen and self.guard.has_fired:
            self.notes.append(_NOT_SEEN)
        return state, cause

    @property
    def _wait_s(self) -> float:
        return min(self.guard.left_s + _GRACE_S, PATIENCE_S)

    def _on_the_first(
        self, accepted: Collection[Command], cause: RouterError
    ) -> RouterError | None:
        """Return the cause where the scoped undo did it."""
        session = self.session
        fired = isinstance(cause, RevertedError)
        if not (fired and self._is_as_before(running_config(session))):
            send(session, self.change.plan.undo(accepted), self.change.contents)
        if not self.change.is_taken_back(running_config(session)):
            return None
        try:
            self.guard.confirm(session)  # it has nothing left to do, and would undo what others do
        except RevertedError as reverted:
            # A refusal then says nothing of the line: it stood in a configuration half gone.
            cause = reverted if isinstance(cause, RefusedLineError) else cause
        self._leave(session)
        return cause

    def _is_as_before(self, text: str) -> bool:
        """Tell whether nothing stands: a line that was typed while the router went back may.

        An entry of ours alone in a list of theirs looks like one of theirs.
        """
        others = self.change.others
        same = others(text) == others(self.change.reading.running)
        return same and self.change.is_taken_back(text)

    def _from_a_new_session(self) -> State:
        try:
            with self.session.another() as fresh:
                self._is_unseen = False
                return self._on(fresh)
        except Exception as error:  # noqa: BLE001  # its own time is left
            self._is_unseen = True
            _log.info("nothing could be taken back from a new session: %s", error)
            waits = self.guard.is_told and self.guard.left_s > 0
            return State.REVERTING if waits else State.UNKNOWN

    def _on(self, fresh: RouterSession) -> State:
        text = running_config(fresh)
        if self.session.is_lost and not self.change.is_taken_back(text):
            text = self._scoped(fresh, text)
        is_back = self.change.is_taken_back(text)
        if self.guard.is_pending(fresh) and not (is_back and self._confirmed(fresh)):
            text = self._revert(fresh, text)
        if self.change.is_taken_back(text):
            self._leave(fresh)
            return State.BEFORE
        return State.REVERTING if self.guard.is_pending(fresh) else State.UNKNOWN

    def _scoped(self, fresh: RouterSession, text: str) -> str:
        """Take back what the router shows of the change; return what it shows then."""
        try:
            send(fresh, self.change.undo_seen(text), self.change.contents)
        except RouterError as error:
            _log.info("the scoped undo failed: %s", type(error).__name__)
        return running_config(fresh)

    def _confirmed(self, fresh: RouterSession) -> bool:
        try:
            self.guard.confirm(fresh)
        except RefusedLineError:  # some images take it from the arming session alone
            return False
        except RevertedError:
            pass  # nothing was pending any more: nothing will go back after this
        return True

    def _revert(self, fresh: RouterSession, text: str) -> str:
        """Have the router go back; return what it shows then."""
        others = self.change.owner.split(self.change.plan.before)[1]
        theirs = places(others, self.change.others(text))
        try:
            self.guard.revert_now(fresh)
        except RouterError as error:
            _log.info("the router did not revert when asked to: %s", error)
            return running_config(fresh)
        if theirs:
            self.notes.append(
                f"the router's own revert took back what others changed meanwhile, too: at "
                f"{', '.join(theirs)}"
            )
        return running_config(fresh)

    def _leave(self, session: RouterSession) -> None:
        """Leave nothing of the change on a router that is as before; it is so, whatever fails."""
        try:
            self.guard.clean(session)
            if not self.change.had_ours.children:  # nothing would shut what is open, ever
                self.notes += shut_doors(session, self.change)
            self.notes += delete_gone(session, self.change.plan.undo())
            self._mend_startup(session)
        except RouterError as error:
            _log.info("something was left on the router: %s", error)
            self.notes.append(f"something may be left on the router: {error.message}")

    def _mend_startup(self, session: RouterSession) -> None:
        """Save what is as before, where somebody has saved a part of the change meanwhile."""
        change = self.change
        startup = saved_config(session).text
        if change.are_same(startup, change.reading.startup):
            return
        text = running_config(session)
        is_safe = change.others(text) == change.others(startup)
        if is_safe and change.are_same(text, change.reading.startup):
            self.notes += save(session, change, text)
            self.notes.append("somebody saved in the middle of the change: saved again, as before")
        else:
            self.notes.append(
                "somebody saved in the middle of the change: startup-config holds a part of it; "
                "`write memory` on the router, once what others changed may be saved"
            )
