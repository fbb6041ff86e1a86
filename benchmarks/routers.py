"""The lab as a process of its own, so that no client's CPU time is counted with a router's.

    python -m benchmarks.routers DIR --routers 20 --profile classic

It is ``knockdeploy lab up`` with two things that only a benchmark needs: the SSH profile is chosen,
and the addresses are ones that no other lab uses.
"""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from knockdeploy.lab.fabric import LabOptions, fabric
from knockdeploy.lab.wire.ssh import CLASSIC, MODERN

PROFILES = {"classic": CLASSIC, "modern": MODERN}


def main() -> None:
    """Run routers until SIGTERM; their project is in DIR once ``ready`` is printed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--routers", type=int, default=20)
    parser.add_argument("--profile", choices=PROFILES, default="classic")
    arguments = parser.parse_args()
    # Blocked before the lab's thread is made, so that the signal waits for sigwait below.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    options = LabOptions(profile=PROFILES[arguments.profile])
    with fabric(arguments.routers, options, folder=arguments.folder, base_port=0) as lab:
        print("ready", lab.config_file, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
