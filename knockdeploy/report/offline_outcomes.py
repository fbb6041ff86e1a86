"""What the commands that need no router of yours have made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from knockdeploy.report.outcome import Outcome
from knockdeploy.report.proof import Port


@dataclass(frozen=True, slots=True)
class InitOutcome(Outcome):
    """A new project."""

    status: Literal["written"]
    path: Annotated[str, Field(description="The file of the example host.")]


@dataclass(frozen=True, slots=True)
class PortsOutcome(Outcome):
    """The file of a knock; None where the knock stands in the inventory itself."""

    status: Literal["written", "kept"]
    path: str | None = None


@dataclass(frozen=True, slots=True)
class RenderOutcome(Outcome):
    """A rendered configuration."""

    status: Literal["rendered", "failed", "skipped"]
    text: Annotated[str, Field(description="Shows secrets.")] = ""


@dataclass(frozen=True, slots=True)
class RenderedFile(Outcome):
    """A rendered configuration that was written to a file."""

    status: Literal["rendered"]
    path: str


@dataclass(frozen=True, slots=True)
class LabOutcome(Outcome):
    """A virtual router, and where its SSH listens."""

    status: Literal["up"]
    address: str
    port: Port


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of the demo saw on one router, and whether that was to be expected."""

    name: str
    ok: bool
    seen: str


@dataclass(frozen=True, slots=True)
class DemoOutcome(Outcome):
    """What the demo saw on a router."""

    status: Literal["done", "failed"]
    steps: tuple[Step, ...]
