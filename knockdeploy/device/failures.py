"""Why no session came to be: what socket and paramiko raise, in our words."""

from __future__ import annotations

import errno
import socket
from typing import Final

from paramiko import SSHException
from paramiko.ssh_exception import (
    AuthenticationException,
    IncompatiblePeer,
    NoValidConnectionsError,
    PasswordRequiredException,
)

from knockdeploy.errors import (
    DeviceTimeoutError,
    KeyExchangeError,
    LoginRefusedError,
    RouterError,
    UnreachableError,
)

_REFUSED_HINT: Final = "is SSH on, on that port, and is a VTY line free?"
_NO_LOGIN: Final = "No authentication methods available"
"""What paramiko says where it was given no password, and there is no key or agent."""
_NO_LOGIN_HINT: Final = "set `password` in the inventory, or `key_file` under connection_options"
_KEX_HINT: Final = "see `show ip ssh` on the router; a server that offers nothing known is not IOS"
_SLOW_HINT: Final = "the router accepted the connection and then said nothing; it may be busy"
_WHY: Final = {
    errno.ECONNREFUSED: "refused the connection",
    errno.ECONNRESET: "closed the connection",
    errno.EHOSTUNREACH: "cannot be reached: no route",
    errno.ENETUNREACH: "cannot be reached: no route",
    errno.ETIMEDOUT: "does not answer",
    errno.EACCES: "cannot be reached: a local filter forbids it",
}


def failure(cause: BaseException, peer: str) -> BaseException:
    """Return our error for what went wrong on the way to a session with ``peer``.

    Ours, and what says nothing about a router (an interrupt, a wrong parameter), come back as
    they are. No password is in any text: none is in what paramiko says.
    """
    if isinstance(cause, (RouterError, TypeError, ValueError)):
        return cause
    if isinstance(cause, AuthenticationException):
        return _login(cause, peer)
    if isinstance(cause, IncompatiblePeer):
        return KeyExchangeError(f"no SSH algorithm in common with {peer}: {cause}", _KEX_HINT)
    if isinstance(cause, (SSHException, EOFError)):
        return _broken(cause, peer)
    if isinstance(cause, OSError):
        return _network(cause, peer)
    return cause


def _login(cause: AuthenticationException, peer: str) -> RouterError:
    if isinstance(cause, PasswordRequiredException):
        msg, hint = "the private key is encrypted", "give `passphrase` under connection_options"
        return LoginRefusedError(msg, hint)
    if "timeout" in str(cause).lower():
        return DeviceTimeoutError(f"{peer} did not answer the login", _SLOW_HINT)
    return LoginRefusedError(f"{peer} refused the login")


def _broken(cause: SSHException | EOFError, peer: str) -> RouterError:
    text = str(cause)
    if "banner" in text or isinstance(cause, EOFError):
        msg = f"{peer} accepted the connection and closed it without an SSH session"
        return UnreachableError(msg, _REFUSED_HINT)
    if "imeout" in text or "imed out" in text or "No existing session" in text:
        return DeviceTimeoutError(f"{peer} has not finished the SSH key exchange", _SLOW_HINT)
    if text == _NO_LOGIN:
        return LoginRefusedError(
            f"there is no password or key to log in to {peer} with", _NO_LOGIN_HINT
        )
    return UnreachableError(f"no SSH session with {peer}: {text}", _REFUSED_HINT)


def _network(cause: OSError, peer: str) -> BaseException:
    if isinstance(cause, NoValidConnectionsError):  # one for each address; any of them will do
        return failure(next(iter(cause.errors.values())), peer)
    if isinstance(cause, socket.gaierror):
        hint = "correct `hostname` in the inventory or the name service"
        return UnreachableError(f"the name of {peer} cannot be resolved", hint)
    if isinstance(cause, FileNotFoundError):
        hint = "correct `key_file` or `ssh_config` of this host"
        return LoginRefusedError(f"a file for the login is missing: {cause.filename}", hint)
    if isinstance(cause, TimeoutError):
        return UnreachableError(f"{peer} does not answer")
    why = _WHY.get(cause.errno or 0, f"cannot be reached: {cause.strerror or cause}")
    hint = _REFUSED_HINT if cause.errno in (errno.ECONNREFUSED, errno.ECONNRESET) else ""
    return UnreachableError(f"{peer} {why}", hint)
