"""Commands that run virtual routers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.cli.arguments.app import App, app

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many routers, from which port on, with which algorithms, and which run IOS-XE."""

    routers: Annotated[int, typer.Option(min=1, help="Number of routers.")] = 3
    base_port: Annotated[
        int,
        typer.Option(min=1, max=65000, help="SSH port on each router's inside address."),
    ] = 10022
    profile: Annotated[
        str, typer.Option(help="SSH algorithms of the classic IOS routers: classic or modern.")
    ] = "classic"
    platform: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", show_default="ios", help="Platform of all routers: ios or iosxe."
        ),
    ] = None
    iosxe: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, show_default="none", help="Make the last N routers IOS-XE."
        ),
    ] = None


lab = App(help="Virtual routers on loopback addresses.", rich_markup_mode=None)
app.add_typer(lab, name="lab")


@lab.command("up", document="lab")
def lab_up(
    console: Console,
    *,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder for the project of these routers.")
    ] = Path("lab"),
    size: Size,
) -> int:
    """Run virtual routers until Ctrl-C, with a project that is ready to use.

    Example: knockdeploy lab up --routers 5 --iosxe 2
    """
    from knockdeploy.cli import labs

    return labs.up(console, folder, size)


# From its first word on, everything is the command's: its -v too, and its --json.
_COMMAND = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
}


@lab.command("run", document="lab", has_json=False, context_settings=_COMMAND)
def lab_run(console: Console, context: typer.Context, size: Size) -> int:
    """Start virtual routers, run a command with KNOCKDEPLOY_CONFIG set, and stop them.

    Example: knockdeploy lab run -- knockdeploy plan
    """
    from knockdeploy.cli import labs

    return labs.run(console, context.args, size)


@app.command()
def demo(
    console: Console,
    sabotage: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="Break the deployed configuration (drop, regexp, dynamic or deny) and watch the "
            "deployment revert it.",
            show_default="break nothing",
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="What checks the knocks: applet or tcl.")
    ] = "applet",
    protocol: Annotated[
        str, typer.Option(metavar="NAME", help="Protocol of the knocks: udp or tcp.")
    ] = "udp",
    enforcement: Annotated[
        str,
        typer.Option(metavar="NAME", help="What shuts the door: interface-acl, zone or copp."),
    ] = "interface-acl",
    platform: Annotated[
        str, typer.Option(metavar="NAME", help="Platform of the routers: ios or iosxe.")
    ] = "ios",
) -> int:
    """Deploy, knock, break, repair and remove on three virtual routers, in about a minute.

    Example: knockdeploy demo --sabotage drop
    """
    from knockdeploy.cli.demo import command as story
    from knockdeploy.cli.demo.ingredients import Ingredients

    return story.demo(console, sabotage, Ingredients(engine, protocol, enforcement, platform))
