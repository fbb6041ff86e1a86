"""`prove --behaviours`: virtual routers, under each behaviour of IOS that is not certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended, opened
from knockdeploy.errors import InputError, Mistake, RouterError
from knockdeploy.intent import Intent
from knockdeploy.lab.tcl.process import MissingTclError, shared
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.rehearsal.behaviours import Rehearsed, choices, rehearse, rehearsed
from knockdeploy.report.outcome import UNMANAGED, Failure, Outcome
from knockdeploy.report.proof import ProveOutcome, Rehearsal
from knockdeploy.secrets import Masker


def rehearsing(console: Console, selection: Selection) -> int:
    """Try each host's configuration offline; 2 where somebody gets in who should not.

    Raises:
        InputError: a policy in Tcl cannot run on this machine.
    """
    project, job = opened(selection, console, contacts=False)
    _refuse_without_tcl(project.intents)
    outcomes: dict[str, Outcome] = {}
    for name, intent in project.intents.items():
        if intent is None:
            outcomes[name] = UNMANAGED
            continue
        platform = project.nornir.inventory.hosts[name].platform
        n_choices = len(choices(platform))
        console.tell(name, f"{n_choices} combinations of behaviours, on virtual routers")
        try:
            recipe = recipe_for(intent, platform)
            mask = replace(job, recipe=recipe).masker(intent)
            outcomes[name] = _outcome(intent, mask, project.settings.templates, platform)
        except RouterError as error:
            outcomes[name] = ProveOutcome("failed", error=Failure.of(error))
    for name, outcome in outcomes.items():
        for line in _lines(outcome):
            console.out(f"{name}: {line}")
    return ended(console, outcomes)


def _refuse_without_tcl(intents: Mapping[str, Intent | None]) -> None:
    if any(intent and intent.engine == "tcl" for intent in intents.values()):
        try:
            shared()
        except MissingTclError as error:
            raise InputError(Mistake(str(error), key="knock.engine")) from None


def _outcome(
    intent: Intent, mask: Masker, templates: Path | None, platform: str | None
) -> ProveOutcome:
    usual, *others = choices(platform)
    # what is refused there is refused everywhere
    first = rehearse(intent, usual, templates, platform=platform)
    found = chain((first,), rehearsed(intent, others, templates, platform))
    seen = tuple(_masked(each, mask) for each in found)
    is_well = first.verdict == "works" and all(each.verdict != "opens" for each in seen)
    return ProveOutcome("proved" if is_well else "misbehaved", rehearsals=seen)


def _masked(each: Rehearsed, mask: Masker) -> Rehearsal:
    refused = mask.line(each.refused[:-1], each.refused[-1]) if each.refused else ""
    return Rehearsal(dict(each.choice), each.verdict, each.failing, refused)


def _lines(outcome: Outcome) -> Iterator[str]:
    """Yield what fails alone, and the pairs that fail in a way that neither part does."""
    rehearsals = outcome.rehearsals if isinstance(outcome, ProveOutcome) else ()
    alone = {_named(each): each for each in rehearsals if len(each.behaviours) < 2}  # noqa: PLR2004
    usual = alone.get("as usual")
    for name, each in alone.items():
        if each is usual or usual is None or _result(each) != _result(usual):
            yield f"{name}: {_result(each)}"
    pairs = [each for each in rehearsals if len(each.behaviours) == 2]  # noqa: PLR2004
    for each in pairs:
        parts = {_result(alone[f"{key}={value}"]) for key, value in each.behaviours.items()}
        if usual and each.verdict not in {result.partition(",")[0] for result in parts}:
            yield f"{_named(each)}: {_result(each)}"
    for what, some in (("behaviours alone", [*alone.values()][1:]), ("pairs", pairs)):
        if some:
            n_works = sum(each.verdict == "works" for each in some)
            yield f"works under {n_works} of {len(some)} {what}"


def _named(each: Rehearsal) -> str:
    return ", ".join(f"{key}={value}" for key, value in each.behaviours.items()) or "as usual"


def _result(each: Rehearsal) -> str:
    if each.refused:
        return f"{each.verdict}, '{each.refused}'"
    joined = ", but not: " if each.verdict == "works" else ", and these go wrong: "
    return f"{each.verdict}{joined}{', '.join(each.failing)}" if each.failing else each.verdict
