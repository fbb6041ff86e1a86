"""What the operator agreed to: kept with the run, so that it is resumed on the same terms."""

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
    """The stages, how they are walked through, and what of each router was agreed to.

    ``intents`` are digests; ``undoes`` is the run that a rollback is about, ``notify`` the command
    that is told how it goes.
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
        """Return it as what a file holds."""
        return asdict(self)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Agreed:
        """Return what a file holds.

        Raises:
            ValueError: it is damaged.
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
        """Return the same with routers that became canaries on the way."""
        return replace(self, stages=with_canaries(self.stages, canaries)) if canaries else self

    def left(
        self, done: frozenset[str], stood: Collection[str], *, is_proved: bool
    ) -> tuple[Stage, ...]:
        """Return the stages in which routers are left, or are to be looked at again.

        A canary is left until a router was changed (``is_proved``).
        """
        kept = stood if is_proved else {CANARY}
        left = without(self.stages, done, kept)
        return left if stood or any(stage.hosts for stage in left) else ()

    def stood(
        self, done: Mapping[str, Outcome], ended_once: frozenset[str]
    ) -> dict[str, dict[str, Outcome]]:
        """Return, by stage, what was changed there and was to be looked at after the soak."""
        found: dict[str, dict[str, Outcome]] = {}
        again = done.keys() & ended_once
        for stage in self.stages if self.limits.soak_s else ():
            there = {host: done[host] for host in stage.hosts if host in again}
            if any(each.status in DONE for each in there.values()):
                found[stage.name] = there
        return found
