"""The machine that doors are proved from, as ``--proof-from`` names it."""

from __future__ import annotations

import re

from knockdeploy.errors import InputError, Mistake

# What ssh(1) takes as a destination, and never as an option.
_MACHINE = re.compile(r"[\w.@:%/\[][\w.@:%/+\[\]-]*")


def check_machine(where: str | None) -> None:
    """Refuse what ssh would not take as a machine.

    Raises:
        InputError: nothing was sent.
    """
    if where is not None and not _MACHINE.fullmatch(where):
        message, hint = "not a valid machine to prove from", "USER@HOST, as ssh takes it"
        raise InputError(Mistake(message, hint, key="--proof-from"))
