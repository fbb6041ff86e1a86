"""Commands that need no router."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.guard import with_console
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Filter, Json, Limit


@app.command()
def render(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    output: Annotated[
        Path | None, typer.Option("-o", help="Write NAME.cfg into this folder.")
    ] = None,
    json: Json = False,
) -> int:
    """Print the knock configuration of each host as text for a terminal. Shows secrets.

    Example: knockdeploy render -l branch-17
    """
    from knockdeploy.cli import commands, fleet

    return with_console(
        "render",
        json,
        lambda console: commands.render(
            console, fleet.Selection.of(config, limit, filters), output
        ),
    )
