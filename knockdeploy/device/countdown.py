"""The undo of a router without a revert timer: a copy in flash, an applet that puts it back.

`configure replace` asks and answers as ios-facts §9 has it.
"""

from __future__ import annotations

from typing import Final

from knockdeploy.command import Command
from knockdeploy.device import flash
from knockdeploy.device.arming import Arming, counting
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import LockedError, RefusedLineError, RevertedError, UnsupportedError
from knockdeploy.ios.applet import APPLET

_REPLACE_WITHIN_S: Final = 180.0  # of silence, while the configuration is replaced


class Countdown:
    """Counts down on the router itself, whatever becomes of our sessions.

    The copy is older than the applet: putting it back takes the applet away as well.
    """

    def __init__(self, arming: Arming) -> None:
        self._arming = arming
        self._number = 0

    def arm(self, session: RouterSession, minutes: int) -> None:
        """Copy the configuration and start to count.

        Raises:
            LockedError: an applet of another run counts already. Nothing was changed.
            RefusedLineError, UnsupportedError: flash or the event manager did not take it.
        """
        self._refuse_others(session)
        flash.copy_running(session, self._arming.copy)
        self.extend(session, minutes)
        try:
            self._refuse_others(session)  # whoever armed since then has looked before we did
        except LockedError:
            session.configure([self._no(self._number)])
            flash.delete(session, self._arming.copy)
            raise

    def _refuse_others(self, session: RouterSession) -> None:
        if _registered(session) - {self._arming.applet(self._number)}:
            msg = "a change by knockdeploy is pending"
            raise LockedError(msg, "wait until it is confirmed, or until its countdown is over")

    def extend(self, session: RouterSession, minutes: int) -> None:
        """Count anew: the next applet counts before the one that does is removed."""
        number = self._number + 1
        session.configure(self._arming.countdown(minutes, number))
        if self._arming.applet(number) not in _registered(session):
            msg = "the event manager has not registered the applet that would revert the change"
            raise UnsupportedError(msg, "look at `show event manager policy registered`")
        if self._number:
            session.configure([self._no(self._number)])
        self._number = number

    def confirm(self, session: RouterSession) -> None:
        """Remove the applet, so that the change stays.

        Raises:
            RevertedError: it was gone: the copy has been put back.
        """
        if not self.is_pending(session):
            raise RevertedError("the countdown on the router expired, and it restored its copy")
        session.configure([self._no(self._number)])

    def revert_now(self, session: RouterSession) -> None:
        """Put the copy back at once.

        Raises:
            RefusedLineError: the router did not; the applet still counts.
        """
        command = f"configure replace {self._arming.copy} force"
        answer = session.run(command, _REPLACE_WITHIN_S)
        if "%Error" in answer:
            raise RefusedLineError(command, answer.strip())

    def is_pending(self, session: RouterSession) -> bool:
        """Tell whether the applet counts."""
        return self._arming.applet(self._number) in _registered(session)

    def _no(self, number: int) -> Command:
        return Command(f"no {APPLET}{self._arming.applet(number)}")


def _registered(session: RouterSession) -> frozenset[str]:
    (text,) = session.ask("show event manager policy registered")
    return counting(text)
