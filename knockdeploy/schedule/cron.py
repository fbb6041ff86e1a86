"""A line of a user's crontab."""

from __future__ import annotations

import shlex

from knockdeploy.schedule.scheduled import ScheduledCheck


def crontab(check: ScheduledCheck) -> dict[str, str]:
    """Return the line, below a comment that identifies it.

    cron mails what is printed: nothing if all is well.
    """
    command = shlex.join(check.command)
    if check.variables:  # where systemd would tell the program that its secrets are
        command = f"CREDENTIALS_DIRECTORY={shlex.quote(str(check.credentials))} {command}"
    run = f"""said=$({command} 2>&1) || printf '%s\\n' "$said\""""
    line = run.replace("%", r"\%")  # cron's own sign for a new line
    return {"crontab": f"{mark(check)}\n{check.when.cron} {line}\n"}


def mark(check: ScheduledCheck) -> str:
    """Return the comment above the line."""
    return f"# {check.name}"


def replaced(table: str, check: ScheduledCheck) -> str:
    """Return a crontab with this check once, at its end."""
    lines = iter(table.splitlines())
    others = []
    for line in lines:
        if line == mark(check):
            next(lines, None)
        else:
            others.append(line)
    return "".join(f"{line}\n" for line in others) + crontab(check)["crontab"]
