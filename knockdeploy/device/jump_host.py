"""A jump host: one ssh that is logged in to it carries the connections to many routers.

Logging in is OpenSSH's business: its keys, agent, certificates and host keys, and other jump hosts
on the way. What it may not do is counted by nobody here: a jump host that carries no more says so,
and gets a second session.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Final

from knockdeploy.device.ssh_mux import Carried, carry, is_there, terminate
from knockdeploy.errors import HostKeyError, LoginRefusedError, RouterError, UnreachableError

_LOGS_IN_WITHIN_S: Final = 45.0
_ENDS_WITHIN_S: Final = 2.0
# It goes into the background once it is logged in, and ends by itself if nobody uses it any more:
# we may have been killed. That the jump host went away in silence is noticed within a minute.
_OPTIONS: Final = (
    *("-f", "-N", "-T"),
    *("-o", "ControlMaster=yes", "-o", "ControlPersist=30"),
    *("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"),
    *("-o", "ClearAllForwardings=yes", "-o", "LogLevel=INFO"),
)
_REFUSAL: Final = re.compile(r"^channel \d+: open failed: (.*)$", re.MULTILINE)
_REFUSED_KEY: Final = "Host key verification failed."
_NOT_TO_BE_TRIED_AGAIN: Final[Mapping[str, type[RouterError]]] = {
    _REFUSED_KEY: HostKeyError,
    "Permission denied": LoginRefusedError,
}
_CARRIES_NO_MORE: Final = ("resource shortage", "administratively prohibited")


class _RefusedError(Exception):
    """The jump host did not make a connection, for the reason that it gives."""


class _Session:
    """One ssh that is logged in."""

    def __init__(self, words: tuple[str, ...]) -> None:
        """Log in; ``room`` is how many connections the jump host lets it carry, once that is known.

        Raises:
            OSError: there is no ssh, or it could not.
        """
        self.room = math.inf
        self._n_at_login = 0
        self._kept_words = ""
        self._n_asked = 0
        self._carried: weakref.WeakSet[Carried] = weakref.WeakSet()
        self._counting = threading.Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="knockdeploy-"))
        self._control, self._log = self._folder / "control", self._folder / "log"
        command = [
            *("ssh", *_OPTIONS, "-E", str(self._log), "-o", f"ControlPath={self._control}"),
            *words,
        ]
        try:
            subprocess.run(  # noqa: S603  # the operator's own ssh_config
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # no Ctrl-C: routers in flight are finished
                timeout=_LOGS_IN_WITHIN_S,
                check=True,
            )
        except subprocess.SubprocessError as error:
            self.end()
            raise ConnectionError(self.last_words or "the login took too long") from error
        except OSError:
            self.end()
            raise
        self._n_at_login = len(self._said())

    def carry(self, hostname: str, port: int, within_s: float) -> Carried:
        """Return a connection to a router.

        Raises:
            _RefusedError: the jump host could not make one.
            OSError: there was no answer, or the session is gone.
        """
        n_said = len(self._said())
        with self._counting:
            self._n_asked += 1
        carried = None
        try:
            carried = carry(self._control, hostname, port, within_s)
        finally:
            with self._counting:
                self._n_asked -= 1
                if carried is not None:
                    self._carried.add(carried)
        if carried is None:
            # Those of other routers that were refused at the same time stand there, too.
            reasons = set(map(str.strip, _REFUSAL.findall(self._said()[n_said:])))
            raise _RefusedError(reasons.pop() if len(reasons) == 1 else "no connection")
        return carried

    @property
    def n_carried(self) -> int:
        """How many connections it carries now, those included that it is being asked for."""
        with self._counting:
            return self._n_asked + sum(each.fileno() >= 0 for each in self._carried)

    @property
    def is_there(self) -> bool:
        """Whether it still carries what it carried."""
        return is_there(self._control, _ENDS_WITHIN_S)

    @property
    def last_words(self) -> str:
        """What ssh said last, since it was logged in; of a host key that it refused, why."""
        said = self._said()[self._n_at_login :].strip()
        *before, last = ["", *map(str.strip, said.split("\n"))]
        return f"{before[-1]} {last}" if last == _REFUSED_KEY else last

    def end(self) -> None:
        """Log out; twice does no harm."""
        self._kept_words = self._said()
        with contextlib.suppress(OSError):
            terminate(self._control, _ENDS_WITHIN_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _said(self) -> str:
        try:
            return self._log.read_text(errors="replace")
        except OSError:
            return self._kept_words


class JumpHost:
    """A jump host, by what ssh is told of it."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._name = f"the jump host {words[-1]}"
        self._sessions: list[_Session] = []
        self._login: Future[_Session] | None = None
        self._lock = threading.Lock()

    def connect(self, hostname: str, port: int, within_s: float) -> Carried:
        """Return a connection to a router; the session that carries it is opened once.

        Raises:
            UnreachableError: the jump host is not reached, or the router from there.
            LoginRefusedError, HostKeyError: the jump host refused the login, or has another key.
        """
        target = f"[{hostname}]:{port}" if ":" in hostname else f"{hostname}:{port}"
        by_hand = shlex.join(["ssh", *self._words[:-1], "-W", target, self._words[-1]])
        hint = f"try it by hand: {by_hand}"
        reason = "it closed the session"
        try:
            for session in self._usable():
                try:
                    return self._named(session.carry(hostname, port, within_s), session, hint)
                except _RefusedError as refused:
                    reason = str(refused)
                    if not (reason.startswith(_CARRIES_NO_MORE) and session.n_carried):
                        break
                    session.room = session.n_carried
                except TimeoutError:
                    reason = f"no connection within {within_s:.0f} s"
                    break
                except OSError:
                    self._forget(session)
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            kinds = (kind for said, kind in _NOT_TO_BE_TRIED_AGAIN.items() if said in reason)
            kind = next(kinds, UnreachableError)
            raise kind(f"no session with {self._name}: {reason}", hint) from None
        raise UnreachableError(f"{self._name} does not reach {target}: {reason}", hint)

    def _named(self, carried: Carried, session: _Session, hint: str) -> Carried:
        carried.by, carried.lost = self._name, partial(self._lost, session, hint)
        return carried

    def _lost(self, session: _Session, hint: str) -> RouterError | None:
        """Return why a session is gone, if it is."""
        if session.is_there:
            return None
        said = f": {session.last_words}" if session.last_words else ""
        return UnreachableError(f"{self._name} ended the session that carried this one{said}", hint)

    def _usable(self) -> Iterator[_Session]:
        """Yield the sessions that may carry one more connection, at last a new one."""
        known = tuple(self._sessions)
        for session in known:
            if session.n_carried < max(1, session.room):
                yield session
        yield self._opened(known)

    def _opened(self, known: Collection[_Session]) -> _Session:
        """Return a session that is not known yet: all who come meanwhile get the same."""
        with self._lock:
            if newer := [each for each in self._sessions if each not in known]:
                return newer[0]
            login, is_ours = self._login, self._login is None
            if login is None:
                login = self._login = Future()
        if is_ours:
            self._log_in(login)
        return login.result()

    def _log_in(self, login: Future[_Session]) -> None:
        opened: list[_Session] = []
        try:
            opened.append(_Session(self._words))
            login.set_result(*opened)
        except BaseException as error:  # noqa: BLE001  # whoever waits for it is told, too
            login.set_exception(error)
        with self._lock:
            self._login = None
            self._sessions += opened

    def _forget(self, session: _Session) -> None:
        with self._lock:
            if session in self._sessions:
                self._sessions.remove(session)
        session.end()

    def close(self) -> None:
        """Log out, whatever is carried."""
        for session in tuple(self._sessions):
            self._forget(session)


_KNOWN: Final[dict[tuple[str, ...], JumpHost]] = {}
_KNOWING: Final = threading.Lock()


def jump_host(words: tuple[str, ...]) -> JumpHost:
    """Return the jump host that ssh is told of so, the same each time."""
    with _KNOWING:
        return _KNOWN.setdefault(words, JumpHost(words))


@atexit.register
def log_out() -> None:
    """Log out of all."""
    for host in _KNOWN.values():
        host.close()


os.register_at_fork(after_in_child=_KNOWN.clear)  # those are of whoever forked
