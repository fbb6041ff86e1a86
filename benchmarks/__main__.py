"""Write what docs/performance.md says, all of it in one run: ``make bench``.

python -m benchmarks [--repeat 3] [--ansible PATH/TO/ansible-playbook] [PART ...]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent.parent / "docs" / "performance.md"
PARTS: Final[Mapping[str, Sequence[str]]] = {
    "classic": ("deploy", "--profile", "classic", "--repeat", "REPEAT"),
    "modern": ("deploy", "--profile", "modern", "--repeat", "REPEAT"),
    "where": ("where",),
    "saved": ("saved",),
    "start": ("start",),
    "fleet": ("fleet",),
}
"""The parts of the page, each by the command that writes it."""


def written(page: str, part: str, command: str, table: str) -> str:
    """Return the page with a part anew: the command, when it ran beside what, what it printed."""
    pattern = re.compile(rf"(<!-- bench: {part} -->\n).*?(<!-- bench end -->)", re.DOTALL)
    said = f"    {command}\n\n{table.strip()}\n"
    page, n_parts = pattern.subn(lambda found: f"{found[1]}{said}{found[2]}", page)
    assert n_parts == 1, f"{PAGE.name} has no part {part}"  # noqa: S101  # ours to write
    return page


def main() -> None:
    """Measure, one after the other, and write the page."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("parts", nargs="*", default=[*PARTS], metavar="PART")
    options.add_argument("--repeat", default="3")
    options.add_argument("--ansible", metavar="ansible-playbook", help="compare Ansible, too")
    chosen = options.parse_args()
    # Asked before the first part: later, it is the parts themselves.
    load = f"{os.getloadavg()[0]:.0f} other processes ran on {os.cpu_count()} cores"
    for part in chosen.parts:
        name, *words = (chosen.repeat if word == "REPEAT" else word for word in PARTS[part])
        if chosen.ansible and name == "deploy":
            words += ["--ansible", chosen.ansible]
        command = [sys.executable, "-m", f"benchmarks.{name}", *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout, flush=True)
        page = PAGE.read_text(encoding="utf-8")
        shown = " ".join(["python", *command[1:]])
        shown = shown.replace(str(chosen.ansible), "ansible-playbook")
        PAGE.write_text(written(page, part, f"{shown}    # {load}", done.stdout), encoding="utf-8")


if __name__ == "__main__":
    main()
