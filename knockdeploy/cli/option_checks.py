"""Options that cannot be right: refused before a project is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knockdeploy.compliance.rules import RULES
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest

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


def check_rule(rule: str) -> None:
    """Refuse a rule that no check has.

    Raises:
        InputError: with the nearest that there is.
    """
    if rule not in RULES:
        raise InputError(Mistake(f"unknown rule {rule}", nearest(rule, [*RULES])))


def refuse_together(asked: Mapping[str, object]) -> None:
    """Refuse more than one of these options; None, False and () were not given.

    Raises:
        InputError: there are more.
    """
    given = [option for option, value in asked.items() if value not in (None, False, ())]
    if len(given) > 1:
        raise InputError(Mistake(f"{' and '.join(given)} do not go together", "give one of them"))
