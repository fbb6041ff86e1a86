"""How long a change takes, as far as that can be told before it begins, and arming for it."""

from __future__ import annotations

import math
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.device.arming import MAX_MINUTES, Arming, arming
from knockdeploy.intent import Intent
from knockdeploy.ios.tree import Node

SPARE_S: Final = 30.0
"""For reading, comparing and the answers nobody has thought of."""
_LINE_S: Final = 0.5  # a router that asks a AAA server about each line; measured once it is sent
_KNOCKS: Final = 2  # a wrong one and a right one, in either proof
_LOOKS_S: Final = 20.0  # for the entry (5 s), and at the door (3 s) three times
_MINUTE_S: Final = 60


def proof_s(intent: Intent) -> float:
    """Return how long one proof takes at most: knocks, the windows after them, and looking."""
    return _KNOCKS * (2 * intent.window_seconds + 1) + _LOOKS_S


def enough_minutes(asked: int, n_lines: int, intent: Intent | None) -> int:
    """Return ``asked``, or more where that is too little; without ``intent`` nothing is proved."""
    proofs_s = 2 * proof_s(intent) if intent else 0.0
    needed_s = n_lines * _LINE_S + proofs_s + SPARE_S
    return min(MAX_MINUTES, max(asked, math.ceil(needed_s / _MINUTE_S)))


def armed_for(
    running: Node, n_lines: int, intent: Intent, job: Job
) -> tuple[Arming, tuple[str, ...]]:
    """Return what arms the router for long enough, and a note where that is longer than asked."""
    asked = job.confirm_minutes
    minutes = enough_minutes(asked, n_lines, intent if job.proves(intent) else None)
    mark = job.run.name.rpartition("-")[2]
    found = arming(running, minutes, reverts=job.options.reverts, mark=mark)
    if not n_lines or minutes == asked or not job.options.reverts:
        return found, ()
    return found, (f"{minutes} minutes to confirm, not {asked}: the change takes that long",)
