"""The application that every command group adds its commands to."""

from __future__ import annotations

from typing import Annotated

import typer

from knockdeploy import __version__

app = typer.Typer(
    name="knockdeploy",
    help="Port knocking on Cisco IOS for fleets: rendered, proved, deployed, checked.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"knockdeploy {__version__}")
        raise typer.Exit(0)
