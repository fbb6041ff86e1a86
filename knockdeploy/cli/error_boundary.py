"""Run a command: its errors become sentences and an exit status."""

from __future__ import annotations

import errno
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from knockdeploy import gc_tuning
from knockdeploy.cli import verbosity
from knockdeploy.errors import InputError, KnockDeployError, Mistake

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console

DIFFERENT = 2
USAGE = 64
INTERRUPTED = 130
FAILED = 1


_OF_A_PATH: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP, errno.EROFS}
)
"""What is wrong with a path that an operator gave, wherever it is looked at first."""

LOADING: Final = "loading"
"""The name of the thread that loads libraries, while routers are waited for."""


def settle() -> None:
    """Wait for what still loads, as the interpreter would; Ctrl-C meanwhile ends at once."""
    try:
        for thread in threading.enumerate():
            if thread.name == LOADING and thread.is_alive():
                thread.join()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)


def tell(text: str) -> int:
    """Print without the console, which takes long to import; it is used if that fails."""

    def again(console: Console) -> int:
        console.out(text)
        return 0

    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        return with_console("knockdeploy", False, again)  # noqa: FBT003  # as Typer has it
    return 0


def with_console(command: str, json: bool, action: Callable[[Console], int]) -> int:  # noqa: FBT001  # as Typer has it
    """Run a command; its mistakes become one sentence each and, with --json, the document."""
    from knockdeploy.cli.console import Console  # noqa: PLC0415  # --help stays quick

    gc_tuning.collect()
    console = Console(command, json=json)
    verbosity.begin(console)
    status = _status(console, action)
    if console.unwritten:
        console.say(f"error: the output could not be written: {console.unwritten}")
        return FAILED if status in (0, DIFFERENT) else status
    return status


def _status(console: Console, action: Callable[[Console], int]) -> int:
    try:
        return action(console)
    except InputError as error:
        return refused(console, error.mistakes)
    except KnockDeployError as error:
        return refused(console, (Mistake(str(error)),), error.exit_status)
    except KeyboardInterrupt as stop:
        return interrupted(console, stop)
    except Exception as error:  # noqa: BLE001  # a defect of ours: told, but without secrets
        if isinstance(error, OSError) and error.filename and error.errno in _OF_A_PATH:
            hint = "check the path, and who may enter the folders in it"
            mistake = Mistake(f"cannot be used: {error.strerror}", hint, str(error.filename))
            return refused(console, (mistake,))
        return internal(console, error)


def refused(console: Console, mistakes: tuple[Mistake, ...], status: int = USAGE) -> int:
    """Print why a command failed as a whole: by default, for mistakes of the operator."""
    for mistake in _folded(mistakes):
        console.say(f"error: {mistake}", "red")
    console.finish({}, mistakes)
    return status


def _folded(mistakes: tuple[Mistake, ...]) -> list[Mistake]:
    """Return the mistakes; those that differ only in the host's name are one."""
    from knockdeploy.report.fold import alike, few  # noqa: PLC0415  # --help stays quick

    same: dict[str, list[Mistake]] = {}
    for mistake in mistakes:
        text = str(replace(mistake, host=None))
        same.setdefault(alike(mistake.host, text) if mistake.host else text, []).append(mistake)
    return [
        replace(first, host=few(each.host for each in (first, *others) if each.host) or None)
        for first, *others in same.values()
    ]


def interrupted(console: Console, stop: BaseException) -> int:
    """Print what became of each host before Ctrl-C; exit at once if some were left as they are."""
    console.say("interrupted")
    outcomes = getattr(stop, "outcomes", {})
    is_left = getattr(stop, "is_left", False)
    if is_left:
        console.keep = None  # the journal says how far each of them came
    console.table(outcomes)
    console.finish(outcomes)
    if is_left:
        os._exit(INTERRUPTED)  # the threads would be waited for
    return INTERRUPTED


def internal(console: Console, error: Exception) -> int:
    """Report a defect of ours by its name; where it is, only with --debug."""
    if verbosity.is_debug():
        console.say("".join(traceback.format_exception(error)))
    hint = "please report it" if verbosity.is_debug() else "please report it; --debug says where"
    return refused(console, (Mistake(f"internal: {type(error).__name__}", hint),), FAILED)
