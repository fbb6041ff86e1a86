"""Copies of the repository that mutants are made in, and which tests run which of its lines."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import multiprocessing
import os
import shutil
import signal
import sys
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NoReturn

import pytest
from coverage import CoverageData

from benchmarks.mutants import plugin

ROOT = Path(__file__).parents[2]
FOLDERS = ("knockdeploy", "tasks")
_WARM = multiprocessing.get_context("forkserver")
# What tests import of others is imported once. Not hypothesis: pytest has its plugin first. Not
# netmiko and ciscoconfparse: what is left out of them as they load is ours.
_WARM.set_forkserver_preload([
    *("asyncssh", "jinja2", "jsonschema", "nornir.core", "pydantic", "pytest"),
    *("rich.console", "ruamel.yaml", "typer"),
])  # fmt: skip
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
        process = _WARM.Process(target=_pytest, args=(self.root, words, env))
        process.start()
        process.join(within_s)
        status = process.exitcode
        with suppress(ProcessLookupError):  # whatever it has started goes with it
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        return status

    def write(self, file: Path, source: str) -> None:
        """Replace a source, and what Python has compiled of it."""
        path = self.root / file
        path.write_text(source)
        for name in (path, self.root / "knockdeploy" / file):  # tasks are a link below it
            Path(importlib.util.cache_from_source(str(name))).unlink(missing_ok=True)

    def failing(self, tests: Sequence[str], within_s: float | None = None) -> str | None:
        """Return the first of these tests that does not pass, None where all do.

        Raises TimeoutError where they have not ended in this time.
        """
        chosen, passed = (self.root.parent / name for name in ("chosen.json", "passed.json"))
        chosen.write_text(json.dumps(tests))
        passed.write_text("{}")
        files = dict.fromkeys(map(_file, tests))
        words = ("-x", "-p", "no:cacheprovider", "-p", "no:xdist", *files)
        env = {plugin.CHOSEN: chosen, plugin.PASSED: passed}
        if self.pytest(*words, within_s=within_s, env=env) is None:
            raise TimeoutError
        seen = json.loads(passed.read_text())
        return next((test for test in tests if test not in seen), None)


def _pytest(root: Path, words: Sequence[str], env: Mapping[str, Path]) -> NoReturn:
    """Be pytest in a copy, at the head of a group of processes."""
    os.setsid()
    os.chdir(root)
    sys.path[:] = [str(root), *(each for each in sys.path if Path(each).resolve() != ROOT)]
    os.environ |= {"PYTHONPATH": str(root), **{name: str(path) for name, path in env.items()}}
    sys.dont_write_bytecode = False  # or each mutant would have all compiled anew
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os._exit(pytest.main(["-q", *words], plugins=[plugin]))


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests run a line of a source, by file and line; and the seconds that tests take.

    ``shared_s`` is what the tests of a file take before the first of them.
    """

    tests: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]
    shared_s: Mapping[str, float]

    @classmethod
    def of(
        cls, tests: Mapping[str, Mapping[int, frozenset[str]]], took: Mapping[str, Sequence[float]]
    ) -> Reach:
        """Return it; tests ``took`` seconds of set-up, and of the rest.

        A fixture of a file is set up for one of its tests: the longest set-up may be that.
        """
        seconds = {test: sum(each) for test, each in took.items()}
        first = {_file(test): test for test, _ in sorted(took.items(), key=lambda item: item[1][0])}
        shared_s = {file: took[test][0] for file, test in first.items()}
        for file, test in first.items():
            seconds[test] -= shared_s[file]
        return cls(tests, seconds, shared_s)

    def rounds(self, file: Path, lines: Sequence[int], until_s: Sequence[float]) -> list[list[str]]:
        """Return the tests that run any of these lines, then those that run others of the file.

        What is cached runs for the first test alone that asks: before the others come those of
        the same case, and those of a file called after the source: what a table says is seen
        there. Where no test runs the lines, since they are run when the module is imported or by
        a process of its own, those of the package judge, else all. Of each the fastest come first.
        A round is over, and begins, when the tests have taken so long. In the last are all others
        that run the lines.
        """
        by_line = self.tests.get(str(file), {})
        near = {test for line in lines for test in by_line.get(line, ())} & set(self.seconds)
        far = {test for tests in by_line.values() for test in tests} & set(self.seconds)
        cases = set(map(_case, near))
        own, package = f"test_{file.stem}.py", f"tests/{file.parent.name}/"
        beside = {
            test for test in self.seconds if _case(test) in cases or Path(_file(test)).name == own
        }
        if not (near if lines else far):
            beside |= {test for test in self.seconds if test.startswith(package)}
        beside = beside or set(self.seconds)

        def place(test: str) -> tuple[object, ...]:
            alone_s = self.shared_s[_file(test)] + self.seconds[test]
            return test not in near, test not in beside, alone_s, test

        found = sorted(far | beside, key=place)
        ends = [bisect(list(accumulate(self.taken_s(found))), each) for each in until_s]
        rest = [test for test in found[ends[-1] :] if test in near]
        return [*(found[start:end] for start, end in pairwise([0, *ends])), rest]

    def taken_s(self, tests: Iterable[str]) -> Iterator[float]:
        """Yield what each of these tests took, one after the other."""
        begun: set[str] = set()
        for test in tests:
            file = _file(test)
            yield self.seconds[test] + (0 if file in begun else self.shared_s[file])
            begun.add(file)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _case(test: str) -> tuple[str, str]:
    """Return the file of a test and its parameters: its tests often share what they look at."""
    return _file(test), test.partition("[")[2]


def reach(tree: Tree, judges: Sequence[str]) -> Reach:
    """Run these tests once and see what reaches what; kept until a source or a test changes."""
    folder = ROOT / "build" / "mutants" / _digest(judges)
    if not (folder / "passed.json").exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        cover = [f"--cov={each}" for each in FOLDERS]
        tree.pytest(
            *judges, "-n4", "--dist=loadscope", *cover, "--cov-context=test", "--cov-report=",
            env={"COVERAGE_FILE": folder / "coverage", plugin.PASSED: folder / "passed.part"},
        )  # fmt: skip
        (folder / "root").write_text(str(tree.root))
        (folder / "passed.part").rename(folder / "passed.json")
    root = Path((folder / "root").read_text())
    data = CoverageData(str(folder / "coverage"))
    data.read()
    took = json.loads((folder / "passed.json").read_text())
    together: dict[str, list[str]] = defaultdict(list)
    for test in took:
        together[_file(test)].append(test)
    tests: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
    for name in data.measured_files():
        file = str(Path(name).relative_to(root)).replace("knockdeploy/tasks/", "tasks/")
        for line, contexts in data.contexts_by_lineno(name).items():
            found = frozenset(test for each in contexts for test in _judging(each, together))
            tests[file][line] = tests[file].get(line, frozenset()) | found
    return Reach.of(tests, took)


def _judging(context: str, together: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return the tests that judge what ran then: a fixture is made for the first of a file."""
    test, _, when = context.rpartition("|")
    return [test] if when == "run" else together[_file(test)]


def _digest(judges: Sequence[str]) -> str:
    digest = hashlib.sha256(" ".join(judges).encode())
    for folder in (*FOLDERS, "templates", "tests"):
        for file in sorted(path for path in (ROOT / folder).rglob("*") if path.is_file()):
            if file.suffix != ".pyc":
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
