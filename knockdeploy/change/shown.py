"""A change as people see it before they say yes: the diff, what to know, and the outcome."""

from __future__ import annotations

from dataclasses import replace

from knockdeploy.change.image_quirks import LACKS_DECOYS
from knockdeploy.change.needed import Change
from knockdeploy.command import Command
from knockdeploy.device.arming import Rung
from knockdeploy.plan.diff import DiffLine, as_text, planned
from knockdeploy.report.change import Line, PlanOutcome
from knockdeploy.report.summary import summary
from knockdeploy.secrets import Masker


def plan_outcome(change: Change, masker: Masker) -> PlanOutcome:
    """Return a change as the outcome of a plan, masked."""
    plan, diff = change.plan, diff_of(change, masker)
    unsaved = "" if change.is_saved else "to be saved"
    what = summary(diff, plan.closes, plan.opens) or unsaved
    return PlanOutcome(
        "changed" if change.is_needed else "unchanged",
        diff,
        (*Line.of(_arming(change), masker, "arm"), *Line.of(plan.commands, masker)),
        Line.of(plan.undo(), masker),
        warnings_of(change),
        opens=tuple(map(str, plan.opens)),
        planned=replace(change.planned, summary=what, diff=diff),
    )


def diff_of(change: Change, masker: Masker) -> str:
    """Return a change as text, masked; * marks lines that stand during the change only."""
    lines = [
        *(DiffLine("*", each.line, each.parents) for each in _arming(change)),
        *(
            DiffLine("-", each.line.removeprefix("no "), each.parents)
            for each in change.arming.leftovers
        ),
        *planned(change.plan),
    ]
    return as_text(lines, masker)


def warnings_of(change: Change) -> tuple[str, ...]:
    """Return what to know before saying yes: what the plan says, and what was read."""
    # the router's own timer, with its own archive, is nothing to speak of
    is_told = change.arming.rung is not Rung.TIMER and change.plan.steps
    return (
        *change.notes,
        *((change.arming.summary,) if is_told else ()),
        *((LACKS_DECOYS,) if change.lacks_decoys else ()),
        *change.plan.warnings,
        *map(str, (*change.plan.closes, *change.plan.opens)),
    )


def _arming(change: Change) -> tuple[Command, ...]:
    return change.arming.lines if change.plan.steps else ()
