"""What makes a command run regularly."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Hosts
from knockdeploy.cli.arguments.spread import spread
from knockdeploy.cli.error_boundary import with_console
from knockdeploy.cli.options import Json, Notify


@app.command()
@spread(Hosts)
def schedule(
    hosts: Hosts,
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
    json: Json = False,
) -> int:
    """Print a timer or job that runs `check` regularly, or install it.

    Example: knockdeploy schedule --format cron --at 06:30
    """
    from knockdeploy.cli import scheduling

    return with_console(
        "schedule",
        json,
        lambda console: scheduling.schedule(
            console,
            scheduling.scheduled(hosts.selection, scheduling.due(at, every), notify),
            wanted,
            install=install,
        ),
    )
