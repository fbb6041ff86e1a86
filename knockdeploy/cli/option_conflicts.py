"""Options that do not go together are refused, so that none of them is ignored."""

from __future__ import annotations

from collections.abc import Mapping

from knockdeploy.errors import InputError, Mistake


def refuse_together(asked: Mapping[str, object]) -> None:
    """Let one of these options be given; None, False and () are those that were not.

    Raises:
        InputError: there are more.
    """
    given = [option for option, value in asked.items() if value not in (None, False, ())]
    if len(given) > 1:
        raise InputError(Mistake(f"{' and '.join(given)} do not go together", "give one of them"))
