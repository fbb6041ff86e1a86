"""Telling somebody: a command of the operator's gets a document on its stdin."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import FAILED
from knockdeploy.errors import InputError
from knockdeploy.report.document import document, to_text
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.state_changes import HostState, state_changes, states
from knockdeploy.store.state import StateDir

_STDERR: Final = 2  # stdout is for our own data
_WITHIN_S: Final = 60


def notify_changes(
    console: Console, command: str, state: StateDir, outcomes: Mapping[str, Outcome], *, name: str
) -> int:
    """Tell ``command`` which routers are not what it was told; 1 if it could not be told.

    What was told is kept in the file ``name``: what could not be is told by the next check.
    """
    told = _read(state, name)
    if changes := state_changes(told, outcomes):
        data = console.redact.data(document("notify", console.run, changes))
        if reason := notify(command, data):
            console.say(f"nobody was told: {reason} (the next check tries again)")
            return FAILED
    now = {**told, **states(outcomes)}
    if now != told:
        state.write(name, json.dumps({host: asdict(each) for host, each in now.items()}))
    return 0


def notify(command: str, data: object) -> str:
    """Run a shell's command with a redacted document on its stdin; return why that failed."""
    assert isinstance(data, dict)  # noqa: S101  # the redactor keeps shapes
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own words
            ("/bin/sh", "-c", command),
            input=to_text(data).encode(),
            stdout=_STDERR,
            check=False,
            timeout=_WITHIN_S,
        )
    except OSError as error:
        return f"the command of --notify cannot be run: {error.strerror}"
    except subprocess.TimeoutExpired:
        return f"the command of --notify did not end within {_WITHIN_S} s"
    return f"the command of --notify ended with {done.returncode}" if done.returncode else ""


def _read(state: StateDir, name: str) -> dict[str, HostState]:
    """Return what was told; of a damaged file nothing was, and all that is not well is told."""
    try:
        data = json.loads(state.read_bytes(name) or b"{}")
        return {host: HostState(**each) for host, each in data.items()}
    except (ValueError, TypeError, AttributeError, InputError):
        return {}
