"""What the operator agreed to: kept with the run, so that it is resumed on the same terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from knockdeploy.change.job import Job
from knockdeploy.change.options import Options
from knockdeploy.rollout.course import Limits
from knockdeploy.rollout.stages import Stage, without
from knockdeploy.store.planfile import Planned, intent_digest, planned_from

_OF_THE_NIGHT: Final = {"n_workers", "until_s"}
"""Limits that each start of a run has of its own."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The stages, how they are walked through, and what of each router was agreed to.

    ``intents`` are digests; ``undoes`` is the run that a rollback is about.
    """

    stages: tuple[Stage, ...]
    limits: Limits
    sites: Mapping[str, str]
    intents: Mapping[str, str]
    options: Options
    planned: Mapping[str, Planned] = field(default_factory=dict, repr=False)
    undoes: str = ""

    @classmethod
    def of(  # each is a part of what was agreed to
        cls,
        stages: tuple[Stage, ...],
        limits: Limits,
        sites: Mapping[str, str],
        job: Job,
        undoes: str,
    ) -> Agreed:
        """Return what ``job`` is about to do."""
        intents = {name: intent_digest(each) for name, each in job.intents.items() if each}
        options = replace(job.options, confirm_minutes=job.confirm_minutes)
        planned = {host: replace(each, diff="") for host, each in job.expected.items()}
        return cls(stages, limits, sites, intents, options, planned, undoes)

    def to_json(self) -> dict[str, object]:
        """Return it as what a file holds; the plans have knock ports as they are."""
        return asdict(self)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Agreed:
        """Return what a file holds.

        Raises:
            ValueError: it is damaged.
        """
        try:
            kept = {key: value for key, value in data["limits"].items() if key not in _OF_THE_NIGHT}
            return cls(
                stages=tuple(Stage(str(s["name"]), tuple(s["hosts"])) for s in data["stages"]),
                limits=Limits(**kept),
                sites=dict(data["sites"]),
                intents=dict(data["intents"]),
                options=Options(**data["options"]),
                planned={host: planned_from(each) for host, each in data["planned"].items()},
                undoes=str(data.get("undoes", "")),
            )
        except (KeyError, TypeError, AttributeError):
            raise ValueError from None

    def without(self, done: frozenset[str]) -> tuple[Stage, ...]:
        """Return the stages with the routers that are left; what is empty is left out."""
        return without(self.stages, done)
