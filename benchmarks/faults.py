"""What becomes of routers whose change is struck: as before, as planned, and told so?

    python -m benchmarks.faults [--seed 1] [--only FAMILY] [--sample N]

Each router of a lab gets a fault of its own; all are changed in one run. Then every router is
looked at behind its back, at once and when its own timers have run out. With a mismatch the status
is 1.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from benchmarks import outside, truth
from benchmarks.arena import DEPLOY, ENFORCEMENTS, RUNGS, VERBS, Arena, Trial, arena, clean, parts
from benchmarks.rows import HEAD, Row
from benchmarks.struck import FAMILIES, PROVED, Case
from benchmarks.truth import Ends

_N_AT_ONCE: Final = 50  # routers of one lab
_SAMPLE: Final = 6
"""How many cases of a family where not all are tried: what was tried at every line of another."""


def struck(trial: Trial, names: Sequence[str], rng: Random, n_most: int | None) -> Row:
    """Strike routers with the cases of some families, one each; see what becomes of them."""
    started_s = time.monotonic()
    row = Row(trial, names[0] if len(names) == 1 else f"{n_most} of each")
    of = clean(replace(trial, proves=False))  # it ends the same, and sooner
    found = [case for name in names for case in FAMILIES[name](of, rng, n_most)]
    for cases in parts(found, _N_AT_ONCE):
        with arena(len(cases), trial) as ready:
            _strike(ready, cases, row, of.ends)
    row.seconds = time.monotonic() - started_s
    return row


def _strike(ready: Arena, cases: Iterable[Case], row: Row, ends: Ends) -> None:
    labels = dict(zip(ready.lab.routers, cases, strict=True))
    for name, case in labels.items():
        case.prepare(ready.lab.routers[name])
    hosts = ready.run()["hosts"]
    ready.wait_for_silence()
    seen = ready.seen()
    for name, case in labels.items():
        row.add(case.label, ends, seen[name], hosts[name])
    if armed := [name for name in labels if seen[name].later.is_armed]:
        _once_more(ready, armed, row, ends)


def _once_more(ready: Arena, names: Iterable[str], row: Row, ends: Ends) -> None:
    """See that the next run takes away what armed these routers, and carries the change through."""
    ready.mend()
    hosts = ready.run("-l", ",".join(names))["hosts"]
    now = ready.portraits()
    for name in names:
        if now[name].is_armed or ends.which(now[name].running) != truth.AFTER:
            row.mismatches.append(f"{name}: not carried through after it: {hosts[name]}")


def trials(rng: Random, n_most: int | None, only: str | None) -> Iterator[Row]:
    """Carry out all trials; every line of a deployment, and samples of the rest."""
    names = [name for name in FAMILIES if only in {None, name}]
    for name in names:
        yield struck(Trial(proves=name in PROVED), [name], rng, n_most)
    plain = [name for name in names if name not in PROVED]
    for verb, rung in itertools.product(VERBS, RUNGS) if plain else ():
        if (verb, rung) != (DEPLOY, "timer"):
            yield struck(Trial(verb, rung), plain, rng, min(n_most or _SAMPLE, _SAMPLE))
    for verb in VERBS if plain else ():
        kinds = (Trial(verb, is_new=True, enforcement=each) for each in ENFORCEMENTS)
        for trial in (Trial(verb, engine="tcl"), *kinds):
            yield struck(trial, plain, rng, min(n_most or _SAMPLE, _SAMPLE))
    yield from outside.rows(only, rng, n_most)


def main() -> int:
    """Print a table; return how it went."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*FAMILIES, *outside.OUTSIDE], metavar="FAMILY")
    parser.add_argument("--sample", type=int, metavar="N", help="at most so many of each")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}\n\n{HEAD}", flush=True)
    rows = []
    for row in trials(Random(chosen.seed), chosen.sample, chosen.only):
        rows.append(row)
        print(row, flush=True)
        for mismatch in row.mismatches:
            print(mismatch, file=sys.stderr, flush=True)
    n_mismatches = sum(len(row.mismatches) for row in rows)
    print(f"\n{sum(row.n_routers for row in rows)} routers, {n_mismatches} mismatches")
    return 1 if n_mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
