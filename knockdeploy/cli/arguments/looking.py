"""Commands that read routers and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Routers
from knockdeploy.cli.completing import explained_like
from knockdeploy.cli.options import From, Full, Notify, ProofFrom, SaveAll

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What a check does besides comparing: formats, files, whom to notify, whether to probe.

    ``no_overlap`` is for scheduled checks: one that somebody starts by hand is never refused.
    """

    no_overlap: Annotated[
        bool,
        typer.Option(
            "--no-overlap", help="Exit if another --no-overlap check of this project is running."
        ),
    ] = False
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME[=FILE]",
            help="table, html, json, junit, sarif, prometheus or nagios; repeat it with files for "
            "several.",
            show_default="table",
        ),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", metavar="FILE", help="Write the one --format to FILE.", show_default="stdout"
        ),
    ] = None
    notify: Notify = None
    probe: Annotated[
        bool,
        typer.Option(
            "--probe", help="Also knock at each compliant router, first wrong, then right."
        ),
    ] = False
    proof_from: ProofFrom = None


@app.command()
def preflight(
    console: Console,
    routers: Routers,
    capture: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write what each router answered to DIR, without secrets, for a bug report.",
            show_default="not written",
        ),
    ] = None,
) -> int:
    """Say whether each router is ready, and what to fix; change nothing. Exits 2 if one is not.

    Example: knockdeploy preflight -l branch-17 --capture report
    """
    from knockdeploy.cli import preflight

    return preflight.preflight(console, routers, capture)


@app.command()
def plan(
    console: Console,
    routers: Routers,
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
) -> int:
    """Read each router and show what would change; change nothing. Exits 2 if something differs.

    Example: knockdeploy plan -l 'branch-*'
    """
    from knockdeploy.cli import planning

    return planning.plan(
        console.showing(full=full),
        routers,
        saved,
        output,
        exit_zero=exit_zero,
        options=ChangeOptions(saves_all=save_all),
    )


@app.command()
def check(
    console: Console,
    routers: Routers,
    saved: From = None,
    *,
    reports: Reports,
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
) -> int:
    """Compare each router with the inventory. Exits 2 if something differs.

    Example: knockdeploy check --format html=check.html --format junit=check.xml
    """
    from knockdeploy.cli import checking

    if explain:
        return checking.explain(console, routers, saved, reports, *explain)
    console.json = console.json or ("json" in (reports.formats or ()) and reports.output is None)
    return checking.check(console.showing(full=full), routers, saved, reports)
