"""The command that knocks."""

from __future__ import annotations

from typing import Annotated

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.guard import with_console
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Json


@app.command()
def knock(
    host: Annotated[str, typer.Argument(help="A host of the inventory.")],
    config: Config = DEFAULT_CONFIG,
    source: Annotated[str | None, typer.Option(help="Knock from this address of ours.")] = None,
    print_: Annotated[
        bool, typer.Option("--print", help="Print what would be knocked. Shows secrets.")
    ] = False,
    then: Annotated[
        str | None,
        typer.Option(help="Run this by sh -c once open; KNOCK_ADDRESS and KNOCK_PORT are set."),
    ] = None,
    json: Json = False,
) -> int:
    """Knock, and wait until the first TCP service answers.

    Example: knockdeploy knock r1 --then 'ssh -p $KNOCK_PORT admin@$KNOCK_ADDRESS'
    """
    from knockdeploy.cli import knocking

    request = knocking.Request(host, source, prints=print_, then=then)
    return with_console("knock", json, lambda console: knocking.knock(console, config, request))
