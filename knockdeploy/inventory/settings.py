"""Our own settings: ``user_defined.knockdeploy`` in config.yaml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)

from knockdeploy.intent.faults import Strict, check
from knockdeploy.intent.fields import whole
from knockdeploy.inventory.workers import Workers

RELATIVE: Final = "relative to config.yaml, or absolute"


def _is_share(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"(100|[1-9]?[0-9])%", value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_EXAMPLES: Final = 'a number of routers, or "25%"'
Share = Annotated[
    int | str,
    PlainValidator(check(_is_share, "{} is neither a number nor a percentage", _EXAMPLES)),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}),
]
Count = Annotated[int, *whole(0, 1_000_000)]
SoakSeconds = Annotated[int, *whole(0, 86_400)]
Retries = Annotated[int, *whole(0, 10)]
RevertMinutes = Annotated[int, *whole(1, 120)]  # what the revert timer takes: ios-facts §9
_SLOWEST: Final = 0.01
_FASTEST: Final = 1000


def _is_rate(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and _SLOWEST <= value <= _FASTEST  # type: ignore[operator]  # a number


PerSecond = Annotated[
    float,
    PlainValidator(check(_is_rate, "{} is invalid", f"a number from {_SLOWEST} to {_FASTEST}")),
    WithJsonSchema({"type": "number", "minimum": _SLOWEST, "maximum": _FASTEST}),
]
_some = check(lambda share: share not in {0, "0%"}, "a batch of no router never ends", _EXAMPLES)


class RolloutSettings(Strict):
    """How a run works through the fleet."""

    canary: Count = Field(default=1, description="Routers in the first stage.")
    batch: Annotated[Share, AfterValidator(_some)] = Field(
        default="25%", description="Routers in the second stage: a number or a percentage."
    )
    max_failures: Share = Field(
        default=0, description="No new router starts once more than this many have failed."
    )
    soak_seconds: SoakSeconds = Field(default=0, description="Pause after each stage.")
    serial_by: str | None = Field(
        default=None,
        description="A key of host data: routers with the same value are never changed at once.",
    )
    retries: Retries = Field(default=1, description="Retries, where a router cannot be reached.")
    retry_seconds: SoakSeconds = Field(default=30, description="Pause before a retry.")
    workers: Workers = Field(default="threads", description="What runs the changes.")
    logins_per_second: PerSecond | None = Field(
        default=None, description="At most this many logins a second, for the AAA server."
    )
    probes_per_second: PerSecond = Field(
        default=1, description="At most this many probes a second: each is logged by its router."
    )
    confirm_minutes: RevertMinutes = Field(
        default=5, description="Minutes after which a router reverts unless confirmed."
    )


KeepDays = Annotated[int, *whole(1, 36_500)]
ReadTimeout = Annotated[int, *whole(1, 3600)]


def _is_pattern(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(value) and re.compile(value) is not None
    except re.error:
        return False


_EXAMPLE: Final = "such as 'WARN: .*'"
_REFUSALS: Final = ("% Invalid input detected at '^' marker.", "Command authorization failed.")


def _leaves_refusals(pattern: str) -> bool:
    return not any(re.match(pattern, line) for line in _REFUSALS)


_PATTERN: Final = check(_is_pattern, "{} is not a regular expression", _EXAMPLE)
_narrow: Final = check(_leaves_refusals, "{} takes IOS's refusals, too, for harmless", _EXAMPLE)


class Device(Strict):
    """What these routers need differently from others."""

    read_timeout_s: ReadTimeout = Field(
        default=30, description="Seconds a router may pause within an answer."
    )
    harmless: list[Annotated[str, AfterValidator(_PATTERN), AfterValidator(_narrow)]] = Field(
        default=[], description="Answers to configuration lines that are not refusals."
    )


def is_path(value: object) -> bool:
    """Tell whether a value of a file may be a path."""
    return isinstance(value, str) and bool(value) and value.isprintable()


def _path(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, Path):
        check(is_path, "{} is not a path", RELATIVE)(value)
    return resolved(str(value), (info.context or {}).get("folder", Path()))


def resolved(path: str, folder: Path) -> Path:
    """Return ``path`` as it is meant in a file that stands in ``folder``."""
    try:
        return folder / Path(path).expanduser()
    except RuntimeError:  # ~nobody: no such user
        return folder / path


_folder = check(Path.is_dir, "there is no folder {}", "create it, or remove the key")
_readable = check(  # or the built-in ones would be taken in silence
    lambda path: os.access(path, os.R_OK | os.X_OK), "{} cannot be read", "its permissions"
)


def _may_be_folder(path: Path) -> bool:
    there = next(each for each in (path, *path.parents) if os.path.lexists(each))
    return os.path.isdir(there)  # noqa: PTH112  # never raises


_no_file = check(
    _may_be_folder, "{} is a file, or below one: it cannot be the state folder", RELATIVE
)
ProjectPath = Annotated[
    Path, PlainValidator(_path), PlainSerializer(str), WithJsonSchema({"type": "string"})
]
"""A path in config.yaml, relative to it; absolute once it is read."""


class Settings(Strict):
    """What config.yaml says to us. Paths are resolved."""

    misplaced: ClassVar = {
        **dict.fromkeys(RolloutSettings.model_fields, "it belongs under rollout"),
        **dict.fromkeys(Device.model_fields, "it belongs under device"),
    }

    host_keys: Literal["accept-new", "strict"] = Field(
        default="accept-new", description="What to do with a host key not seen before."
    )
    allow_command: bool = Field(
        default=False, description="Allows credentials of the form command:..."
    )
    state_dir: Annotated[ProjectPath, AfterValidator(_no_file)] = Field(
        default=Path(".knockdeploy"),
        validate_default=True,
        description="Journal, backups, database; a cache.",
    )
    known_hosts: ProjectPath = Field(
        default_factory=lambda values: values["state_dir"] / "known_hosts",
        description="The file of host keys; known_hosts in state_dir by default.",
    )
    database: ProjectPath = Field(
        default_factory=lambda values: values["state_dir"] / "knockdeploy.db",
        description="The file of findings; knockdeploy.db in state_dir by default.",
    )
    keep_days: KeepDays = Field(
        default=400, description="Days until a finding that is gone is forgotten."
    )
    page_keys: list[str] = Field(
        default=["site"],
        description="Keys of host data by which the page counts routers, in addition to `group`.",
    )
    templates: Annotated[ProjectPath, AfterValidator(_folder), AfterValidator(_readable)] | None = (
        Field(
            default=None,
            description="Folder of templates that override the built-in ones, file by file.",
        )
    )
    device: Device = Field(
        default=Device(), description="What these routers need differently from others."
    )
    rollout: RolloutSettings = Field(
        default=RolloutSettings(), description="How a run works through the fleet."
    )

    @property
    def saved_database(self) -> Path:
        """The file of what checks of saved configurations found, which say less."""
        return self.database.with_stem(f"{self.database.stem}-saved")

    def paths(self) -> Iterator[Path]:
        """Yield what we read and write for these settings, each template too."""
        yield from (self.state_dir, self.known_hosts, self.database, self.saved_database)
        if self.templates:
            yield from (self.templates, *self.templates.rglob("*"))
