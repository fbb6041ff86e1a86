"""Which project a command is for, and which of its hosts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Filter, Forks, Limit

if TYPE_CHECKING:
    from knockdeploy.cli.fleet import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Hosts of an inventory."""

    config: Config = DEFAULT_CONFIG
    limit: Limit = None
    filters: Filter = None

    @property
    def selection(self) -> Selection:
        """Which of them the command is for."""
        from knockdeploy.cli import fleet

        given = asdict(self)
        return fleet.Selection(
            **given | {key: tuple(given[key] or ()) for key in ("limit", "filters")}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Routers(Hosts):
    """Hosts that are contacted; ``forks`` is how many at a time."""

    forks: Forks = None
