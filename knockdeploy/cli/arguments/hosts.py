"""Which project a command is for, and which of its hosts."""

from __future__ import annotations

from dataclasses import dataclass

from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Filter, Forks, Limit


@dataclass(frozen=True, slots=True)
class Selection:
    """Hosts of an inventory."""

    config: Config = DEFAULT_CONFIG
    limit: Limit = None
    filters: Filter = None

    @property
    def is_all(self) -> bool:
        """Whether no host is left out."""
        return not (self.limit or self.filters)


@dataclass(frozen=True, slots=True)
class Routers(Selection):
    """Hosts that are contacted; ``forks`` is how many at a time."""

    forks: Forks = None
