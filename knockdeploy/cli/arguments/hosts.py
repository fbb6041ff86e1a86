"""Which project a command is for, and which of its hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from knockdeploy.cli.completing import filters_like
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Limit


@dataclass(frozen=True, slots=True)
class Selection:
    """Hosts of an inventory."""

    config: Config = DEFAULT_CONFIG
    limit: Limit = None
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "-f",
            "--filter",
            metavar="KEY=VALUE",
            help="Only hosts with this name, hostname, platform, group or data; repeat to narrow.",
            show_default="all hosts",
            autocompletion=filters_like,
        ),
    ] = None

    @property
    def is_all(self) -> bool:
        """Whether no host is left out."""
        return not (self.limit or self.filters)


@dataclass(frozen=True, slots=True)
class Routers(Selection):
    """Hosts that are contacted; ``forks`` is how many at a time."""

    forks: Annotated[
        int | None,
        typer.Option(
            "--forks",
            min=1,
            metavar="N",
            help="How many routers to work on at a time.",
            show_default="num_workers in config.yaml, else 20",
        ),
    ] = None
