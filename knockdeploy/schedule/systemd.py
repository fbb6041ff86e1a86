"""A service and a timer for the user's own systemd.

It has only the protections that need no privileges: dropping capabilities does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from knockdeploy.schedule.scheduled import ScheduledCheck

_SERVICE: Final = """\
[Unit]
Description=knockdeploy check of {folder}

[Service]
Type=oneshot
ExecStart={command}
{credentials}UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writes}
PrivateTmp={private}
PrivateUsers=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""

_TIMER: Final = """\
[Unit]
Description=When knockdeploy checks {folder}

[Timer]
OnCalendar={calendar}
RandomizedDelaySec={spread_s}
Persistent=true

[Install]
WantedBy=timers.target
"""


def units(check: ScheduledCheck) -> dict[str, str]:
    """Return the text of each unit by the name of its file."""
    folder = _literal(str(check.config.parent))
    service = _SERVICE.format(
        folder=folder,
        command=" ".join(_word(word).replace("$", "$$") for word in check.command),
        credentials="".join(_credentials(check.variables)),
        writes=" ".join(_word(str(path)) for path in check.writes),
        private="no" if _is_temporary(check) else "yes",
    )
    when = check.when
    timer = _TIMER.format(folder=folder, calendar=when.calendar, spread_s=when.spread_s)
    return {f"{check.name}.service": service, f"{check.name}.timer": timer}


def _is_temporary(check: ScheduledCheck) -> bool:
    """Tell whether some path is in a folder that PrivateTmp would hide."""
    paths = (check.config, Path(check.program[0]), *check.writes)
    return any(path.is_relative_to(hidden) for path in paths for hidden in ("/tmp", "/var/tmp"))  # noqa: S108


def _credentials(variables: Iterable[str]) -> Iterable[str]:
    """Yield the line for each secret; %E is ~/.config for a user's units."""
    return (f"LoadCredential={name}:%E/knockdeploy/{name}\n" for name in variables)


def _word(text: str) -> str:
    """Return a word as systemd splits words, its specifiers and escapes taken literally."""
    escaped = re.sub(r'["\\]', r"\\\g<0>", _literal(text))
    return f'"{escaped}"' if re.search(r"[\s\"'\\;]", text) else escaped


def _literal(text: str) -> str:
    return text.replace("%", "%%")
