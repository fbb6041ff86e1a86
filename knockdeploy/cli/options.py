"""The options that commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knockdeploy.cli.completing import filters_like, limits_like

Config = Annotated[
    Path,
    typer.Option(
        "-c",
        "--config",
        metavar="FILE",
        envvar="KNOCKDEPLOY_CONFIG",
        help="Nornir's configuration file; its folder is the project.",
    ),
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        "-l",
        "--limit",
        metavar="HOST,GLOB,GROUP",
        help="Only these hosts: names, globs, groups; !r1: all but r1; @FILE: one a line.",
        show_default="every host",
        autocompletion=limits_like,
    ),
]
Filter = Annotated[
    list[str] | None,
    typer.Option(
        "-f",
        "--filter",
        metavar="KEY=VALUE",
        help="Only hosts with this name, hostname, platform, group or data; all must hold.",
        show_default="every host",
        autocompletion=filters_like,
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="Read saved configurations (NAME, NAME.cfg, .conf or .txt) instead of routers.",
        show_default="the routers are read",
    ),
]
ProofFrom = Annotated[
    str | None,
    typer.Option(
        metavar="USER@HOST",
        help="Knock and look from there, by ssh; it needs python3.",
        show_default="from here",
    ),
]
NoOverlap = Annotated[
    bool,
    typer.Option(
        "--no-overlap", help="Do nothing while another such check of this project is under way."
    ),
]
Notify = Annotated[
    str | None,
    typer.Option(
        metavar="COMMAND",
        help="A shell command for when a router's state has changed; gets one JSON document on "
        "stdin.",
        show_default="no command",
    ),
]
Forks = Annotated[
    int | None,
    typer.Option(
        "--forks",
        min=1,
        metavar="N",
        help="How many routers at a time.",
        show_default="num_workers of the runner, 20",
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full", "--diff", help="Show every line of an object that is added or removed whole."
    ),
]
SaveAll = Annotated[
    bool, typer.Option("--save-all", help="Save other people's unsaved changes too.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]
DEFAULT_CONFIG = Path("config.yaml")
