"""Commands about earlier runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.completing import hosts_like, rules_like, runs_like
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Full, Limit

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console

PageFormat = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="html[=FILE]", help="Print the run as a page.", show_default="table"
    ),
]


@app.command()
def history(
    console: Console,
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="HOST",
            help="Show what checks found on this host, and since when.",
            show_default="list runs",
            autocompletion=hosts_like,
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="RULE",
            help="Show what checks found by this rule, and since when.",
            show_default="list runs",
            autocompletion=rules_like,
        ),
    ] = None,
) -> int:
    """List the runs made from this project, or what checks found and since when; newest first.

    Example: knockdeploy history --host branch-17
    """
    from knockdeploy.cli import history as runs
    from knockdeploy.cli.findings import findings_over_time
    from knockdeploy.cli.option_checks import refuse_together

    if not (host or rule):
        return runs.history(console, config, limit or ())
    if limit:
        refuse_together({"-l": limit, "--host": host, "--rule": rule})
    return findings_over_time(console, config, host, rule)


@app.command()
def show(
    console: Console,
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN|PLANFILE",
            help="A run: its name, the beginning of it, or latest; or a file written by plan -o.",
            autocompletion=runs_like,
        ),
    ],
    config: Config = DEFAULT_CONFIG,
    backup: Annotated[
        str | None,
        typer.Option(
            metavar="HOST",
            help="Print the router's configuration from before the run, without secrets.",
            show_default="show the run",
            autocompletion=hosts_like,
        ),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Print that configuration with its secrets.")
    ] = False,
    full: Full = False,
    page: PageFormat = None,
) -> int:
    """Show what a run did on each router, or what a saved plan would change; secrets masked.

    Example: knockdeploy show 20261122T143422Z --backup branch-17
    """
    from knockdeploy.cli import history as runs
    from knockdeploy.cli.option_checks import refuse_together
    from knockdeploy.cli.plans import show_file
    from knockdeploy.cli.run_page import show_page

    if (file := Path(run)).is_file():
        refuse_together({"PLANFILE": file, "--backup": backup, "--format": page})
        return show_file(console.showing(full=full), file)
    runs.refuse_pointless(page, backup, full=full, reveal=reveal)
    if page is not None:
        return show_page(console, config, run, page)
    return runs.show(console.showing(full=full), config, run, backup=backup, reveal=reveal)


@app.command()
def stop(
    console: Console,
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="A run: its name, the beginning of it, or latest.",
            autocompletion=runs_like,
        ),
    ],
    config: Config = DEFAULT_CONFIG,
) -> int:
    """Stop a run once the routers in flight are done; the others are not started.

    Example: knockdeploy stop 20261122T143422Z
    """
    from knockdeploy.cli import history as runs

    return runs.stop(console, config, run)
