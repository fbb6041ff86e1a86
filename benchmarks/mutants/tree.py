"""Copies of the repository that mutants are made in, and which tests run which of its lines."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from coverage import CoverageData

from benchmarks.mutants import plugin

ROOT = Path(__file__).parents[2]
FOLDERS = ("knockdeploy", "tasks")
_LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv",
    "build",
    "dist",
    "*.egg-info",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    ".coverage",
)


def sources() -> list[Path]:
    """Return every source that mutants are made of, relative to the repository."""
    found = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))
    return [file.relative_to(ROOT) for file in found if file.resolve() == file]


class Tree:
    """A copy of the repository; what others keep beside it (a corpus) is beside the copy, too."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "main"
        shutil.copytree(ROOT, self.root, symlinks=True, ignore=_LEFT_OUT)
        if (shared := ROOT.parent / "shared").exists():
            (folder / "shared").symlink_to(shared.resolve())

    def pytest(
        self, *words: str, within_s: float | None = None, env: Mapping[str, Path]
    ) -> int | None:
        """Run the tests; return pytest's exit status, None where the time was over."""
        process = subprocess.Popen(  # our own words
            [sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.mutants.plugin", *words],
            cwd=self.root,
            env={
                **os.environ,
                "PYTHONPATH": str(self.root),
                **{name: str(path) for name, path in env.items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(within_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with suppress(ProcessLookupError):  # whatever it has started goes with it
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def write(self, file: Path, source: str) -> None:
        """Replace a source, and what Python has compiled of it."""
        path = self.root / file
        path.write_text(source)
        for name in (path, self.root / "knockdeploy" / file):  # tasks are a link below it
            Path(importlib.util.cache_from_source(str(name))).unlink(missing_ok=True)

    def survives(self, tests: Sequence[str], within_s: float) -> bool:
        """Tell whether all of these tests pass."""
        chosen = self.root.parent / "chosen.json"
        chosen.write_text(json.dumps(tests))
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        words = ("-x", "-p", "no:cacheprovider", "-p", "no:xdist", *files)
        return self.pytest(*words, within_s=within_s, env={plugin.CHOSEN: chosen}) == 0


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests run a line of a source, by file and line; and the seconds each test takes."""

    tests: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]

    def of(self, file: Path, lines: Iterable[int], within_s: float) -> list[str]:
        """Return the tests that run any of these lines, then those that run others of the file.

        What is cached runs for the first test alone that asks. Of each the fastest come first, and
        no more than take so long.
        """
        by_line = self.tests.get(str(file), {})
        near = {test for line in lines for test in by_line.get(line, ())} & set(self.seconds)
        far = {test for tests in by_line.values() for test in tests} & set(self.seconds)
        found = sorted(far, key=lambda test: (test not in near, self.seconds[test], test))
        until = list(accumulate(self.seconds[test] for test in found))
        return found[: bisect(until, within_s)]


def reach(tree: Tree) -> Reach:
    """Run the suite once and see what reaches what; kept until a source or a test changes."""
    folder = ROOT / "build" / "mutants" / _digest()
    if not (folder / "passed.json").exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        cover = [f"--cov={each}" for each in FOLDERS]
        tree.pytest(
            "-n2", "--dist=loadscope", *cover, "--cov-context=test", "--cov-report=",
            env={"COVERAGE_FILE": folder / "coverage", plugin.PASSED: folder / "passed.part"},
        )  # fmt: skip
        (folder / "root").write_text(str(tree.root))
        (folder / "passed.part").rename(folder / "passed.json")
    root = Path((folder / "root").read_text())
    data = CoverageData(str(folder / "coverage"))
    data.read()
    seconds = json.loads((folder / "passed.json").read_text())
    together: dict[str, list[str]] = defaultdict(list)
    for test in seconds:
        together[test.partition("::")[0]].append(test)
    tests: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
    for name in data.measured_files():
        file = str(Path(name).relative_to(root)).replace("knockdeploy/tasks/", "tasks/")
        for line, contexts in data.contexts_by_lineno(name).items():
            found = frozenset(test for each in contexts for test in _judging(each, together))
            tests[file][line] = tests[file].get(line, frozenset()) | found
    return Reach(tests, seconds)


def _judging(context: str, together: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return the tests that judge what ran then: a fixture is made for the first of a file."""
    test, _, when = context.rpartition("|")
    return [test] if when == "run" else together[test.partition("::")[0]]


def _digest() -> str:
    digest = hashlib.sha256()
    for folder in (*FOLDERS, "templates", "tests"):
        for file in sorted(path for path in (ROOT / folder).rglob("*") if path.is_file()):
            if file.suffix != ".pyc":
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
