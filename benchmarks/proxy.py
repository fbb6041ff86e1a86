"""A TCP proxy that adds the round trip of a WAN, and counts how often a client waits for one.

    python -m benchmarks.proxy --rtt-ms 50 --counts FILE 127.10.0.1:11022=127.10.0.1:10022 ...

Bytes keep their order and are never held back by those before them: the line is long, not narrow.
It says ``ready`` when everything listens, and on SIGTERM writes FILE: a list of
``Counts``, one for each connection, in their order.

A trip is counted when the client sends something after an answer has got to it. What it would have
sent without that answer (an SSH window grown, say) counts too, so the number is an upper bound.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Self

Address = tuple[str, int]
Note = Callable[[], None]
_READ_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Route:
    """Where the proxy listens, and where it connects to for whoever comes there."""

    listen: Address
    target: Address

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``ADDRESS:PORT=ADDRESS:PORT``."""
        listen, target = (side.rpartition(":") for side in text.split("="))
        return cls((listen[0], int(listen[2])), (target[0], int(target[2])))

    def __str__(self) -> str:
        (address, port), (target, target_port) = self.listen, self.target
        return f"{address}:{port}={target}:{target_port}"


@dataclass(slots=True)
class Counts:
    """What one connection did, seen from the client."""

    listen: str
    trips: int = 0
    is_answered: bool = False

    def sends(self) -> None:
        """Note that the client sends something now."""
        self.trips += self.is_answered
        self.is_answered = False

    def receives(self) -> None:
        """Note that something gets to the client now."""
        self.is_answered = True


class Line:
    """One direction of a connection: what enters it leaves it ``delay_s`` later."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def fill(self, reader: asyncio.StreamReader, note: Note, after_s: float = 0) -> None:
        """Put in what ``reader`` gives, noted as it enters."""
        await asyncio.sleep(after_s)
        now_s = asyncio.get_running_loop().time
        while chunk := await reader.read(_READ_BYTES):
            note()
            self._under_way.put_nowait((now_s() + self._delay_s, chunk))
        self._under_way.put_nowait((now_s() + self._delay_s, b""))

    async def empty(self, writer: asyncio.StreamWriter, note: Note) -> None:
        """Hand ``writer`` what has arrived, noted as it leaves."""
        now_s = asyncio.get_running_loop().time
        while True:
            due_s, chunk = await self._under_way.get()
            await asyncio.sleep(due_s - now_s())
            if not chunk:
                writer.write_eof()
                return
            note()
            writer.write(chunk)


class Proxy:
    """Carries connections over lines with a round trip of ``rtt_s``."""

    def __init__(self, rtt_s: float) -> None:
        self._rtt_s = rtt_s
        self.counts: list[Counts] = []

    async def listen(self, route: Route) -> None:
        """Accept connections for a route until the loop ends."""
        address, port = route.listen
        await asyncio.start_server(partial(self._accepted, route), address, port, backlog=128)

    async def _accepted(
        self, route: Route, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        # The end of the loop; Python 3.11 prints a traceback for each stream that it cancels.
        with contextlib.suppress(asyncio.CancelledError):
            await self._carry(route, reader, writer)

    async def _carry(
        self, route: Route, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        counts = Counts("{}:{}".format(*route.listen))
        self.counts.append(counts)
        up, down = Line(self._rtt_s / 2), Line(self._rtt_s / 2)
        writers = [writer]
        try:
            async with asyncio.TaskGroup() as tasks:
                # The kernel has answered the client's SYN at once. What it sends now would have
                # left a round trip later, and the router would see the client half a trip after.
                tasks.create_task(up.fill(reader, counts.sends, after_s=self._rtt_s))
                await asyncio.sleep(1.5 * self._rtt_s)
                router_reader, router_writer = await asyncio.open_connection(*route.target)
                writers.append(router_writer)
                tasks.create_task(up.empty(router_writer, _unnoted))
                tasks.create_task(down.fill(router_reader, _unnoted))
                tasks.create_task(down.empty(writer, counts.receives))
        except* OSError:
            pass  # one side is gone: so is the other
        finally:
            for end in writers:
                end.close()


def _unnoted() -> None:
    """The routers' ends are nobody's to count."""


async def _serve(routes: Sequence[Route], rtt_s: float) -> list[Counts]:
    proxy, stop = Proxy(rtt_s), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    for route in routes:
        await proxy.listen(route)
    print("ready", flush=True)
    await stop.wait()
    return proxy.counts


def main() -> None:
    """Carry connections until SIGTERM, then write the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rtt-ms", type=float, default=50.0)
    parser.add_argument("--counts", type=Path, required=True, metavar="FILE")
    parser.add_argument("routes", nargs="+", type=Route.parse, metavar="LISTEN=TARGET")
    arguments = parser.parse_args()
    counts = asyncio.run(_serve(arguments.routes, arguments.rtt_ms / 1000))
    arguments.counts.write_text(json.dumps([asdict(count) for count in counts]))


if __name__ == "__main__":
    main()
