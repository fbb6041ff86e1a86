"""A Dask scheduler, or a worker: `ready` once it is there.

    python -m benchmarks.dask_node FILE [SCHEDULER THREADS]

FILE gets the address of a scheduler.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path

import dask
from distributed import Scheduler, Worker


async def main(file: Path, scheduler: str = "", n_threads: str = "1") -> None:
    """Run until SIGTERM."""
    logging.getLogger("distributed").setLevel(logging.ERROR)
    dask.config.set({"distributed.worker.profile.enabled": False})  # as docs/scale.md has it
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    node: Scheduler | Worker
    if scheduler:
        node = Worker(scheduler, nthreads=int(n_threads), host="127.0.0.1", dashboard=False)
    else:
        node = Scheduler(host="127.0.0.1", port=0, dashboard=False)
    async with node:
        if not scheduler:
            file.write_text(node.address)
        print("ready", flush=True)
        await over.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
