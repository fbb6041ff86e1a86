"""The command line. What a command does is imported when it runs: --help stays quick."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from knockdeploy import __version__
from knockdeploy.cli.guard import INTERRUPTED, USAGE, with_console
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Filter, From, Json, Limit
from knockdeploy.errors import Mistake

app = typer.Typer(
    name="knockdeploy",
    help="Port knocking on Cisco IOS for fleets: rendered, proved, deployed, checked.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
)
lab = typer.Typer(help="Virtual routers on loopback addresses.", rich_markup_mode=None)
app.add_typer(lab, name="lab")


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"knockdeploy {__version__}")
        raise typer.Exit(0)


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


@app.command()
def preflight(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    capture: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep what each router said, without secrets, for a bug report."
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Say whether each router can do it, and what to mend; change nothing. Exits 2 if one cannot.

    Example: knockdeploy preflight -l branch-17 --capture report
    """
    from knockdeploy.cli import commands, fleet

    return with_console(
        "preflight",
        json,
        lambda console: commands.preflight(
            console, fleet.Selection.of(config, limit, filters), capture
        ),
    )


@app.command()
def plan(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    saved: From = None,
    json: Json = False,
) -> int:
    """Read each router and show what it needs; change nothing. Exits 2 where something differs.

    Example: knockdeploy plan -l 'branch-*'
    """
    from knockdeploy.cli import commands, fleet

    return with_console(
        "plan",
        json,
        lambda console: commands.plan(console, fleet.Selection.of(config, limit, filters), saved),
    )


@app.command()
def deploy(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    confirm_minutes: Annotated[
        int | None,
        typer.Option(min=1, max=120, help="The router reverts by itself after so many minutes."),
    ] = None,
    no_proof: Annotated[bool, typer.Option("--no-proof", help="Do not knock.")] = False,
    open_: Annotated[
        bool, typer.Option("--open", help="Allow what becomes reachable from anywhere.")
    ] = False,
    save_all: Annotated[
        bool, typer.Option("--save-all", help="Save other people's unsaved changes too.")
    ] = False,
    accept_reprint: Annotated[
        bool,
        typer.Option("--accept-reprint", help="Keep what this image prints in other words."),
    ] = False,
    json: Json = False,
) -> int:
    """Plan, ask, push, prove, confirm from a new session, save.

    Example: knockdeploy deploy -f site=north
    """
    from knockdeploy.cli import commands, fleet

    return with_console(
        "deploy",
        json,
        lambda console: commands.deploy(
            console,
            fleet.Selection.of(config, limit, filters),
            yes=yes,
            confirm_minutes=confirm_minutes,
            proves=not no_proof,
            allows_opening=open_,
            saves_all=save_all,
            accepts_reprints=accept_reprint,
        ),
    )


@app.command()
def check(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    saved: From = None,
    json: Json = False,
) -> int:
    """Compare each router with its intent. Exits 2 where something differs.

    Example: knockdeploy check --json
    """
    from knockdeploy.cli import commands, fleet

    return with_console(
        "check",
        json,
        lambda console: commands.check(console, fleet.Selection.of(config, limit, filters), saved),
    )


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


# Configurations and plans are many small frozen values without cycles: looking for cycles among
# them at Python's usual rate took an eighth of a command's CPU time.
_GC_THRESHOLD = 50_000


def run() -> None:
    """Run the command line and exit with its status."""
    gc.set_threshold(_GC_THRESHOLD, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a router prints, any terminal must take
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_status(sys.argv[1:]))


def _status(arguments: list[str]) -> int:
    try:
        result = app(arguments, standalone_mode=False)
    except typer.Exit as exit_:
        return exit_.exit_code
    except typer.TyperException as error:  # Click's own errors: what was typed is wrong
        _usage(arguments, error.format_message())
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _usage(arguments: list[str], message: str) -> None:
    from knockdeploy.cli.console import Console

    command = next((word for word in arguments if not word.startswith("-")), "knockdeploy")
    console = Console(command, json="--json" in arguments)
    console.say(f"error: {message}")
    console.finish({}, (Mistake(message),))
