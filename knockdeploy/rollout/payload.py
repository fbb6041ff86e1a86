"""A turn as it is sent to another machine: with what its job needs for this one router."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final

from knockdeploy.change.job import Job
from knockdeploy.rollout.turn import Turn

_OURS: Final = frozenset(
    {"tell", "show", "hear", "stop", "await_probe", "capture", "parts", "host_keys"}
)
"""Fields of a job that stay in this process."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A turn that can be pickled: its job is a mapping of those fields that can leave us."""

    turn: Turn
    job: dict[str, Any]

    @classmethod
    def of(cls, turn: Turn) -> Parcel:
        """Pack a turn."""
        job, host = turn.job, turn.host.name
        kept = {each.name: getattr(job, each.name) for each in fields(job)}
        kept = {name: value for name, value in kept.items() if name not in _OURS}
        kept["intents"] = {host: job.intents.get(host)}
        kept["expected"] = {host: job.expected[host]} if host in job.expected else {}
        return cls(replace(turn, job=None), kept)  # type: ignore[arg-type]  # it is in the parcel

    def unpacked(self, **ours: Any) -> Turn:  # noqa: ANN401  # fields of a job
        """Return the turn, with the other fields of its job as they are on this machine."""
        return replace(self.turn, job=Job(**{**self.job, **ours}))
