"""What a router shows after a change, beside what was planned: equal, reprinted or different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knockdeploy.change.image_quirks import masked
from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.errors import DifferentError, ReprintedError, RouterError
from knockdeploy.ios.tree import Node
from knockdeploy.plan.diff import diff
from knockdeploy.plan.model import Deployed
from knockdeploy.plan.planner import plan
from knockdeploy.plan.reprint import Reprint, as_printed, reprints
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Masker

_SHOWN = 4  # lines of a difference, in a message


def compare(change: Change, now: Node, job: Job) -> bool:
    """Compare ours with the plan; return whether everybody else's lines are as they were.

    Reprinted lines are kept, where the operator accepts them, for the next plan.

    Raises:
        ReprintedError, DifferentError: the router shows something else than planned.
    """
    ours, others = change.owner.split(now)
    planned, foreign = change.owner.split(change.plan.after)
    if ours != planned:
        mask = job.masker(change.intent)
        found = reprints(planned, ours, change.plan.after, now)
        pairs = [masked(each, mask) for each in found or ()]
        strange = any("<other knock " in (each.shown or "") for each in pairs)
        if found is None or strange or not _settles(change, found, now):
            raise _different(planned, ours, mask)
        if not job.options.accepts_reprints:
            raise _reprinted(pairs)
        job.images.accept(change.reading.version.number, pairs)
    return others == foreign


def _settles(change: Change, found: Sequence[Reprint], now: Node) -> bool:
    """Tell whether nothing would be left to do once these pairs are accepted."""
    wanted = as_printed(change.wanted, found)
    terms = replace(change.terms, operator=None, allow_open=False, binds_first=False, judges=False)
    running = Running(now)
    try:
        at = terms.recipe.place(running, terms.intent, terms.dialect)
        left = plan(running, Deployed(wanted, at), terms)
    except RouterError:  # in these words we cannot read it, or it is not ours any more
        return False
    return not left.steps


def _different(planned: Node, ours: Node, mask: Masker) -> DifferentError:
    lines = [
        f"{line.sign} {mask.line(line.parents, line.text)}"
        for line in diff(planned, ours)
        if line.sign != " "
    ]
    return DifferentError(
        f"the router shows something else than planned: {'; '.join(lines[:_SHOWN])}",
        "this image takes a line differently: please report it, with `preflight --capture`",
    )


def _reprinted(pairs: Sequence[Reprint]) -> ReprintedError:
    told = [f"'{each.sent}' as {_quoted(each.shown)}" for each in pairs[:_SHOWN]]
    more = f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else ""
    return ReprintedError(f"the router prints {', '.join(told)}{more}")


def _quoted(shown: str | None) -> str:
    return "nothing, a default perhaps" if shown is None else f"'{shown}'"
