"""The options that commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path,
    typer.Option(
        "-c",
        "--config",
        envvar="KNOCKDEPLOY_CONFIG",
        help="Nornir's configuration file; its folder is the project.",
    ),
]
Limit = Annotated[
    list[str] | None,
    typer.Option("-l", "--limit", help="Hosts by name or glob, comma separated; may be repeated."),
]
Filter = Annotated[
    list[str] | None,
    typer.Option("-f", "--filter", help="key=value: name, hostname, platform, group or host data."),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="Read saved configurations, NAME, NAME.cfg, .conf or .txt, and no router.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]
DEFAULT_CONFIG = Path("config.yaml")
