"""Commands over virtual routers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knockdeploy.cli.arguments.app import App, app
from knockdeploy.cli.guard import with_console
from knockdeploy.cli.options import Json

lab = App(help="Virtual routers on loopback addresses.", rich_markup_mode=None)
app.add_typer(lab, name="lab")


@lab.command("up")
def lab_up(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the project goes.")] = Path(
        "lab"
    ),
    routers: Annotated[int, typer.Option(min=1, help="How many.")] = 3,
    base_port: Annotated[int, typer.Option(min=1, max=65000, help="The port of SSH.")] = 10022,
    profile: Annotated[str, typer.Option(help="classic or modern algorithms.")] = "classic",
) -> int:
    """Run virtual routers until Ctrl-C, and write an inventory for them.

    Example: knockdeploy lab up --routers 5
    """
    from knockdeploy.cli import labs

    size = labs.Size(routers, base_port, profile)
    return with_console("lab", False, lambda console: labs.up(console, folder, size))


@lab.command("run", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab_run(
    context: typer.Context,
    routers: Annotated[int, typer.Option(min=1, help="How many.")] = 3,
    base_port: Annotated[int, typer.Option(min=1, max=65000, help="The port of SSH.")] = 10022,
    profile: Annotated[str, typer.Option(help="classic or modern algorithms.")] = "classic",
) -> int:
    """Run a command with virtual routers beside it; KNOCKDEPLOY_CONFIG is set for it.

    Example: knockdeploy lab run -- knockdeploy plan
    """
    from knockdeploy.cli import labs

    size = labs.Size(routers, base_port, profile)
    return with_console("lab", False, lambda console: labs.run(console, context.args, size))


@app.command()
def demo(
    sabotage: Annotated[
        str | None, typer.Option(help="Break the recipe: drop, regexp, dynamic or deny.")
    ] = None,
    json: Json = False,
) -> int:
    """Show the whole story on three virtual routers, in about a minute.

    Example: knockdeploy demo --sabotage drop
    """
    from knockdeploy.cli import demo as story

    return with_console("demo", json, lambda console: story.demo(console, sabotage))
