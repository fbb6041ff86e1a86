"""Follow README.md alone, with what an installation brought: ``python -m pages.newcomer BIN``.

BIN is the folder of that installation's programs. What is typed and printed is the transcript.
"""

from __future__ import annotations

import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from pages.page import ROOT, steps
from pages.reader import Reader

_ACTIONS = re.compile(r"(?:^[+-]  action .*\n)+", re.MULTILINE)
"""Of the applet in a diff: fifty lines that nobody reads twice."""


def main(programs: str) -> None:
    """Do each step, and print it with what came of it."""
    with (
        tempfile.TemporaryDirectory(prefix="knockdeploy-newcomer-") as folder,
        closing(Reader(Path(folder), Path(programs).absolute())) as reader,
    ):
        for step in steps((ROOT / "README.md").read_text(encoding="utf-8")):
            typed = f"$ {step.command}\n" if step.command else f"(writes {step.path})\n{step.text}"
            sys.stdout.write(_ACTIONS.sub("...\n", typed + reader.follow(step)))
            sys.stdout.write(f"(exit status {step.status})\n" if step.status else "")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
