"""The program: its command line parsed, its exit status given."""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper

import typer

from knockdeploy.cli.arguments import changing, knocking, looking, project, trying
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.guard import INTERRUPTED, USAGE
from knockdeploy.errors import Mistake

# The files of commands; each adds its own to ``app`` as it is imported.
GROUPS = (project, looking, changing, knocking, trying)

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
    from knockdeploy.cli.console import Console  # noqa: PLC0415  # --help stays quick

    command = next((word for word in arguments if not word.startswith("-")), "knockdeploy")
    console = Console(command, json="--json" in arguments)
    console.say(f"error: {message}")
    console.finish({}, (Mistake(message),))
