"""Deploy to virtual routers behind a slow line, and check them: knockdeploy beside its peers.

    python -m benchmarks.deploy --routers 20 --rtt-ms 50 --profile classic --repeat 3
    python -m benchmarks.deploy --ansible PATH/TO/ansible-playbook

Each tool gets routers of its own, fresh from their starting configuration, and a proxy that adds
the round trip. The table tells the whole process, its start included, on one core.
"""

from __future__ import annotations

import argparse
import compileall
import json
import shutil
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

import knockdeploy.tasks
from benchmarks.family import family
from benchmarks.processes import Usage, background, cpu_s, measure
from benchmarks.proxy import Route

_BASE_PORT = 22_022
_PROXY_OFFSET = 1000  # the proxy listens on the router's own address, this far above its SSH port
_WITHIN_S = 300.0
_TAIL_CHARS = 2000
_PYTHON = (sys.executable, "-m")
VERBS = ("deploy", "check")
_NORNIR = "Nornir + nornir-netmiko"
_ANSIBLE = "Ansible cisco.ios"
_OURS = "knockdeploy"
_BARE = "paramiko alone"
_PEERS = {_NORNIR: "benchmarks.peer_nornir", _BARE: "benchmarks.peer_paramiko"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one tool.

    ``trips`` are those of the router that took most; ``busy`` is the part of the wall time in which
    the virtual routers' process was computing: near 1, the routers were what one waited for.
    """

    tool: str
    verb: str
    wall_s: float
    cpu_s: float
    trips: int
    busy: float


@dataclass(frozen=True, slots=True)
class Bench:
    """What is run: how many routers, how they speak, how far away they are."""

    n_routers: int
    profile: str
    rtt_ms: float
    folder: Path
    ansible: str | None = None

    @property
    def tools(self) -> Sequence[str]:
        """The tools that are compared, ours last."""
        return (_NORNIR, *((_ANSIBLE,) if self.ansible else ()), _BARE, _OURS)

    @property
    def slow(self) -> Path:
        """The project whose routers are reached through the proxy."""
        return self.folder / "slow"

    def run(self, tool: str) -> Iterator[Sample]:
        """Measure a tool's verbs, one after the other, on fresh routers."""
        with self.lab() as lab_pid:
            routes = self.write_slow_project()
            for verb in VERBS:
                yield self._sample(tool, verb, routes, lab_pid)

    def lab(self) -> AbstractContextManager[int]:
        """Run the routers: no CPU time of theirs is a client's, as they are other processes."""
        size = ("--routers", str(self.n_routers), "--base-port", str(_BASE_PORT))
        words = ("lab", "up", str(self.folder), "--profile", self.profile, *size)
        return background((*_PYTHON, "knockdeploy", *words))

    def _sample(self, tool: str, verb: str, routes: Sequence[Route], lab_pid: int) -> Sample:
        with self.proxy(routes) as counts_file:
            before_s = sum(map(cpu_s, family(lab_pid)))
            usage = measure(self._command(tool, verb), within_s=_WITHIN_S)
            busy = (sum(map(cpu_s, family(lab_pid))) - before_s) / usage.wall_s
        insist(f"{tool} {verb}", usage)
        trips: Counter[str] = Counter()
        for count in json.loads(counts_file.read_text()):
            trips[count["listen"]] += count["trips"]
        print(f"{tool} {verb}: {usage.wall_s:.2f} s", file=sys.stderr, flush=True)
        return Sample(tool, verb, usage.wall_s, usage.cpu_s, max(trips.values()), busy)

    @contextmanager
    def proxy(self, routes: Sequence[Route]) -> Iterator[Path]:
        """Run the proxy; its counts are in the file once the block has ended."""
        counts = self.folder / "counts.json"
        options = ("--rtt-ms", str(self.rtt_ms), "--counts", str(counts))
        with background((*_PYTHON, "benchmarks.proxy", *options, *map(str, routes))):
            yield counts

    def _command(self, tool: str, verb: str) -> Sequence[str]:
        inventory = ("--inventory", str(self.slow / "inventory"))
        if tool in _PEERS:
            return (*_PYTHON, _PEERS[tool], verb, *inventory)
        if tool == _ANSIBLE and self.ansible:
            peer = (*_PYTHON, "benchmarks.peer_ansible", verb, *inventory)
            return (*peer, "--playbook-command", self.ansible)
        return (*_PYTHON, "knockdeploy", *self.words(verb))

    def words(self, verb: str) -> Sequence[str]:
        """Return what is typed for a verb of ours."""
        options = (
            ("--yes", "--no-proof", "--canary", "0", "--batch", "100%") if verb == "deploy" else ()
        )
        return (verb, "-c", str(self.slow / "config.yaml"), *options, "--json")

    def write_slow_project(self) -> list[Route]:
        """Copy the lab's project with the proxy's ports, and what the peer sends, into it."""
        shutil.rmtree(self.slow, ignore_errors=True)
        shutil.copytree(self.folder / "inventory", self.slow / "inventory")
        shutil.copy(self.folder / "config.yaml", self.slow)
        hosts_file = self.slow / "inventory" / "hosts.yaml"
        hosts = yaml.safe_load(hosts_file.read_text())
        routes = []
        for host in hosts.values():
            target = (host["hostname"], host["port"])
            host["port"] += _PROXY_OFFSET
            routes.append(Route((host["hostname"], host["port"]), target))
        hosts_file.write_text(yaml.safe_dump(hosts))
        configs = ("-o", str(self.slow / "inventory" / "configs"))
        render = (*_PYTHON, "knockdeploy", "render", "-c", str(self.slow / "config.yaml"), *configs)
        insist("render", measure(render, within_s=_WITHIN_S))
        return routes


def compile_ours() -> None:
    """Leave the package as pip leaves every other one: compiled."""
    for package in (knockdeploy, knockdeploy.tasks):
        compileall.compile_dir(package.__path__[0], quiet=1)


def insist(what: str, usage: Usage) -> None:
    """End the benchmark when a command failed: half a deployment is no measure of a whole one."""
    if usage.status:
        said = usage.stdout[-_TAIL_CHARS:] + usage.stderr[-_TAIL_CHARS:]
        sys.exit(f"{said}\n{what}: status {usage.status}")


def table(samples: Sequence[Sample], n_routers: int) -> str:
    """Return the medians as a Markdown table, the wall time beside that of each peer."""
    tools = tuple(dict.fromkeys(sample.tool for sample in samples))
    peers = [tool for tool in tools if tool not in {_BARE, _OURS}]
    beside = [f"beside {peer.split()[0]}" for peer in peers]
    head = ["", *beside, "CPU a router, ms", "trips a router", "lab busy"]
    lines = [_line(head), "|---" + "|---:" * (len(head) - 1) + "|"]
    for verb in VERBS:
        medians = {tool: _median(samples, tool, verb) for tool in tools}
        for tool, row in medians.items():
            cells = [f"{verb}, {tool}"]
            cells += [f"{row.wall_s / medians[peer].wall_s:.2f}" for peer in peers]
            cells += [f"{1000 * row.cpu_s / n_routers:.0f}"]
            lines.append(_line([*cells, str(row.trips), f"{row.busy:.0%}"]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _median(samples: Sequence[Sample], tool: str, verb: str) -> Sample:
    mine = [sample for sample in samples if (sample.tool, sample.verb) == (tool, verb)]
    return Sample(
        tool,
        verb,
        statistics.median(sample.wall_s for sample in mine),
        statistics.median(sample.cpu_s for sample in mine),
        max(sample.trips for sample in mine),
        statistics.median(sample.busy for sample in mine),
    )


def options(about: str) -> argparse.ArgumentParser:
    """Return a parser of how many routers there are, how they speak and how far away they are."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--routers", type=int, default=20)
    parser.add_argument("--rtt-ms", type=float, default=50.0)
    parser.add_argument("--profile", choices=("classic", "modern"), default="classic")
    return parser


def main() -> None:
    """Run every tool and print the table."""
    parser = options(__doc__)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--ansible", metavar="ansible-playbook", help="compare Ansible, too")
    arguments = parser.parse_args()
    compile_ours()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all it started is ended too
    with tempfile.TemporaryDirectory(prefix="knockdeploy-bench-") as folder:
        lab = (arguments.routers, arguments.profile, arguments.rtt_ms, Path(folder))
        bench = Bench(*lab, arguments.ansible)
        samples = [
            sample
            for _ in range(arguments.repeat)
            for tool in bench.tools
            for sample in bench.run(tool)
        ]
    print(
        f"{arguments.routers} routers, {arguments.profile} SSH, {arguments.rtt_ms:g} ms round trip,"
        f" median of {arguments.repeat}\n\n{table(samples, arguments.routers)}"
    )


if __name__ == "__main__":
    main()
