"""What the operator agreed to: kept with the run, so that a resumed run has the same terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from knockdeploy.change.options import ChangeOptions
from knockdeploy.report.outcome import DONE, Outcome
from knockdeploy.rollout.course import RolloutLimits
from knockdeploy.rollout.stages import CANARY, Stage, with_canaries, without
from knockdeploy.store.planfile import PlanDigest


@dataclass(frozen=True, slots=True)
class Agreed:
    """The stages, the limits of the rollout, and what was agreed to for each router.

    ``sites`` has hosts that must not be changed at once under one name; ``intents`` are digests.
    ``undoes`` is the run that a rollback undoes, ``notify`` the operator's command for news.
    """

    stages: tuple[Stage, ...]
    limits: RolloutLimits
    sites: Mapping[str, str]
    intents: Mapping[str, str]
    options: ChangeOptions
    planned: Mapping[str, PlanDigest] = field(default_factory=dict)
    undoes: str = ""
    notify: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the terms as they are written to the file."""
        return asdict(self)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Agreed:
        """Return the terms that a file holds.

        Raises:
            ValueError: the file is damaged.
        """
        try:
            return cls(
                stages=tuple(Stage(str(s["name"]), tuple(s["hosts"])) for s in data["stages"]),
                limits=RolloutLimits(**data["limits"]),
                sites=dict(data["sites"]),
                intents=dict(data["intents"]),
                options=ChangeOptions(**data["options"]),
                planned={host: PlanDigest(**each) for host, each in data["planned"].items()},
                undoes=str(data.get("undoes", "")),
                notify=str(data.get("notify", "")),
            )
        except (KeyError, TypeError, AttributeError):
            raise ValueError from None

    def grown(self, canaries: Collection[str]) -> Agreed:
        """Return the terms with the routers that became canaries during the run."""
        return replace(self, stages=with_canaries(self.stages, canaries)) if canaries else self

    def left(
        self, done: frozenset[str], stood: Collection[str], *, is_proved: bool
    ) -> tuple[Stage, ...]:
        """Return the stages with routers still to be changed, or to be checked after the soak.

        The canary stage stays until some router was changed (``is_proved``).
        """
        kept = stood if is_proved else {CANARY}
        left = without(self.stages, done, kept)
        return left if stood or any(stage.hosts for stage in left) else ()

    def stood(
        self, done: Mapping[str, Outcome], ended_once: frozenset[str]
    ) -> dict[str, dict[str, Outcome]]:
        """Return, by stage, the routers that were changed and not yet checked after the soak."""
        found: dict[str, dict[str, Outcome]] = {}
        again = done.keys() & ended_once
        for stage in self.stages if self.limits.soak_s else ():
            there = {host: done[host] for host in stage.hosts if host in again}
            if any(each.status in DONE for each in there.values()):
                found[stage.name] = there
        return found
