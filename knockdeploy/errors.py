"""Everything that can go wrong, in one tree.

KnockDeployError      exit 1
├── InputError        exit 64  the operator's files or words are wrong; nothing was sent
└── RouterError       exit 1   one router failed, in one of the ways below; the others carry on
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from knockdeploy.secret_words import LineMask


class KnockDeployError(Exception):
    """The root of the tree."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing an operator wrote that cannot be used: where it stands and how to fix it."""

    message: str
    hint: str = ""
    file: str | None = None
    host: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        host = self.host and f"host{'s' * (', ' in self.host or '..' in self.host)} {self.host}"
        where = ", ".join(filter(None, (self.file, host, self._named)))
        text = f"{where}: {self.message}" if where else self.message
        return f"{text} ({self.hint})" if self.hint else text

    @property
    def _named(self) -> str | None:
        """The key as people read it: an option or an argument of the command line is its name."""
        is_argument = self.key and (self.key.startswith("-") or self.key.isupper())
        return f"key {self.key}" if self.key and not is_argument else self.key


class InputError(KnockDeployError):
    """The operator's files or words cannot be used; every mistake is listed, nothing was sent."""

    exit_status = 64

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("; ".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes

    @classmethod
    def raise_for(cls, mistakes: Iterable[Mistake]) -> None:
        """Raise one error for all mistakes, each once, if there are any."""
        if found := dict.fromkeys(mistakes):
            raise cls(*found)

    def __reduce__(self) -> tuple[object, ...]:
        """Return what makes it anew in another process."""
        return type(self), self.mistakes


class RouterError(KnockDeployError):
    """One router failed; ``message`` may be added to by whoever learns more."""

    kind: ClassVar = "internal"
    hint = ""

    def __init_subclass__(cls, kind: str = "") -> None:
        """Give a way to fail its word in documents; without one it is a case of another."""
        cls.kind = kind or cls.kind

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        if hint:
            self.hint = hint

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Return what makes it anew in another process, whatever its kind is made of."""
        return _anew, (type(self), self.args, self.__dict__)


def _anew(kind: type[RouterError], args: tuple[object, ...], has: dict[str, object]) -> RouterError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(has)
    return error


class UnreachableError(RouterError, kind="unreachable"):
    """No session could be opened, or it went away."""

    hint = "is the router up, and may this address reach its SSH port?"


class LoginRefusedError(RouterError, kind="auth"):
    """The router, or the jump host on the way to it, refused the login."""

    hint = "check username, password and key of this host in the inventory"


class HostKeyError(RouterError, kind="host-key"):
    """The router, or the jump host, showed another key than the known one; nothing was sent."""


class KeyExchangeError(RouterError, kind="kex"):
    """The router and we have no SSH algorithm in common."""


class RefusedLineError(RouterError, kind="refused-line"):
    """IOS refused a line; the lines before it stand, those after it were not sent."""

    def __init__(
        self, line: str, answer: str, hint: str = "", parents: tuple[str, ...] = ()
    ) -> None:
        super().__init__(_refusal(line, answer), hint)
        self.line = line
        self.answer = answer
        self.parents = parents

    def masked(self, mask: LineMask) -> Self:
        """Return this error, its message without the knock ports of the line and of the answer.

        An old sequence's ports are known by their section alone. ``line`` and ``answer`` stay.
        """
        self.message = _refusal(*(mask.line(self.parents, e) for e in (self.line, self.answer)))
        self.args = (self.message,)  # which its repr shows
        return self


def _refusal(line: str, answer: str) -> str:
    return f"the router refused the line '{line}': {answer}"


class AuthorizationError(RefusedLineError, kind="authorization"):
    """AAA refused a command; the lines before it stand, those after it were not sent."""

    hint = "the login needs authorization for this command (AAA command authorization)"


class PrivilegeError(RouterError, kind="authorization"):
    """The session sees and changes a part of the router only; nothing was concluded from it."""


class DeviceTimeoutError(RouterError, kind="timeout"):
    """The router did not answer in time; what it did with the last line is not known."""


class LockedError(RouterError, kind="locked"):
    """Somebody else's revert timer or configuration lock; nothing was sent."""


class UnsavedChangesError(RouterError, kind="unsaved-changes"):
    """Running and startup configuration differ in lines that are not ours; nothing was sent."""

    hint = "`plan` shows the lines; save or revert them on the router first, or use --save-all"


class ChangedSincePlanError(RouterError, kind="changed-since-plan"):
    """The running configuration is not the one the diff was made from; nothing was sent."""

    hint = "look at the new diff and run deploy again"


class ConcurrentChangeError(RouterError, kind="concurrent-change"):
    """Deployed and confirmed, but foreign lines changed meanwhile: not saved."""

    hint = "look at both changes, then save on the router"


class LockoutError(RouterError, kind="lockout"):
    """A line of the plan would shut the operator out; nothing was sent."""


class OpensError(RouterError, kind="opens"):
    """The change would make something reachable that was not; nothing was sent."""

    hint = "--open allows it, unless it is for a moment on the way"


class UnprovedError(RouterError, kind="unproved"):
    """The knock was not seen to work."""


class NoEntryError(UnprovedError):
    """Knocks were counted, and the right one made no entry."""


class UselessDecoysError(UnprovedError):
    """A wrong knock with a decoy in it made an entry."""


class DifferentError(RouterError, kind="different"):
    """The router's configuration is not as planned."""


class ReprintedError(RouterError, kind="reprinted"):
    """The router took every line and prints some in other words; the message has both."""

    hint = "if both mean the same: --accept-reprint keeps it, for this train of images"


class RevertedError(RouterError, kind="reverted"):
    """The router's own timer fired: it is as it was."""

    hint = "use a longer --confirm-minutes"


class LeftError(RouterError, kind="interrupted"):
    """The operator left it in the middle of its change; the message says what brings it back."""

    hint = "run the command again once it is back"


class UnsupportedError(RouterError, kind="unsupported"):
    """This version cannot do it here; the message has the reason, the hint the way out."""


class RenamedError(UnsupportedError):
    """A knock is deployed under another name than the intent has; nothing was sent."""


class IntentError(RouterError, kind="input"):
    """The intent does not fit what the router has; nothing was sent."""


class OtherListError(IntentError):
    """An interface has another inbound ACL than the intent names; nothing was sent."""

    def __init__(self, interface: str, bound: str, named: str) -> None:
        super().__init__(
            f"interface {interface} already has the inbound ACL {bound}",
            f"knock.acl: {bound}, or auto",
        )
        self.interface, self.bound, self.named = interface, bound, named


class InternalError(RouterError, kind="internal"):
    """A defect of ours, not the router's."""

    hint = "please report it"
