"""Our own settings: ``user_defined.knockdeploy`` in config.yaml (design §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import STRICT, Fault, mistakes_of, quoted, refuse
from knockdeploy.intent.fields import whole

_KEY: Final = "user_defined.knockdeploy"


def _share(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"(100|[1-9]?[0-9])%", value):
        return value
    raise refuse(Fault(f"{quoted(value)} is no share", 'a number of routers, or "25%"'))


def _some(value: object) -> int | str:
    if (share := _share(value)) in {0, "0%"}:
        raise refuse(Fault("a batch of no router never ends", 'a number, or "25%"'))
    return share


_SHARE: Final = WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]})

Count = Annotated[int, *whole(0, 1_000_000)]
SoakSeconds = Annotated[int, *whole(0, 86_400)]
RevertMinutes = Annotated[int, *whole(1, 120)]  # what the revert timer takes: ios-facts §9


class Rollout(BaseModel):
    """How a fleet is walked through."""

    model_config = STRICT

    canary: Count = Field(default=1, description="Routers of the first stage.")
    batch: Annotated[int | str, PlainValidator(_some), _SHARE] = Field(
        default="25%", description="Routers of the second stage: a number or a percentage."
    )
    max_failures: Annotated[int | str, PlainValidator(_share), _SHARE] = Field(
        default=0, description="Failures after which no new router starts."
    )
    soak_seconds: SoakSeconds = Field(default=0, description="Pause after each stage.")
    serial_by: str | None = Field(
        default=None, description="A key of host data; never two of one value at once."
    )
    confirm_minutes: RevertMinutes = Field(
        default=5, description="After which a router that nobody confirms reverts."
    )


def _path(value: object, info: ValidationInfo) -> Path | None:
    if value is None or isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or not value.isprintable():
        raise refuse(Fault(f"{quoted(value)} is no path"))
    folder: Path = (info.context or {}).get("folder", Path())
    return resolved(value, folder)


def resolved(path: str, folder: Path) -> Path:
    """Return ``path`` as it is meant in a file that stands in ``folder``."""
    try:
        return folder / Path(path).expanduser()
    except RuntimeError:  # ~nobody: no such user
        return folder / path


_AsPath: Final = PlainValidator(_path)
_PATH: Final = WithJsonSchema({"type": "string"})


class Settings(BaseModel):
    """What config.yaml says to us. Paths are resolved."""

    model_config = STRICT

    host_keys: Literal["accept-new", "strict"] = Field(
        default="accept-new", description="What is done with a host key not seen before."
    )
    known_hosts: Annotated[Path, _AsPath, _PATH] = Field(
        default=Path(), description="The file of host keys; known_hosts in state_dir by default."
    )
    allow_command: bool = Field(
        default=False, description="Allows credentials of the form command:..."
    )
    state_dir: Annotated[Path, _AsPath, _PATH] = Field(
        default=Path(".knockdeploy"), description="Journal, backups, database; a cache."
    )
    database: Annotated[Path, _AsPath, _PATH] = Field(
        default=Path(), description="The file of findings; knockdeploy.db in state_dir by default."
    )
    templates: Annotated[Path | None, _AsPath, _PATH] = Field(
        default=None, description="A folder whose templates override ours, file by file."
    )
    rollout: Rollout = Field(default=Rollout(), description="How a fleet is walked through.")


def settings_from(data: object, config_file: Path) -> Settings:
    """Return the settings that ``data``, the mapping in ``config_file``, describes.

    Raises:
        InputError: with one mistake for each fault.
    """
    file, folder = str(config_file), config_file.absolute().parent
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        raise InputError(Mistake("must be a mapping", file=file, key=_KEY))
    given: dict[str, Any] = {str(key): value for key, value in data.items()}
    state_dir = given.setdefault("state_dir", ".knockdeploy")
    inside = f"{state_dir}/" if isinstance(state_dir, str) else ""
    given.setdefault("known_hosts", f"{inside}known_hosts")
    given.setdefault("database", f"{inside}knockdeploy.db")
    mistakes: tuple[Mistake, ...] = ()
    try:
        settings = Settings.model_validate(given, context={"folder": folder})
        mistakes = _missing_templates(settings, file)
    except ValidationError as error:
        mistakes = mistakes_of(error, Settings, key=_KEY, file=lambda _: file)
    if mistakes:
        raise InputError(*mistakes)
    return settings


def _missing_templates(settings: Settings, file: str) -> tuple[Mistake, ...]:
    if settings.templates is None or settings.templates.is_dir():
        return ()
    message = f"there is no folder {settings.templates}"
    return (Mistake(message, "make it, or take the key out", file=file, key=f"{_KEY}.templates"),)
