"""Stories with routers of their own, played at the same time: each is mostly waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Final

Results = Mapping[str, Future[Any]]
_AT_ONCE: Final = 12


def together(stories: Mapping[str, Callable[[], object]]) -> Results:
    """Return what each came to, once all are over."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = {name: pool.submit(story) for name, story in stories.items()}
        wait(futures.values())
    return futures
