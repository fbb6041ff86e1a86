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
from knockdeploy.plan.reprint import Reprint, in_our_words, reprints
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Masker

_SHOWN = 4  # lines of a difference, in a message


def compare(change: Change, now: Node, job: Job) -> bool:
    """Compare ours with the plan; return whether everybody else's lines are as they were.

    Reprinted lines that an earlier run told are kept, where the operator accepts them.

    Raises:
        ReprintedError, DifferentError: the router's configuration is not as planned.
    """
    now = change.read(now)
    ours, others = change.owner.split(now)
    planned, foreign = change.owner.split(change.plan.after)
    if ours != planned:
        mask = job.masker(change.intent)
        found = reprints(planned, ours, change.plan.after, now)
        pairs = [masked(each, mask) for each in found or ()]
        strange = any("<other knock " in (each.shown or "") for each in pairs)
        if found is None or strange or not _settles(change, found, now):
            raise _different(planned, ours, mask)
        is_known = job.images.tell(change.reading.version.number, pairs)
        if not (job.options.accepts_reprints and is_known):
            raise _reprinted(pairs)
        job.images.accept(change.reading.version.number, pairs)
    return others == foreign


def _settles(change: Change, found: Sequence[Reprint], now: Node) -> bool:
    """Tell whether nothing would be left to do once these pairs are accepted."""
    terms = replace(change.terms, operator=None, allow_open=False, binds_first=False, judges=False)
    running = Running(in_our_words(now, change.wanted, found))
    try:
        at = terms.recipe.place(running, terms.intent, terms.dialect)
        left = plan(running, Deployed(change.wanted, at), terms)
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
        f"the router's configuration is not as planned: {'; '.join(lines[:_SHOWN])}",
        "this image takes a line differently: please report it, with `preflight --capture`",
    )


def _reprinted(pairs: Sequence[Reprint]) -> ReprintedError:
    """Tell every pair: what nobody was shown cannot be accepted."""
    nothing = "nothing, a default perhaps"
    shown = (nothing if each.shown is None else f"'{each.shown}'" for each in pairs)
    lines = [f"'{each.sent}' as {text}" for each, text in zip(pairs, shown, strict=True)]
    return ReprintedError(f"the router prints {', '.join(lines)}")
