"""A command as Typer reads it: the options that several share are the fields of a dataclass."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, Final, get_type_hints

from knockdeploy.cli import color, verbosity
from knockdeploy.cli.color import Color
from knockdeploy.cli.error_boundary import with_console
from knockdeploy.cli.options import Debug, Json, Verbose, When

_LAST: Final = {
    "json": (Json, False),
    "verbose": (Verbose, False),
    "debug": (Debug, False),
    "when": (When, Color.AUTO),
}
"""What every command has, last in its help."""


def spread(function: Callable[..., int], document: str, *, has_json: bool) -> Callable[..., int]:
    """Return a command that runs ``function`` on a console; its JSON is called ``document``.

    In place of a parameter that is a dataclass it has the fields of that as options.
    """
    # A command's annotations name the console only for the type checker: it takes long to import.
    signature = inspect.signature(function, eval_str=True, locals={"Console": object})
    _, *own = signature.parameters.values()
    shared: dict[str, Any] = {
        each.name: each.annotation for each in own if is_dataclass(each.annotation)
    }
    options = [option for each in own for option in _options(each)]
    options += [_option(name, *how) for name, how in _LAST.items() if has_json or name != "json"]

    @wraps(function)
    def command(
        *, verbose: bool, debug: bool, when: Color, json: bool = False, **given: object
    ) -> int:
        verbosity.want(verbose=verbose, debug=debug)
        color.want(when)
        for name, kind in shared.items():
            given[name] = kind(**{each.name: given.pop(each.name) for each in fields(kind)})
        return with_console(document, json, lambda console: function(console, **given))

    vars(command)["__signature__"] = inspect.Signature(options)
    command.__annotations__ = {each.name: each.annotation for each in options}
    return command


def _options(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    kind = parameter.annotation
    if not is_dataclass(kind):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints = get_type_hints(kind, include_extras=True)
    yield from (_option(each.name, hints[each.name], each.default) for each in fields(kind))


def _option(name: str, kind: object, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
