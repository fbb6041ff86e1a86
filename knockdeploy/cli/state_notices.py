"""check --notify: which routers changed state since the operator's command was last run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import FAILED
from knockdeploy.cli.notify import notify
from knockdeploy.errors import InputError
from knockdeploy.report.document import document
from knockdeploy.report.outcome import Outcome
from knockdeploy.report.state_changes import HostState, state_changes, states
from knockdeploy.store.state import StateDir


def notify_changes(
    console: Console, command: str, state: StateDir, outcomes: Mapping[str, Outcome], *, name: str
) -> int:
    """Notify ``command`` of routers whose state changed; 1 if that failed.

    The states it knows are kept in the file ``name``; after a failure the next check tries again.
    """
    notified = _read(state, name)
    if changes := state_changes(notified, outcomes):
        data = console.redact.document(document("notify", console.run, changes))
        if reason := notify(command, data):
            console.say(f"not notified: {reason} (the next check tries again)")
            return FAILED
    now = {**notified, **states(outcomes)}
    if now != notified:
        text = json.dumps({host: asdict(each) for host, each in now.items()})
        state.files.write(name, text.encode())
    return 0


def _read(state: StateDir, name: str) -> dict[str, HostState]:
    """Return the states that were notified; none if the file is damaged."""
    try:
        data = json.loads(state.files.read(name) or b"{}")
        return {host: HostState(**each) for host, each in data.items()}
    except (ValueError, TypeError, AttributeError, InputError):
        return {}
