"""What earlier runs learned about images, as this intent needs it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.plan.equivalence import may_be_same
from knockdeploy.plan.reprint import Reprint
from knockdeploy.secrets import Masker
from knockdeploy.store.images import Quirk

LACKS_DECOYS: Final = (
    "on this image decoys block a right knock, or do not spoil a wrong one: deployed without decoys"
)
_MASKED = re.compile(r"<(?:knock|decoy|probe) \d+>")


def dialect_of(job: Job, version: str) -> Dialect:
    """Return how an image reads its lines, as far as it was seen."""
    refuses = job.images.has(Quirk.NO_NUMBERED_DYNAMIC, version)
    return replace(CLASSIC, numbered_dynamic=not refuses)


def fitting(intent: Intent, job: Job, version: str) -> Intent:
    """Return the intent as an image can have it: without decoys where they did not work."""
    is_open = job.recipe_of(intent).engine.trusts_andnot
    if is_open and (job.without_decoys or job.images.has(Quirk.NO_DECOYS, version)):
        return intent.model_copy(update={"decoys": 0})
    return intent


def accepted(job: Job, intent: Intent, version: str) -> tuple[Reprint, ...]:
    """Return what was accepted for an image, with this intent's knock ports."""
    kept = (_unmasked(each, intent) for each in job.images.reprints(version))
    return tuple(each for each in kept if each and may_be_same(each.parents, each.sent, each.shown))


def masked(pair: Reprint, mask: Masker) -> Reprint:
    """Return a pair without knock ports, as it is kept and told."""
    shown = pair.shown if pair.shown is None else mask.line(pair.parents, pair.shown)
    return Reprint(pair.parents, mask.line(pair.parents, pair.sent), shown)


def _unmasked(pair: Reprint, intent: Intent) -> Reprint | None:
    """Return a pair with the ports it had; None where the intent has fewer than that."""
    ports = {
        f"<{word} {i}>": str(knock.port)
        for word, knocks in intent.silent.items()
        for i, knock in enumerate(knocks, start=1)
    }

    def filled(text: str) -> str:
        return _MASKED.sub(lambda found: ports[found[0]], text)

    try:
        shown = pair.shown if pair.shown is None else filled(pair.shown)
        return Reprint(pair.parents, filled(pair.sent), shown)
    except KeyError:
        return None
