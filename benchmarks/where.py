"""Where the time of a deployment and of a check goes, part by part.

    python -m benchmarks.where [--routers 20] [--rtt-ms 50] [--profile classic]

Of each part the CPU time a router, and how much of all routers' time by the clock it is: waiting
is for the routers and for the processor. A part that another one calls does not count there.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.clock import PARTS, REST, START
from benchmarks.deploy import VERBS, Bench, compile_ours, insist, options
from benchmarks.processes import measure

_WITHIN_S = 300.0


def table(bench: Bench) -> str:
    """Return the table of both verbs, of routers of their own."""
    took = {}
    with bench.lab():
        routes = bench.write_slow_project()
        for verb in VERBS:
            with bench.proxy(routes):
                words = ("benchmarks.clock", *bench.words(verb))
                usage = measure((sys.executable, "-m", *words), within_s=_WITHIN_S)
            insist(verb, usage)
            took[verb] = json.loads(usage.stdout.splitlines()[-1])
    head = "".join(f" {verb}: CPU a router, ms | {verb}: by the clock |" for verb in VERBS)
    lines = [f"| |{head}", "|---|" + "---:|---:|" * len(VERBS)]
    for part in (START, *PARTS, REST):
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
    chosen = options(__doc__).parse_args()
    compile_ours()
    with tempfile.TemporaryDirectory(prefix="knockdeploy-bench-") as folder:
        print(table(Bench(chosen.routers, chosen.profile, chosen.rtt_ms, Path(folder))))


if __name__ == "__main__":
    main()
