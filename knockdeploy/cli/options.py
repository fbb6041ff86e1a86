"""The options that commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knockdeploy.cli.color import Color
from knockdeploy.cli.completing import limits_like

Config = Annotated[
    Path,
    typer.Option(
        "-c",
        "--config",
        metavar="FILE",
        envvar="KNOCKDEPLOY_CONFIG",
        help="The project's config.yaml; relative paths start at its folder.",
    ),
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        "-l",
        "--limit",
        metavar="HOST,GLOB,GROUP",
        help="Only these hosts, by name, glob, group or number (r1..9); !r1: all but r1; "
        "@FILE: one per line.",
        show_default="all hosts",
        autocompletion=limits_like,
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="Read saved configurations from DIR (NAME, NAME.cfg, .conf or .txt) instead of "
        "routers.",
        show_default="read the routers",
    ),
]
ProofFrom = Annotated[
    str | None,
    typer.Option(
        metavar="USER@HOST",
        help="Knock and probe from that machine, over ssh; it needs python3.",
        show_default="this machine",
    ),
]
Notify = Annotated[
    str | None,
    typer.Option(
        metavar="COMMAND",
        help="Shell command to run when a router's state has changed; gets one JSON document on "
        "stdin.",
        show_default="none",
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full", "--diff", help="Show every line of an object that is added or removed whole."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="With -o, replace files that are there.")]
SaveAll = Annotated[bool, typer.Option("--save-all", help="Save changes made by others, too.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else.")
]
Verbose = Annotated[
    bool, typer.Option("-v", "--verbose", help="Log each command and how long it took, on stderr.")
]
Debug = Annotated[
    bool,
    typer.Option("--debug", help="Also log what routers answer, without secrets, and tracebacks."),
]
When = Annotated[
    Color,
    typer.Option(
        "--color",
        help="When to use colour; auto: at a terminal, and as NO_COLOR and FORCE_COLOR say.",
    ),
]
DEFAULT_CONFIG = Path("config.yaml")
