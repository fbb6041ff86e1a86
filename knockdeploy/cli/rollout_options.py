"""How the command line has a run walk through the fleet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from knockdeploy.cli.completing import runs_like


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutOptions:
    """Options of a rollout; None leaves what the settings say."""

    resume: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Finish a run that stopped, with the options it began with, --until and "
            "--notify too.",
            show_default="start a new run",
            autocompletion=runs_like,
        ),
    ] = None
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Do not ask before changing anything.")
    ] = False
    canary: Annotated[
        str | None,
        typer.Option(
            metavar="N or HOST,HOST",
            help="Which routers go first; any failure among them stops the run.",
            show_default="rollout.canary, else 1",
        ),
    ] = None
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="N or P%",
            help="Size of the next stage; each later one is twice as large.",
            show_default="rollout.batch, else 25%",
        ),
    ] = None
    max_failures: Annotated[
        str | None,
        typer.Option(
            metavar="N or P%",
            help="Start no more routers once more than this many have failed.",
            show_default="rollout.max_failures, else 0",
        ),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(
            metavar="HH:MM",
            help="End of the maintenance window: start no router that might not finish by then.",
            show_default="none",
        ),
    ] = None
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Shell command to run after each stage and at the end; gets JSON on stdin.",
            show_default="none",
        ),
    ] = None
