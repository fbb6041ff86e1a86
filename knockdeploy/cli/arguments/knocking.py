"""Commands that knock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.completing import hosts_like
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Force, ProofFrom
from knockdeploy.knock.formats import FormatName

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console

Host = Annotated[str, typer.Argument(help="A host of the inventory.", autocompletion=hosts_like)]


@app.command()
def prove(
    console: Console,
    selection: Selection,
    proof_from: ProofFrom = None,
    behaviours: Annotated[
        bool,
        typer.Option(
            "--behaviours",
            help="Contact no router: try the configuration on virtual ones, under each behaviour "
            "of IOS that is not known for certain, and all pairs.",
        ),
    ] = False,
) -> int:
    """Knock at each router for real, wrong and right. Exits 2 if a door misbehaves.

    Example: knockdeploy prove -l branch-17 --proof-from jane@bastion
    """
    from knockdeploy.cli import proving, rehearsing
    from knockdeploy.cli.option_checks import refuse_together

    refuse_together({"--behaviours": behaviours, "--proof-from": proof_from})
    if behaviours:
        return rehearsing.rehearsing(console, selection)
    return proving.prove(console, selection, proof_from)


@app.command()
def knock(
    console: Console,
    host: Host,
    config: Config = DEFAULT_CONFIG,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Source address of the knock.",
            show_default="chosen by the system",
        ),
    ] = None,
    print_: Annotated[
        bool, typer.Option("--print", help="Print the knock instead of sending it. Shows secrets.")
    ] = False,
    then: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Run this (sh -c) once the door is open; KNOCK_ADDRESS and KNOCK_PORT are set.",
            show_default="none",
        ),
    ] = None,
) -> int:
    """Knock, and wait until the first TCP service answers.

    Example: knockdeploy knock r1 --then 'ssh -p $KNOCK_PORT admin@$KNOCK_ADDRESS'
    """
    from knockdeploy.cli import knocking

    request = knocking.Request(host, source, prints=print_, then=then)
    return knocking.knock(console, config, request)


@app.command()
def client(
    console: Console,
    host: Host,
    *,
    config: Config = DEFAULT_CONFIG,
    format_: Annotated[
        FormatName, typer.Option("--format", help="Which program or app it is for.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            metavar="FILE",
            help="Write to FILE, readable only by you; a card as FILE.html has a QR code.",
            show_default="stdout",
        ),
    ] = None,
    force: Force = False,
) -> int:
    """Print the knock for another program or app. Shows secrets.

    Example: knockdeploy client r1 --format card -o r1.html
    """
    from knockdeploy.cli import clients

    return clients.client(console, config, host, format_, output, force=force)
