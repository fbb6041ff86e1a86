"""Commands that read routers and change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.change.options import Options
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.completing import explained_like
from knockdeploy.cli.error_boundary import with_console
from knockdeploy.cli.options import (
    DEFAULT_CONFIG,
    Config,
    Filter,
    Forks,
    From,
    Full,
    Json,
    Limit,
    NoOverlap,
    Notify,
    ProofFrom,
    SaveAll,
)

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console


@app.command()
def preflight(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    forks: Forks = None,
    capture: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write what each router answered to DIR, without secrets, for a bug report.",
            show_default="not written",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Say whether each router is ready, and what to fix; change nothing. Exits 2 if one is not.

    Example: knockdeploy preflight -l branch-17 --capture report
    """
    from knockdeploy.cli import fleet, preflight

    return with_console(
        "preflight",
        json,
        lambda console: preflight.preflight(
            console, fleet.Selection.of(config, limit, filters, forks), capture
        ),
    )


@app.command()
def plan(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    forks: Forks = None,
    saved: From = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            metavar="FILE",
            help="Write the plan to FILE, for deploy --plan. The file has secrets.",
            show_default="not written",
        ),
    ] = None,
    full: Full = False,
    save_all: SaveAll = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 even if something differs.")
    ] = False,
    json: Json = False,
) -> int:
    """Read each router and show what would change; change nothing. Exits 2 if something differs.

    Example: knockdeploy plan -l 'branch-*'
    """
    from knockdeploy.cli import fleet, planning

    return with_console(
        "plan",
        json,
        lambda console: planning.plan(
            console.showing(full=full),
            fleet.Selection.of(config, limit, filters, forks),
            saved,
            output,
            exit_zero=exit_zero,
            options=Options(saves_all=save_all),
        ),
    )


@app.command()
def check(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    forks: Forks = None,
    saved: From = None,
    no_overlap: NoOverlap = False,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME[=FILE]",
            help="table, html, json, junit, sarif, prometheus or nagios; repeat it with files for "
            "several.",
            show_default="table",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", metavar="FILE", help="Write the one --format to FILE.", show_default="stdout"
        ),
    ] = None,
    notify: Notify = None,
    probe: Annotated[
        bool,
        typer.Option(
            "--probe", help="Also knock at each compliant router, first wrong, then right."
        ),
    ] = False,
    proof_from: ProofFrom = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show each missing line on a line of its own.")
    ] = False,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="HOST RULE",
            help="Explain what a rule found on a router, and which line it is about.",
            show_default="none",
            autocompletion=explained_like,
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Compare each router with the inventory. Exits 2 if something differs.

    Example: knockdeploy check --format html=check.html --format junit=check.xml
    """
    from knockdeploy.change.options import Options
    from knockdeploy.cli import checking, fleet
    from knockdeploy.cli.option_conflicts import refuse_together

    if explain:
        host, rule = explain

        def explained(console: Console) -> int:
            refuse_together(
                {
                    "--explain": explain, "-l": limit, "--format": formats, "-o": output,
                    "--notify": notify, "--probe": probe, "--proof-from": proof_from,
                    "--no-overlap": no_overlap,
                }
            )  # fmt: skip
            return checking.explain(
                console, fleet.Selection.of(config, [host], filters), saved, rule
            )

        return with_console("check", json, explained)
    chosen = tuple(formats or ())
    return with_console(
        "check",
        json or ("json" in chosen and output is None),
        lambda console: checking.check(
            console.showing(full=full),
            fleet.Selection.of(config, limit, filters, forks),
            saved,
            checking.Reports(chosen, output, notify, Options(probes=probe, proof_from=proof_from)),
            no_overlap=no_overlap,
        ),
    )
