"""Coverage-guided fuzzing, where atheris installs: it is no dependency of ours.

    cd tests; ../.venv/bin/python -m fuzzing TARGET [libFuzzer options, such as -max_total_time=60]

What a target raises is a defect; the input is then left in a file that libFuzzer names.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Fuzz one target until it fails or its time is over."""
    import atheris  # noqa: PLC0415

    with atheris.instrument_imports(include=["knockdeploy"]):
        from fuzzing import targets  # noqa: PLC0415

    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in targets.TARGETS:
        sys.exit(f"which target? {' '.join(targets.TARGETS)}")
    target, seeds = targets.TARGETS[name]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds()):
            Path(corpus, str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *sys.argv[2:], corpus], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
