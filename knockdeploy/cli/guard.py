"""What every command is run inside of: its errors become sentences and an exit status."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from knockdeploy.errors import InputError, KnockDeployError

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console

USAGE = 64
INTERRUPTED = 130


def with_console(command: str, json: bool, action: Callable[[Console], int]) -> int:  # noqa: FBT001  # as Typer has it
    """Run a command; its mistakes become one sentence each and, with --json, the document."""
    from knockdeploy.cli.console import Console  # noqa: PLC0415  # --help stays quick

    console = Console(command, json=json)
    try:
        return action(console)
    except InputError as error:
        for mistake in error.mistakes:
            console.say(f"error: {mistake}")
        console.finish({}, error.mistakes)
        return USAGE
    except KnockDeployError as error:
        console.say(f"error: {error}")
        console.finish({}, ())
        return error.exit_status
    except KeyboardInterrupt as stop:
        console.say("interrupted")
        outcomes = getattr(stop, "outcomes", {})  # the routers in flight were finished
        console.table(outcomes)
        console.finish(outcomes)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # a defect of ours: told, but without secrets
        console.say("".join(traceback.format_exception(error)))
        console.say(f"error: internal: {type(error).__name__} (please report it)")
        console.finish({}, ())
        return 1
