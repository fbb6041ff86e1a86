"""A private key by its file: read once a run, and named where it cannot be read.

paramiko would read it at each login, with bcrypt's deliberate slowness where it is encrypted, and
go on without one that it cannot read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import paramiko

from knockdeploy.errors import LoginRefusedError

_UNREADABLE: Final = (OSError, ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType)


def with_key(parameters: Mapping[str, Any], password: str | None) -> dict[str, Any]:
    """Return netmiko's parameters with the key of ``key_file``, if it counts, as ``pkey``.

    No other key is tried then: IOS hangs up after a few.

    Raises:
        LoginRefusedError: the key cannot be read; nothing was sent.
    """
    done = dict(parameters)
    if done.get("key_file") and done.get("use_keys"):
        passphrase = done.pop("passphrase", None)
        done["pkey"] = _key(done.pop("key_file"), passphrase, password)
        done["use_keys"] = False
    return done


@lru_cache(maxsize=64)
def _key(file: str, passphrase: str | None, password: str | None) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(file)
    except TypeError:  # cryptography's: it is encrypted
        pass
    except _UNREADABLE:
        message = f"{file} is not a readable private key"
        raise LoginRefusedError(message, "correct `key_file` of this host") from None
    try:  # as netmiko has it: the password may be the passphrase too
        return paramiko.PKey.from_path(file, (passphrase or password or "-").encode())
    except _UNREADABLE:
        how = "and not with this passphrase" if passphrase else "and no passphrase is given"
        hint = "give the right `passphrase` under connection_options"
        raise LoginRefusedError(f"{file} is encrypted, {how}", hint) from None
