"""What became of one router: a value for each command, of which text and documents are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from knockdeploy.errors import RouterError

# The exit status that a host's status asks for; all others are 0.
FAILURES = frozenset({"failed", "rolled-back", "skipped", "unreached", "shut"})
DONE = frozenset({"deployed", "removed", "restored"})
DIFFERENCES = frozenset({"changed", "drifted", "misbehaved", "refused"})


def _kinds(error: type[RouterError] = RouterError) -> Iterator[str]:
    yield error.kind
    for kind in error.__subclasses__():
        yield from _kinds(kind)


Kind = Annotated[str, Field(json_schema_extra={"enum": list(dict.fromkeys(_kinds()))})]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a router failed, or what else went wrong there, and what to do about it."""

    kind: Kind
    message: str
    hint: str

    @classmethod
    def of(cls, error: RouterError) -> Failure:
        """Return an error of the tree as a value."""
        return cls(error.kind, error.message, error.hint)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"[{self.kind}] {self.message}{hint}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One router's part of a run.

    Each command has its own, with what it found or did there. The defaults are those of a router
    to which nothing was done: it failed before, or was skipped.
    """

    status: str
    error: Failure | None = field(default=None, kw_only=True)

    def to_json(self) -> dict[str, Any]:
        """Return the host's object of a JSON document."""
        kind: Any = type(self)  # mypy takes a class for one of its instances, without a hash
        data: dict[str, Any] = adapter(kind).dump_python(self, mode="json")
        data["error"] = data.pop("error")  # the last thing one reads
        return data


@dataclass(frozen=True, slots=True)
class Unmanaged(Outcome):
    """A host without an intent."""

    status: Literal["unmanaged"] = "unmanaged"


UNMANAGED = Unmanaged()


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """Return what a run with these outcomes exits with: 1 before 2 before 0."""
    status = 0
    for each in outcomes:
        if each.error or each.status in FAILURES:
            return 1
        if each.status in DIFFERENCES:
            status = 2
    return status


@cache
def adapter(kind: type[Outcome]) -> TypeAdapter[Any]:
    """Return what makes documents of a class of outcomes, and reads them."""
    return TypeAdapter(kind)
