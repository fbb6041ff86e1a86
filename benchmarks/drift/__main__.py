"""Print what a check finds of all mutants, and what it says of harmless changes.

    python -m benchmarks.drift [--each N]

``--each N`` takes every N-th mutant of a line.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from benchmarks.drift import harmless, ways_in
from benchmarks.drift.deployed import DEPLOYMENTS, deployed
from benchmarks.drift.judged import judged
from benchmarks.drift.mutants import mutants
from benchmarks.drift.oracle import Seen, seen
from knockdeploy.intent import Intent
from knockdeploy.ios.tree import Node


def missed(
    cases: Iterable[tuple[str, Node]],
    intent: Intent,
    counts: Counter[str],
    platform: str,
    *,
    is_known: bool = True,
) -> Iterator[str]:
    """Yield the mutants that open a service or break the knock, and that no finding tells.

    Of one that opens a service the rule has to be that of exposure.
    """
    for name, config in cases:
        counts["mutants"] += 1
        was = seen(config, platform) if is_known else Seen(is_open=True, knock_works=True)
        if was.is_right:
            continue
        counts["harmful"] += 1
        rules = {each.rule for each in judged(config, intent, platform)}
        if "exposed" in rules if was.is_open else rules:
            counts["found"] += 1
        else:
            yield f"{name}: {', '.join(sorted(rules)) or 'nothing'}"


def told(
    cases: Iterable[tuple[str, Node]], intent: Intent, counts: Counter[str], platform: str
) -> Iterator[str]:
    """Yield the harmless changes of which a check says something."""
    for name, config in cases:
        counts["harmless"] += 1
        if found := judged(config, intent, platform):
            counts["told"] += 1
            yield f"{name}: {found[0]}"


def main() -> None:
    """Print a table, and what was missed or told."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--each", type=int, default=1)
    every = options.parse_args().each
    print("| enforcement, engine, beside | mutants | open or broken | found | harmless | told |")
    print("|---|---:|---:|---:|---:|---:|")
    wrong: list[str] = []
    for deployment in DEPLOYMENTS:
        intent, config, at = deployed(deployment)
        counts: Counter[str] = Counter()
        known = chain(islice(mutants(config, at), 0, None, every), ways_in.known(config, at.acl))
        unseen = ways_in.unseen(config, at.acl, is_strict=deployment.is_strict)
        on = deployment.platform
        wrong += missed(known, intent, counts, on)
        wrong += missed(unseen, intent, counts, on, is_known=False)
        wrong += told(harmless.harmless(config), intent, counts, on)
        numbers = " | ".join(
            str(counts[each]) for each in ("mutants", "harmful", "found", "harmless", "told")
        )
        print(f"| {deployment} | {numbers} |", flush=True)
    print(*wrong, sep="\n")


if __name__ == "__main__":
    main()
