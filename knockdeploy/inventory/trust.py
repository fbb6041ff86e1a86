"""Whose files a project is: they can run commands here (templates, ``command:``, ProxyCommand).

As git and ssh have it: a file counts only if it belongs to who runs us or to root, and if nobody
else can write it.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from knockdeploy.errors import Mistake

SAFE: Final = "KNOCKDEPLOY_SAFE_DIRECTORIES"
"""Folders, with colons between, that are trusted whosever they are; ``*`` is all.

A variable of the environment: what stands in a folder must not be able to trust itself.
"""


def untrusted(project: Path, paths: Iterable[Path]) -> tuple[Mistake, ...]:
    """Return why ``paths`` cannot be trusted: one mistake for each folder that would have to be.

    ``project`` is the folder of config.yaml. A missing file is not a mistake.
    """
    safe = [Path(each).expanduser() for each in os.environ.get(SAFE, "").split(":") if each]
    home = project.resolve()
    mistakes: dict[Path, Mistake] = {}
    for path in map(Path.resolve, paths):
        folder = home if path.is_relative_to(home) else path if path.is_dir() else path.parent
        if folder in mistakes or Path("*") in safe or any(map(folder.is_relative_to, safe)):
            continue
        for one in (path.parent, path):  # who can write to its folder can replace it
            if wrong := _wrong(one):
                fix = f"chmod go-w {one}; or, " if "written" in wrong else ""
                hint = f"{fix}if you trust all that is in it: export {SAFE}={folder}"
                mistakes[folder] = Mistake(wrong, hint, str(one))
    return tuple(mistakes.values())


def _wrong(path: Path) -> str | None:
    try:
        status = path.stat()
    except OSError:
        return None  # said by who reads it
    if status.st_uid not in _trusted_users():
        owner, you = _name(status.st_uid), _name(os.geteuid())
        return f"belongs to {owner}, and could run commands as you, {you}"
    mode, group = status.st_mode, status.st_gid
    # A folder such as /tmp, where nobody can replace another's file; and /dev/null.
    is_for_all = mode & stat.S_ISVTX or stat.S_ISCHR(mode)
    faults = (
        (stat.S_ISFIFO(mode), "is a pipe"),
        (mode & stat.S_IWOTH and not is_for_all, "can be written by everybody"),
        (
            mode & stat.S_IWGRP and not is_for_all and group not in {0, os.getegid()},
            f"can be written by the group {group}, which is not yours alone",
        ),
    )
    return next((words for is_so, words in faults if is_so), None)


def _trusted_users() -> set[int]:
    """Return who may own a project; as in git, root through sudo also trusts who called it."""
    users = {0, os.geteuid()}
    if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdecimal():
        users.add(int(os.environ["SUDO_UID"]))
    return users


def _name(uid: int) -> str:
    try:
        return f"{pwd.getpwuid(uid).pw_name} (uid {uid})"
    except KeyError:
        return f"uid {uid}"
