"""Where the time of a deployment and of a check goes, part by part.

    python -m benchmarks.where [--routers 20] [--rtt-ms 50] [--profile classic]

Of each part the CPU time a router, and how much of all routers' time by the clock it is: waiting
is for the routers and for the processor. A part that another one calls does not count there.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final
from unittest import mock

from benchmarks.deploy import VERBS, Bench, compile_ours, insist
from benchmarks.processes import background, measure
from benchmarks.routers import PROFILES

_WITHIN_S = 300.0
_START, _REST = "start of the program", "the rest: telling, journal, threads"
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
    "waiting": ("knockdeploy.device.terminal:Terminal._receive",),
    "reading": (
        "knockdeploy.change.needed:read",
        "knockdeploy.change.checked_router:read",
        "knockdeploy.change.push:running_config",
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
        "knockdeploy.change.push:compare",
        "knockdeploy.change.needed:Change.ours",
        "knockdeploy.change.needed:Change.others",
        "knockdeploy.change.checked_router:change_from",
        "knockdeploy.tasks.check:exposed",
        "knockdeploy.tasks.check:beside",
    ),
}
"""The functions that are a part, where they are called."""


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
                self.cpu_s[_START] = time.process_time()
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
    from knockdeploy.cli import main  # noqa: PLC0415

    gc_tuning.wait()
    clock = Clock()
    for part, places in PARTS.items():
        for place in places:
            clock.watch(part, place)
    with mock.patch.object(sys, "argv", ["knockdeploy", *words]):
        try:
            main.run()
        finally:
            clock.cpu_s[_REST] = time.process_time() - sum(clock.cpu_s.values())
            print(json.dumps([clock.cpu_s, clock.wall_s]))


def table(bench: Bench) -> str:
    """Return the table of both verbs, of routers of their own."""
    took = {}
    lab = (sys.executable, "-m", "benchmarks.routers", str(bench.folder))
    with background((*lab, "--profile", bench.profile, "--routers", str(bench.n_routers))):
        routes = bench.write_slow_project()
        for verb in VERBS:
            with bench.proxy(routes):
                words = ("benchmarks.where", "--run", *bench.words(verb))
                usage = measure((sys.executable, "-m", *words), within_s=_WITHIN_S)
            insist(verb, usage)
            took[verb] = json.loads(usage.stdout.splitlines()[-1])
    head = "".join(f" {verb}: CPU a router, ms | {verb}: by the clock |" for verb in VERBS)
    lines = [f"| |{head}", "|---|" + "---:|---:|" * len(VERBS)]
    for part in (_START, *PARTS, _REST):
        cells = ""
        for cpu_s, wall_s in took.values():
            all_s = sum(wall_s.values()) - wall_s.get("SSH packets that come in", 0.0)
            is_turn = part in wall_s and part != "SSH packets that come in"
            share = f"{wall_s[part] / all_s:.0%}" if is_turn else ""
            cells += f" {1000 * cpu_s.get(part, 0.0) / bench.n_routers:.1f} | {share} |"
        lines.append(f"| {part} |{cells}")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--routers", type=int, default=20)
    parser.add_argument("--rtt-ms", type=float, default=50.0)
    parser.add_argument("--profile", choices=PROFILES, default="classic")
    chosen = parser.parse_args()
    compile_ours()
    with tempfile.TemporaryDirectory(prefix="knockdeploy-bench-") as folder:
        print(table(Bench(chosen.routers, chosen.profile, chosen.rtt_ms, Path(folder))))


if __name__ == "__main__":
    main()
