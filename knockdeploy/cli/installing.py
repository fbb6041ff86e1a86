"""Installing a scheduled check for the user, without privileges."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import FAILED
from knockdeploy.cli.private_files import keep
from knockdeploy.errors import InputError, Mistake
from knockdeploy.schedule.cron import replaced
from knockdeploy.schedule.scheduled import ScheduledCheck
from knockdeploy.schedule.systemd import units
from knockdeploy.store.folder import Folder

_WITHIN_S: Final = 60


def user_folder() -> Path:
    """Return the folder of the user's own settings."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def systemd(console: Console, check: ScheduledCheck) -> int:
    """Write the units and start the timer; 1 if there is no systemd of the user to start it.

    Raises:
        InputError: a unit, or a folder that the service writes to, cannot be made.
    """
    for folder in check.writes:  # the service does not start without them
        Folder(folder).prepare()
    for name, text in units(check).items():
        console.say(f"written: {keep(user_folder() / 'systemd/user', name, text)}")
    _ask_for_secrets(console, check)
    enabling = ("systemctl", "--user", "enable", "--now", f"{check.name}.timer")
    for words in (("systemctl", "--user", "daemon-reload"), enabling):
        done = _run(words)
        if done.returncode:
            reason = done.stderr.strip().partition("\n")[0]
            console.say(f"the timer could not be started: {reason} (later: {' '.join(enabling)})")
            return FAILED
    console.say("it runs while you are logged in; `loginctl enable-linger` lets it run always")
    return 0


def cron(console: Console, check: ScheduledCheck) -> int:
    """Put the line into the user's crontab, in place of an earlier one for this project.

    Raises:
        InputError: the crontab cannot be read or written; it is as it was.
    """
    before = _run(("crontab", "-l"))
    if before.returncode and "no crontab for" not in before.stderr:  # else theirs would be lost
        raise _unusable("read", before.stderr)
    after = _run(("crontab", "-"), replaced(before.stdout, check))
    if after.returncode:
        raise _unusable("written", after.stderr)
    console.say(f"it is in your crontab, under '# {check.name}'")
    _ask_for_secrets(console, check)
    return 0


def _ask_for_secrets(console: Console, check: ScheduledCheck) -> None:
    for name in check.variables:
        file = check.credentials / name
        if not file.is_file():
            console.say(f"{file}: write the secret to this file, readable only by you (chmod 600)")


def _unusable(what: str, reason: str) -> InputError:
    hint = "without --install the line is printed"
    return InputError(Mistake(f"the crontab cannot be {what}: {reason.strip()}", hint))


def _run(words: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program to its end; a missing one has status 127, as in a shell."""
    try:
        return subprocess.run(  # noqa: S603  # our own words
            words,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_WITHIN_S,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = error.strerror if isinstance(error, OSError) else "it does not end"
        return subprocess.CompletedProcess(words, 127, "", f"{words[0]}: {reason}")
