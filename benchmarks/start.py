"""What it takes until a command begins, beside Python itself: ``python -c pass``.

    python -m benchmarks.start [--repeat 9]

CPU time of whole processes on one core, in pairs; the median of their ratios.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.plan import INTENT
from benchmarks.processes import measure

_WITHIN_S: Final = 60.0
_NOTHING: Final = (sys.executable, "-c", "pass")
_OURS: Final = (sys.executable, "-m", "knockdeploy")
_LIBRARIES: Final = (
    sys.executable,
    "-c",
    "import paramiko, pydantic, ruamel.yaml, typer, nornir.core, nornir_netmiko.connections, "
    "knockdeploy.device.netmiko_driver",  # netmiko with one driver, as we load it
)
COMMANDS: Final = (("--help",), ("deploy", "--help"), ("lint",), ("check", "--from", "saved"))


def write(folder: Path) -> None:
    """Write a project of one router, and its configuration as somebody saved it."""
    (folder / "saved").mkdir()
    (folder / "saved" / "r1.cfg").write_text(
        "version 15.2\nhostname r1\ninterface GigabitEthernet0/0\n"
        " ip address 203.0.113.10 255.255.255.0\nline vty 0 4\nend\n"
    )
    intent = str(INTENT | {"new_acl_entries": ["permit ip any any"]})
    (folder / "hosts.yaml").write_text(f"r1: {{platform: ios, data: {{knock: {intent}}}}}\n")
    (folder / "config.yaml").write_text(
        "inventory: {plugin: SimpleInventory, options: {host_file: hosts.yaml}}\n"
    )


def typed(words: Sequence[str], folder: Path) -> Sequence[str]:
    """Return a command of ours as it is run."""
    known = ("-c", str(folder / "config.yaml"))
    paths = [str(folder / word) if word == "saved" else word for word in words]
    return (*_OURS, *paths, *(() if "--help" in words else known))


def beside_nothing(command: Sequence[str], repeat: int) -> float:
    """Return how many times the CPU time of nothing a command takes."""
    return statistics.median(
        measure(command, within_s=_WITHIN_S).cpu_s / measure(_NOTHING, within_s=_WITHIN_S).cpu_s
        for _ in range(repeat)
    )


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--repeat", type=int, default=9)
    repeat = options.parse_args().repeat
    with tempfile.TemporaryDirectory(prefix="knockdeploy-bench-") as name:
        write(Path(name))
        print("| | times `python -c pass` |\n|---|---:|")
        print(f"| the libraries alone, loaded | {beside_nothing(_LIBRARIES, repeat):.1f} |")
        for words in COMMANDS:
            ratio = beside_nothing(typed(words, Path(name)), repeat)
            print(f"| `knockdeploy {' '.join(words)}` | {ratio:.1f} |")


if __name__ == "__main__":
    main()
