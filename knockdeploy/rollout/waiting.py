"""The routers that wait for their turn, never two of one site at once."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping


class Waiting:
    """Routers in order. Times are seconds of the caller's clock.

    ``sites`` has what must not be worked on twice at a time; a router without one is its own.
    """

    def __init__(self, hosts: Iterable[str], sites: Mapping[str, str]) -> None:
        self._sites = sites
        self._queues: dict[str, deque[str]] = {}
        self._free: deque[str] = deque()
        self._busy: set[str] = set()
        self._later: list[tuple[float, str]] = []
        self._n_waiting = 0
        for host in hosts:
            self.put(host)

    def __len__(self) -> int:
        return self._n_waiting + len(self._later)

    @property
    def n_later(self) -> int:
        """How many are to be retried later."""
        return len(self._later)

    @property
    def next_s(self) -> float | None:
        """When the first router that is to be retried later may go."""
        return self._later[0][0] if self._later else None

    def put(self, host: str, not_before_s: float | None = None) -> None:
        """Add a router behind the others, or for later."""
        if not_before_s is not None:
            heapq.heappush(self._later, (not_before_s, host))
            return
        site = self._site(host)
        queue = self._queues.setdefault(site, deque())
        queue.append(host)
        self._n_waiting += 1
        if len(queue) == 1 and site not in self._busy:
            self._free.append(site)

    def take(self, now_s: float) -> str | None:
        """Return the next router whose site nobody works on; it is busy from here on."""
        while self._later and self._later[0][0] <= now_s:
            self.put(heapq.heappop(self._later)[1])
        if not self._free:
            return None
        site = self._free.popleft()
        self._busy.add(site)
        self._n_waiting -= 1
        return self._queues[site].popleft()

    def release(self, host: str) -> None:
        """Let others of the router's site go."""
        site = self._site(host)
        self._busy.discard(site)
        if self._queues[site]:
            self._free.append(site)

    def _site(self, host: str) -> str:
        # The prefix keeps a router without a site from being taken for a site of its name.
        return f"s{self._sites[host]}" if host in self._sites else f"h{host}"
