"""The program: its command line parsed, its exit status given."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterable
from copy import copy
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.main import get_command

from knockdeploy import gc_tuning
from knockdeploy.cli import color, error_boundary, habits, verbosity
from knockdeploy.cli.arguments import (
    changing,
    knocking,
    looking,
    project,
    recalling,
    scheduling,
    trying,
)
from knockdeploy.cli.arguments.app import HELP, WIDEST, app
from knockdeploy.errors import InputError, Mistake
from knockdeploy.octets import RAW

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console

# The files of commands; each adds its own to ``app`` as it is imported.
GROUPS = (project, looking, changing, recalling, scheduling, knocking, trying)

_NAME = "knockdeploy"
_EXTRA = re.compile(r"Got unexpected extra argument\S* \((.+)\)")
_NO_OPTION = re.compile(r"No such option: (\S+)")
_COMPLETE = "_KNOCKDEPLOY_COMPLETE"
"""What a shell sets when it wants to complete a word."""

_PLAIN: Final = {
    "Value error, ": "",
    "Input should be a valid integer, unable to parse string as an integer": "not a whole number",
    "Input should be greater than or equal to": "must be at least",
    "Input should be less than or equal to": "must be at most",
}
"""What the library that reads options says, and what people say."""


@functools.cache  # Typer takes longer to make all commands than most of them to run
def _root(typed: str = "") -> Any:  # noqa: ANN401  # Typer's own Click has no public name
    """Return the command line, with only the command that was typed, if there is one."""
    narrow = copy(app)
    narrow.registered_groups = []
    narrow.registered_commands = [each for each in app.registered_commands if each.name == typed]
    return get_command(narrow if narrow.registered_commands else app)


def run() -> None:
    """Run the command line and exit with its status."""
    gc_tuning.wait()
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))
    sys.stdout, sys.stderr = (stream or _nowhere() for stream in (sys.stdout, sys.stderr))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a router prints, any terminal must take
            stream.reconfigure(errors=RAW)
    verbosity.reset()
    color.reset()
    status = _status(sys.argv[1:])
    error_boundary.settle()
    gc_tuning.leave()
    sys.exit(status)


def _nowhere() -> TextIOWrapper:
    """Return a stream for one that was closed before we began (`>&-`)."""
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _status(arguments: list[str]) -> int:
    if _COMPLETE in os.environ:
        _root().main(prog_name=_NAME)  # prints what completes the words, and exits
    if text := _help(arguments):
        return error_boundary.tell(text)
    try:
        _refuse_optimized()
        command = _root(next((word for word in arguments if not word.startswith("-")), ""))
        habits.refuse_one_dash(arguments, _options(command))
        # Not main(): it makes an exit status of Ctrl-C, and then nobody prints the document.
        with command.make_context(_NAME, list(arguments)) as context:
            result = command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except (InputError, typer.TyperException) as error:  # what was typed is wrong
        mistakes = (
            error.mistakes if isinstance(error, InputError) else (_mistake(error, arguments),)
        )
        return error_boundary.refused(_console(arguments), mistakes)
    except (typer.Abort, KeyboardInterrupt) as stop:
        return error_boundary.interrupted(_console(arguments), stop)
    except Exception as error:  # noqa: BLE001  # before the command itself began
        return error_boundary.internal(_console(arguments), error)
    return result if isinstance(result, int) else 0


def _refuse_optimized() -> None:
    """Refuse ``python -O``: ciscoconfparse does, once the routers are being read."""
    if sys.flags.optimize or "PYTHONOPTIMIZE" in os.environ:
        hint = "unset PYTHONOPTIMIZE, and no python -O"
        raise InputError(Mistake("ciscoconfparse does not run optimized", hint))


def _options(command: object) -> set[str]:
    inner = vars(command).get("commands", {}).values()
    own = {name for each in vars(command)["params"] for name in each.opts}
    return own.union(*map(_options, inner))


def _help(arguments: list[str]) -> str:
    """Return the help of a command without parsing options, which takes long.

    Typer reads those of the root first, with a library that takes longer to load than all else.
    """
    *names, last = arguments or [""]
    if last not in HELP:
        return ""
    context = typer.Context(
        _root(), info_name=_NAME, help_option_names=list(HELP), max_content_width=WIDEST
    )
    for name in names:
        inner = vars(context.command).get("commands", {}).get(name)
        if inner is None:
            return ""
        context = typer.Context(inner, info_name=name, parent=context)
    return context.get_help()


def _mistake(error: typer.TyperException, arguments: Iterable[str]) -> Mistake:
    context = getattr(error, "ctx", None)
    message = " ".join(error.format_message().split()).removesuffix(".")
    for theirs, plain in _PLAIN.items():
        message = message.replace(theirs, plain)
    if context and (more := _EXTRA.fullmatch(message)) and _takes_hosts(context.command):
        hosts = ",".join(more[1].split())
        return Mistake(message, f"to select hosts: {context.command_path} -l {hosts}")
    typed = context.command_path if context else _typed(arguments)
    option = _NO_OPTION.match(message)
    if option and typed == _NAME and option[1] in _options(_root()):
        return Mistake(option[0], f"behind the command: {_NAME} COMMAND {option[1]} ...")
    return habits.other_name(message) or Mistake(message, f"see {typed} --help")


def _typed(arguments: Iterable[str]) -> str:
    """Return the command that was typed, where its parser does not say: at its end, say."""
    command, names = _root(), [_NAME]
    for word in arguments:
        if inner := vars(command).get("commands", {}).get(word):
            command = inner
            names.append(word)
    return " ".join(names)


def _takes_hosts(command: object) -> bool:
    return any(each.name == "limit" for each in getattr(command, "params", ()))


def _console(arguments: list[str]) -> Console:
    """Return a console for what goes wrong before a command begins."""
    from knockdeploy.cli.console import Console  # noqa: PLC0415  # --help stays quick

    ours = arguments[: arguments.index("--")] if "--" in arguments else arguments
    commands = {command.name for command in app.registered_commands} | {"lab"}
    command = next((word for word in ours if word in commands), _NAME)
    return Console(command, json="--json" in ours)
