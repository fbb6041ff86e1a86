"""How long a check of saved configurations takes, beside parsing each whole with ciscoconfparse.

    python -m benchmarks.saved [--configs 1000] [--lines 2000] [--sample 100] [--lacking 10]

Whole commands, one after the other: the peer and we on one core each, then we on all there are.
The peer reads and parses a sample of the files, half of it before our run and half behind it; the
time of its parsing is multiplied, its start not.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.plan import INTENT, PORTS, made, router
from benchmarks.processes import all_cores, client_core, measure
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.tree import to_text

_WITHIN_S = 3600.0
_PYTHON = (sys.executable, "-m")
_FIRST_PORT = 20_000
_APART = 9_000
"""So many routers have knocks of their own."""
_FOUND = 2  # the status of a check that found something


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of the wall clock and of the processor."""

    wall_s: float
    cpu_s: float


def write(folder: Path, n_configs: int, n_lines: int, lacking: int) -> None:
    """Write a project and what was saved of its routers; each ``lacking``-th has nothing of ours.

    All have the same shape; hostname, knock, descriptions, routes and part of an ACL are their own.
    """
    running, intent = router(n_lines)
    texts = [to_text(config) for config in (running, made(running, intent).after)]
    hosts = {}
    (folder / "saved").mkdir()
    for number, ports, mine in islice(_knocked(len(intent.decoy_knocks)), n_configs):
        had, has = (each.ports + each.decoy_knocks for each in (intent, mine))
        own = {str(old.port): str(new.port) for old, new in zip(had, has, strict=True)}
        own |= {"hostname big": f"hostname r{number}", "customer": f"customer {number}"}
        own |= {" Null0": f" Null0 tag {number + 1}", "host 198.51.": f"host 100.{number % 250}."}
        text = _replaced(texts[number % lacking != 0], own)
        (folder / "saved" / f"r{number}.cfg").write_text(f"{text}end\n")
        hosts[f"r{number}"] = {"platform": "ios", "data": {"knock": INTENT | {"ports": ports}}}
    (folder / "hosts.yaml").write_text(json.dumps(hosts))
    (folder / "config.yaml").write_text(
        "inventory: {plugin: SimpleInventory, options: {host_file: hosts.yaml}}\n"
    )


def _knocked(n_decoys: int) -> Iterator[tuple[int, list[int], Intent]]:
    """Yield a number, its knock and its intent, for ever: each of as many lines as the others."""
    number = 0
    for first in cycle(range(_FIRST_PORT, _FIRST_PORT + _APART)):
        ports = [first + i * _APART for i in range(len(PORTS))]
        mine = intent_from(INTENT | {"ports": ports})
        if len(mine.decoy_knocks) == n_decoys:
            yield number, ports, mine
            number += 1


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """``text`` with each word for its own, all at once: a new port may be another's old one."""
    return re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], text)


def ours(folder: Path, cores: set[int]) -> Took:
    """Check them all."""
    command = (*_PYTHON, "knockdeploy", "check", "-c", str(folder / "config.yaml"), "--json")
    saved = ("--from", str(folder / "saved"))
    usage = measure((*command, *saved), within_s=_WITHIN_S, cores=cores)
    if usage.status not in {0, _FOUND}:
        sys.exit(usage.stdout[-2000:] + usage.stderr[-2000:])
    print(json.loads(usage.stdout)["summary"], file=sys.stderr)
    return Took(usage.wall_s, usage.cpu_s)


def peer(folder: Path, first: int, n_parsed: int, n_configs: int) -> Took:
    """Parse some of them; return what all would take."""
    command = (*_PYTHON, "benchmarks.saved", "--parse", str(folder / "saved"))
    usage = measure((*command, str(first), str(n_parsed)), within_s=_WITHIN_S)
    if usage.status:
        sys.exit(usage.stderr[-2000:])
    parsing = Took(**json.loads(usage.stdout))
    more = n_configs / n_parsed - 1
    return Took(usage.wall_s + more * parsing.wall_s, usage.cpu_s + more * parsing.cpu_s)


def parse(folder: Path, first: int, n_parsed: int) -> None:
    """Be the peer: parse some files, each whole, and print what it took."""
    from ciscoconfparse import CiscoConfParse  # noqa: PLC0415  # the peer's start, not ours
    from loguru import logger  # noqa: PLC0415

    logger.remove()  # it says something for each file
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for number in range(first, first + n_parsed):
        lines = (folder / f"r{number}.cfg").read_text().splitlines()
        CiscoConfParse(lines, syntax="ios", factory=False)
    took = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}
    print(json.dumps(took))


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--configs", type=int, default=1000)
    options.add_argument("--lines", type=int, default=2000)
    options.add_argument("--sample", type=int, default=100)
    options.add_argument("--lacking", type=int, default=10, help="each so-many-th lacks all")
    options.add_argument("--parse", nargs=3, metavar=("DIR", "FIRST", "N"), help="be the peer")
    chosen = options.parse_args()
    if chosen.parse:
        parse(Path(chosen.parse[0]), *map(int, chosen.parse[1:]))
        return
    n_configs, half = chosen.configs, max(1, min(chosen.sample, chosen.configs) // 2)
    with tempfile.TemporaryDirectory(prefix="knockdeploy-bench-") as name:
        folder = Path(name)
        write(folder, n_configs, chosen.lines, chosen.lacking)
        before = peer(folder, 0, half, n_configs)
        by_cores = {len(each): ours(folder, each) for each in (client_core(), all_cores())}
        after = peer(folder, n_configs - half, half, n_configs)
    theirs = Took((before.wall_s + after.wall_s) / 2, (before.cpu_s + after.cpu_s) / 2)
    print(
        f"{n_configs} configurations of {chosen.lines} lines; ciscoconfparse by {2 * half} of them"
        "\n\n| | times as fast, CPU | by the clock |\n|---|---:|---:|\n"
        "| ciscoconfparse, each whole | 1.0 | 1.0 |"
    )
    for n_cores, mine in by_cores.items():
        where = "one core" if n_cores == 1 else f"all {n_cores} cores"
        faster = f"{theirs.cpu_s / mine.cpu_s:.1f} | {theirs.wall_s / mine.wall_s:.1f}"
        print(f"| knockdeploy check --from, {where} | {faster} |")


if __name__ == "__main__":
    main()
