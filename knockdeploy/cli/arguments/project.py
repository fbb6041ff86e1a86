"""Commands that need no router."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.options import Force

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console


@app.command()
def init(
    console: Console,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to create.")],
) -> int:
    """Make a new project: settings, an inventory with one router, and a knock for it.

    The knock is random and only in DIR/knocks, which nobody else can read.

    Example: knockdeploy init site
    """
    from knockdeploy.cli import init as project

    return project.init(console, folder)


@app.command()
def ports(
    console: Console,
    selection: Selection,
    new: Annotated[
        bool,
        typer.Option(
            "--new",
            help="Replace the knock of hosts that have one; routers keep theirs until deploy.",
        ),
    ] = False,
) -> int:
    """Make a random knock for each host that has none, in the file its `ports` refers to.

    Seven random ports; nothing is printed but the file's name. deploy takes them to the routers.

    Example: knockdeploy ports -l 'branch-*'
    """
    from knockdeploy.cli import ports as drawing

    return drawing.ports(console, selection, new=new)


@app.command()
def lint(
    console: Console,
    selection: Selection,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 on warnings, too.")] = False,
) -> int:
    """Check settings, inventory and how good the knocks are, without contacting a router.

    Example: knockdeploy lint --strict
    """
    from knockdeploy.cli import lint as linting

    return linting.lint(console, selection, strict=strict)


@app.command()
def render(
    console: Console,
    selection: Selection,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            metavar="DIR",
            help="Write NAME.cfg files to DIR, readable only by you.",
            show_default="stdout",
        ),
    ] = None,
    force: Force = False,
) -> int:
    """Print the knock configuration of each host as IOS text to paste. Shows secrets.

    Example: knockdeploy render -l branch-17
    """
    from knockdeploy.cli import rendering

    return rendering.render(console, selection, output, force=force)
