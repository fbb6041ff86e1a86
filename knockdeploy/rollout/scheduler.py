"""Connect to the Dask scheduler; refuse it where secrets would cross a network in clear text."""

from __future__ import annotations

import hashlib
import logging
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from distributed import Client
from distributed.security import Security

from knockdeploy import __version__
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory.workers import is_safe_way

_KEY: Final = "user_defined.knockdeploy.rollout.workers"
ANSWERS_WITHIN_S: Final = 5.0
_LOGGERS: Final = (
    "distributed",
    "distributed.client",
    "distributed.comm",
)  # with levels of their own
_TLS_FILES: Final = ("tls_ca_file", "tls_client_cert", "tls_client_key")


def reached(address: str, file: Path, templates: Path | None) -> tuple[Client, Mapping[str, int]]:
    """Return a client of the scheduler, and its workers with their numbers of threads.

    ``file`` is the one that has ``address``; ``templates`` the operator's folder, if any.

    Raises:
        InputError: nobody answers, or a worker does not fit; no secret was sent.
    """
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # we report it ourselves
    try:
        client = _client(address)
        try:
            return client, _workers(client, address, templates)
        except BaseException:
            client.close()
            raise
    except _UnfitError as refused:
        message, hint = refused.args
        raise InputError(Mistake(message, hint, str(file), key=_KEY)) from None


class _UnfitError(Exception):
    """A message and a hint."""


def _client(address: str) -> Client:
    if address.startswith("tls://") and not has_certificates():
        hint = "distributed.comm.tls.ca-file, client.cert and client.key of Dask's own settings"
        raise _UnfitError("Dask has no certificates for tls://", hint)
    try:
        return Client(address, timeout=ANSWERS_WITHIN_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        hint = "start it: dask scheduler"
        raise _UnfitError(f"no scheduler answers at {address}{why}", hint) from None


def has_certificates() -> bool:
    """Tell whether Dask's own settings have the files that TLS needs."""
    security = Security()
    return all(getattr(security, each) for each in _TLS_FILES)


def _workers(client: Client, address: str, templates: Path | None) -> Mapping[str, int]:
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise _UnfitError(f"no worker is at {address}", f"start one: dask worker {address}")
    for worker in threads:
        if not is_safe_way(worker):
            hint = "have scheduler and workers speak tls://"
            raise _UnfitError(f"secrets would go to worker {worker} in clear text", hint)
    here = made_of(templates)
    for worker, there in client.run(made_of, templates, on_error="return").items():
        if isinstance(there, Exception):
            hint = f"install knockdeploy {__version__} there"
            raise _UnfitError(f"worker {worker} cannot work for us: {there}", hint)
        if there != here:
            what = "; ".join(f"{there[k]}, here {here[k]}" for k in here if there[k] != here[k])
            raise _UnfitError(
                f"worker {worker} has {what}", "what plans are made of must be the same"
            )
    return threads


def made_of(templates: Path | None) -> dict[str, str]:
    """Return what plans on this machine depend on: it must be the same on all workers."""
    version = ".".join(platform.python_version_tuple()[:2])
    return {
        "knockdeploy": f"knockdeploy {__version__}",
        "python": f"Python {version}",
        "templates": f"templates {_digest(templates)}" if templates else "no templates",
    }


def _digest(folder: Path) -> str:
    files = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*.j2")}
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:8]
