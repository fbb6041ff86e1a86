"""knockdeploy as it always runs, with the time that its parts take: ``benchmarks.where`` runs it.

    python -m benchmarks.clock deploy -c FILE --yes --json

It imports nothing that the command would not, so that the start is the command's own.
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

START, REST = "start of the program", "the rest: telling, journal, threads"
PARTS: Final = {
    "key exchange": (
        "paramiko.kex_group1:KexGroup1.start_kex",
        "paramiko.kex_group1:KexGroup1.parse_next",
        "paramiko.kex_gex:KexGex.parse_next",
        "paramiko.kex_curve25519:KexCurve25519.start_kex",
        "paramiko.kex_curve25519:KexCurve25519.parse_next",
        "paramiko.kex_ecdh_nist:KexNistp256.start_kex",
        "paramiko.kex_ecdh_nist:KexNistp256.parse_next",
    ),
    "login": ("knockdeploy.device.connection:LeanIos.__init__",),
    "SSH packets that come in": ("knockdeploy.device.transport:Transport.run",),
    "waiting": ("knockdeploy.device.terminal:Terminal._takes",),
    "reading": (
        "knockdeploy.change.needed:read",
        "knockdeploy.change.checked_router:read",
        "knockdeploy.change.push:running_config",
        "knockdeploy.change.keeping:running_config",
        "knockdeploy.change.saving:saved_config",
    ),
    "planning": ("knockdeploy.change.needed:change_from",),
    "sending, arming, confirming, saving": (
        "knockdeploy.change.push:send",
        "knockdeploy.device.guard:Guard.arm",
        "knockdeploy.device.guard:Guard.confirm",
        "knockdeploy.device.write_memory:save",
    ),
    "comparing": (
        "knockdeploy.change.keeping:compare",
        "knockdeploy.change.needed:Change.ours",
        "knockdeploy.change.needed:Change.others",
        "knockdeploy.change.checked_router:change_from",
        "knockdeploy.tasks.check:exposed",
        "knockdeploy.tasks.check:beside",
    ),
}
"""The functions that are a part, where they are called."""


_COMMANDS: Final = {"deploy": "knockdeploy.cli.deploying", "check": "knockdeploy.cli.checking"}


class Clock:
    """Adds up the time that parts take, in all threads."""

    def __init__(self) -> None:
        self.cpu_s = defaultdict[str, float](float)
        self.wall_s = defaultdict[str, float](float)
        self._thread = threading.local()
        self._lock = threading.Lock()

    def watch(self, part: str, place: str) -> None:
        """Count the time of what ``place`` names: MODULE:NAME or MODULE:CLASS.NAME."""
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        holder: Any = importlib.import_module(module)
        for owner in owners:
            holder = getattr(holder, owner)
        setattr(holder, name, self.counted(part, getattr(holder, name)))

    def counted(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, with its time added to that of a part."""

        @wraps(function)
        def counted(*args: Any, **options: Any) -> Any:  # noqa: ANN401  # as the function
            if not self.cpu_s:
                self.cpu_s[START] = time.process_time()
            outer = getattr(self._thread, "within", (0.0, 0.0))
            self._thread.within = (0.0, 0.0)  # what parts that this one calls take
            began = (time.thread_time(), time.perf_counter())
            try:
                return function(*args, **options)
            finally:
                took = (time.thread_time() - began[0], time.perf_counter() - began[1])
                within = self._thread.within
                self._thread.within = (outer[0] + took[0], outer[1] + took[1])
                with self._lock:
                    self.cpu_s[part] += took[0] - within[0]
                    self.wall_s[part] += took[1] - within[1]

        return counted


def run(words: list[str]) -> None:
    """Be knockdeploy; print last what each part took."""
    from knockdeploy import gc_tuning  # noqa: PLC0415  # its start is measured
    from knockdeploy.cli import main  # noqa: PLC0415  # its start is measured

    gc_tuning.wait()
    importlib.import_module(_COMMANDS[words[0]])
    clock = Clock()
    for part, places in PARTS.items():
        for place in places:
            if place.partition(":")[0] in sys.modules:  # others are no part of this command
                clock.watch(part, place)
    sys.argv = ["knockdeploy", *words]
    try:
        main.run()
    finally:
        clock.cpu_s[REST] = time.process_time() - sum(clock.cpu_s.values())
        print(json.dumps([clock.cpu_s, clock.wall_s]))


if __name__ == "__main__":
    run(sys.argv[1:])
