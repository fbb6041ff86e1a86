"""A line of a change that a router refused: what to tell of it, and what to remember."""

from __future__ import annotations

from collections.abc import Sequence

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.command import Command
from knockdeploy.errors import AuthorizationError, RefusedLineError, UnsupportedError
from knockdeploy.recipe.role import Role
from knockdeploy.store.images import Quirk


def explain(error: RefusedLineError, commands: Sequence[Command], change: Change, job: Job) -> None:
    """Give the error of one of ``commands`` its hint, and take out secrets.

    Raises:
        UnsupportedError: in its place, where the image takes no dynamic entry by its number.
    """
    denied = isinstance(error, AuthorizationError)
    dynamic = {each.line for each in commands if each.role == Role.DYNAMIC}
    if not denied and error.line in dynamic and error.line[0].isdigit():
        job.images.remember(Quirk.NO_NUMBERED_DYNAMIC, change.reading.version.number)
        raise UnsupportedError(
            f"this image accepts no numbered dynamic entry: '{error.line}' was "
            f"answered {error.answer}",
            "this is remembered: the next plan uses a copy of the ACL instead",
        ) from error
    engine = change.terms.recipe.engine
    row = change.at.table.row((*error.parents, error.line)[0])
    if row in engine.owned(change.at) and not denied:
        error.hint = engine.instead or error.hint
    error.masked(job.masker(change.intent))
