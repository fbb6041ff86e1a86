"""The options that commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knockdeploy.cli.completing import hosts_like

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
        metavar="HOST,GLOB",
        help="Only these hosts, by name or glob; may be repeated.",
        show_default="every host",
        autocompletion=hosts_like,
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
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="Read saved configurations, NAME, NAME.cfg, .conf or .txt, and no router.",
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
        help="What a shell runs where a router's state has changed: one JSON document on stdin.",
        show_default="nobody is told",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]
DEFAULT_CONFIG = Path("config.yaml")
