"""The schedule command: a regular check, printed or installed for the user."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from knockdeploy.cli import installing
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.option_checks import refuse_together
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import quoted
from knockdeploy.inventory.selected_hosts import Chosen, choose
from knockdeploy.schedule.formats import FORMATS
from knockdeploy.schedule.scheduled import ScheduledCheck
from knockdeploy.schedule.when import When

_INSTALLERS: Final[Mapping[str, Callable[[Console, ScheduledCheck], int]]] = {
    "systemd": installing.systemd,
    "cron": installing.cron,
}


def schedule(console: Console, check: ScheduledCheck, wanted: str, *, install: bool) -> int:
    """Print what ``wanted`` needs to run a check regularly, or install it for the user.

    Raises:
        InputError: nothing can be installed; nothing was.
    """
    files = FORMATS[wanted](check)
    status = 0
    if install:
        status = _installer(wanted)(console, check)
    elif not console.json:
        for name, text in files.items():
            console.whole(f"# {name}\n{text}" if len(files) > 1 else text.rstrip("\n"))
    console.finish({}, more={"files": files})
    return status


def scheduled(selection: Selection, when: When, notify: str | None) -> ScheduledCheck:
    """Return the check of a selection as it can be run without this shell's environment.

    Raises:
        InputError: the project cannot be used.
    """
    limit, filters = selection.limit or (), selection.filters or ()
    chosen = choose(selection.config, limit, filters)
    which = [*(("-l", each) for each in limit), *(("-f", each) for each in filters)]
    telling = ("--notify", notify) if notify else ()
    config = selection.config.absolute()
    options = (*chain(*which), *telling)
    for word in (str(config), *options):
        if not word.isprintable():  # it would end the line of a crontab, or of a unit
            message = f"{quoted(word)} holds a line break or a control character"
            raise InputError(Mistake(message, "put it into a script, and name that"))
    return ScheduledCheck(
        program=_program(),
        config=config,
        when=when,
        options=options,
        variables=chosen.references.variables(chosen.nornir.inventory.hosts.values()),
        credentials=installing.user_folder() / "knockdeploy",
        writes=_writes(chosen),
        in_repository=_in_repository(config),
    )


def due(at: str | None, every: str | None) -> When:
    """Return when a check is due, from what the command line says.

    Raises:
        InputError: it says both, or an invalid time.
    """
    refuse_together({"--at": at, "--every": every})
    if every:
        return When.regularly(every)
    return When.daily(at) if at else When()


def _installer(wanted: str) -> Callable[[Console, ScheduledCheck], int]:
    if wanted in _INSTALLERS:
        return _INSTALLERS[wanted]
    hint = f"only {' and '.join(_INSTALLERS)} can be installed: leave --install out"
    raise InputError(Mistake(f"--install cannot reach {wanted}", hint))


def _program() -> tuple[str, ...]:
    """Return the command that runs us without a PATH or an active virtual environment."""
    program = Path(sys.executable).with_name("knockdeploy")
    return (str(program),) if program.is_file() else (sys.executable, "-P", "-m", "knockdeploy")


def _writes(chosen: Chosen) -> tuple[Path, ...]:
    """Return the folders that a check writes to, none within another."""
    settings, logging = chosen.settings, chosen.nornir.config.logging
    folders = {settings.state_dir, settings.known_hosts.parent, settings.database.parent}
    if logging.enabled and logging.log_file:
        folders.add(Path(logging.log_file).parent)
    return tuple(sorted(one for one in folders if not folders.intersection(one.parents)))


def _in_repository(config: Path) -> str:
    """Return the path of ``config`` in its repository; its name, if it is in none."""
    for folder in config.parents:
        if (folder / ".git").exists():
            return os.fspath(config.relative_to(folder))
    return config.name
