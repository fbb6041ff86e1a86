"""Attack doors on virtual routers: ``python -m benchmarks.attacks [--seed N] [--write]``.

``--write`` puts the tables into docs/security.md, as they are for the seed that stands there.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from benchmarks.attacks import noise
from benchmarks.attacks.table import ATTACKS, SEED, as_table, rows, write


def main() -> None:
    """Try all attacks, and print what each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attacks", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    began_s = time.monotonic()
    text = f"{as_table(_attacked(given.seed))}\n\n{as_table(noise.told())}"
    print(text)  # what it is for
    print(f"seed {given.seed}, {time.monotonic() - began_s:.0f} s")
    if given.write:
        write(text)


def _attacked(seed: int) -> Iterator[tuple[str, ...]]:
    yield ("somebody", "engine", "enforcement", "before", "now")
    for tried in ATTACKS:
        yield from rows(tried, seed)


if __name__ == "__main__":
    main()
