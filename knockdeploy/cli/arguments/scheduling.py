"""The command that has a check run regularly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.options import Notify

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console


@app.command()
def schedule(
    console: Console,
    selection: Selection,
    wanted: Annotated[
        Literal["systemd", "cron", "kubernetes", "github", "gitlab"],
        typer.Option("--format", help="What runs it."),
    ] = "systemd",
    at: Annotated[
        str | None,
        typer.Option(metavar="HH:MM", help="Time of the daily check.", show_default="06:00"),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Check this often instead, such as 15m or 4h.",
            show_default="once a day",
        ),
    ] = None,
    notify: Notify = None,
    install: Annotated[
        bool, typer.Option("--install", help="Install it for your user (systemd or cron).")
    ] = False,
) -> int:
    """Print a timer or job that runs `check` regularly, or install it.

    Example: knockdeploy schedule --format cron --at 06:30
    """
    from knockdeploy.cli import scheduling

    check = scheduling.scheduled(selection, scheduling.due(at, every), notify)
    return scheduling.schedule(console, check, wanted, install=install)
