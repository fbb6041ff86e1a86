"""The application that every command group adds its commands to: ``@app.command()``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from knockdeploy import __version__
from knockdeploy.cli import color, error_boundary, verbosity
from knockdeploy.cli.arguments.spread import spread
from knockdeploy.cli.color import Color
from knockdeploy.cli.options import Debug, Verbose, When

HELP = ("-h", "--help")
WIDEST = 120
"""Columns of --help; a narrower terminal has all of its own."""

SECTIONS = {
    "Set up": ("init", "ports", "lint", "render"),
    "Roll out": ("preflight", "plan", "deploy"),
    "Look after": ("check", "schedule", "prove", "knock", "client"),
    "Take back": ("history", "show", "stop", "rollback", "remove"),
    "Try it without a router": ("demo", "lab"),
}
"""The commands in the order in which one needs them; any other comes last."""

_HELP = """\
Port knocking for fleets of Cisco IOS routers: planned, proved, deployed, checked.

\b
Five steps:
  1. knockdeploy init site         make a project; list your routers in site/inventory
  2. cd site; knockdeploy lint     is the inventory right, are the knocks good?
  3. knockdeploy plan              what each router needs; changes nothing
  4. knockdeploy deploy -l ROUTER  one router first, then all
  5. knockdeploy check             does each router still match the inventory?

Exit status: 0 done; 2 something differs; 1 a router failed; 64 usage or input error; 130
interrupted. 'knockdeploy COMMAND --help' has an example. No router yet? knockdeploy demo.
"""


class _Root(TyperGroup):
    """The group whose help lists the commands by section, each with its whole sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  # Typer's own Click
        """Write a list of commands for each section."""
        named = {name for names in SECTIONS.values() for name in names}
        more = tuple(name for name in self.commands if name not in named)
        for title, names in (*SECTIONS.items(), ("More", more)):
            rows = [
                (name, self.commands[name].get_short_help_str(limit=200))
                for name in names
                if name in self.commands and not self.commands[name].hidden
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class App(typer.Typer):
    """Typer, whose commands all get a console, and keep the lines of their examples."""

    def command(
        self,
        name: str | None = None,
        *,
        document: str = "",
        has_json: bool = True,
        **more: Any,  # noqa: ANN401  # Typer lists two dozen
    ) -> Callable[..., Any]:
        """Register a command; its docstring is its help, the last paragraph ``Example: ...``.

        Its JSON is called ``document``, by default as the command.
        """

        def add(function: Callable[..., int]) -> Callable[..., int]:
            text = inspect.cleandoc(function.__doc__ or "").replace(
                "\n\nExample", "\n\n\b\nExample"
            )
            word = name or function.__name__
            command = spread(function, document or word, has_json=has_json)
            super(App, self).command(word, help=text, **more)(command)
            return command

        return add


app = App(
    name="knockdeploy",
    cls=_Root,
    help=_HELP,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": list(HELP), "max_content_width": WIDEST},
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    verbose: Verbose = False,
    debug: Debug = False,
    when: When = Color.AUTO,
) -> None:
    if version:
        raise typer.Exit(error_boundary.tell(f"knockdeploy {__version__}"))
    verbosity.want(verbose=verbose, debug=debug)
    color.want(when)
    if context.invoked_subcommand is None:
        raise typer.Exit(error_boundary.tell(context.get_help()))
