"""How many of the things that can be made wrong in the package no test sees.

    make mutants ARGS="[--seed N] [--sample N] [--tests PATH...] [PATH...]"

Each mutant is one change of one source. It runs the tests that reach its lines, the fastest
first, until one fails that passes without it. mutmut 3.8 and cosmic-ray 8.7 were tried: neither
takes a seeded sample; mutmut names tests on pytest's command line, where our parameters do not
survive, and leaves out tables and whatever is decorated; cosmic-ray has one command for all
mutants of a session.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Final

from benchmarks.mutants.mutations import Mutation, mutations
from benchmarks.mutants.tree import ROOT, Reach, Tree, reach, sources

_AT_LEAST: Final = 8  # of each package, however small it is
_ROUNDS_S: Final = (1.0, 8.0, 30.0)  # of tests for a mutant; most are seen in the first round
_SLOWER: Final = 5.0  # than without it: then a mutant is taken for an endless one
_STARTING_S: Final = 30.0
_QUICK, _ALL_OTHERS = slice(-1), slice(-1, None)  # rounds


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutation of a source."""

    file: Path
    source: str
    mutation: Mutation

    @property
    def package(self) -> str:
        """The package it is counted with."""
        folder, name, *more = self.file.parts
        return name if more else folder

    def __str__(self) -> str:
        line = self.source.encode()[: self.mutation.start].count(b"\n") + 1
        return f"{self.file}:{line}: {self.mutation}"


def candidates(paths: Sequence[str]) -> list[Mutant]:
    """Return every mutant of the sources whose path begins with one of these."""
    return [
        Mutant(file, source, mutation)
        for file in sources()
        if not paths or str(file).startswith(tuple(paths))
        for source in [(ROOT / file).read_text()]
        for mutation in mutations(source)
    ]


def sample(mutants: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """Choose mutants, from each package in proportion to what it has."""
    packages: dict[str, list[Mutant]] = defaultdict(list)
    for each in mutants:
        packages[each.package].append(each)
    dice = random.Random(seed)
    chosen: list[Mutant] = []
    for those in packages.values():
        share = max(_AT_LEAST, round(size * len(those) / len(mutants)))
        chosen += dice.sample(those, min(share, len(those)))
    dice.shuffle(chosen)
    return chosen


def survives(mutant: Mutant, tree: Tree, reached: Reach, rounds: slice) -> bool:
    """Run what reaches a mutant, these rounds of it; what nothing reaches survives."""
    lines = mutant.mutation.lines if mutant.mutation.in_function else ()
    return not any(
        _sees(tests, mutant, tree, sum(reached.taken_s(tests)))
        for tests in reached.rounds(mutant.file, lines, _ROUNDS_S)[rounds]
    )


def _sees(tests: Sequence[str], mutant: Mutant, tree: Tree, usual_s: float) -> bool:
    """Tell whether one of these tests fails, or never ends, because of the mutant.

    What only a busy machine makes fail, or slow, it makes so without the mutant as well.
    """
    while tests:
        try:
            failed = _failing(tests, mutant, tree, usual_s)
        except TimeoutError:
            began = monotonic()
            tree.failing(tests)
            try:
                failed = _failing(tests, mutant, tree, monotonic() - began)
            except TimeoutError:
                return True
        if failed is None:
            return False
        if tree.failing([failed]) is None:
            return True
        tests = tests[tests.index(failed) + 1 :]
    return False


def _failing(tests: Sequence[str], mutant: Mutant, tree: Tree, usual_s: float) -> str | None:
    tree.write(mutant.file, mutant.mutation.applied(mutant.source))
    try:
        return tree.failing(tests, _STARTING_S + _SLOWER * usual_s)
    finally:
        tree.write(mutant.file, mutant.source)


def surviving(
    mutants: Sequence[Mutant], reached: Reach, copies: Sequence[Tree], rounds: slice
) -> Iterator[Mutant]:
    """Yield those that no test of these rounds sees, as many judged at a time as there are copies.

    Each is told at once.
    """
    free: SimpleQueue[Tree] = SimpleQueue()
    for each in copies:
        free.put(each)

    def judge(mutant: Mutant) -> bool:
        tree = free.get()
        try:
            return survives(mutant, tree, reached, rounds)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(copies)) as pool:
        for mutant, survived in zip(mutants, pool.map(judge, mutants), strict=True):
            if survived:
                print(f"survived: {mutant}", flush=True)
                yield mutant


def table(mutants: Sequence[Mutant], survivors: Sequence[Mutant]) -> Iterator[str]:
    """Yield the lines of the table by package."""
    yield f"{'package':<14}{'mutants':>8}{'killed':>8}{'':>7}"
    for name in [*sorted({each.package for each in mutants}), "all"]:
        of_all, left = (
            sum(name in ("all", each.package) for each in those) for those in (mutants, survivors)
        )
        yield f"{name:<14}{of_all:>8}{of_all - left:>8}{(of_all - left) / of_all:>7.0%}"


def main() -> None:
    """Make mutants and print those that survive, and the table."""
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("paths", nargs="*", help="sources, by how their path begins; all without")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--sample", type=int, default=200, help="how many mutants (200)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (2)")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="which tests judge (all)")
    words = parser.parse_args()
    chosen = sample(candidates(words.paths), words.sample, words.seed)
    print(f"{len(chosen)} mutants, seed {words.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        *copies, spare = (Tree(Path(folder, str(number))) for number in range(words.jobs + 1))
        reached = reach(spare, words.tests)
        survivors = list(surviving(chosen, reached, copies, _QUICK))
        print("Of these, with all tests that run their lines:", flush=True)
        survivors = list(surviving(survivors, reached, copies, _ALL_OTHERS))
    print("\n".join(table(chosen, survivors)))


if __name__ == "__main__":
    main()
