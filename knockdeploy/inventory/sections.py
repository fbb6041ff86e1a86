"""What config.yaml may hold: Nornir's own sections, and below ``user_defined`` ours.

What is left out stays None: Nornir has its own defaults, and the environment may say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from knockdeploy.intent.faults import Fault, Strict, check, is_near, quoted, refuse
from knockdeploy.inventory.settings import RELATIVE, ProjectPath, Settings, resolved

SIMPLE: Final = "SimpleInventory"
TRANSFORM: Final = "knockdeploy_references"  # Nornir has one name space for all its plugins
"""Our own transform function. It is for others: here references are followed anyway, and later."""

FILES: Final = {
    "host_file": "hosts.yaml",
    "group_file": "groups.yaml",
    "defaults_file": "defaults.yaml",
}
"""SimpleInventory's options that are files, and what it takes by default."""


def exists(path: Path) -> bool:
    """Tell whether ``path`` leads somewhere; one that no file can have does not."""
    try:
        return path.exists()
    except PermissionError:  # said by who reads it
        return True
    except (OSError, ValueError):  # too long a name, or one with a NUL
        return False


# Nornir passes over groups and defaults that are not there in silence: what is named must exist.
_ExistingFile = Annotated[
    ProjectPath, AfterValidator(check(exists, "there is no file {}", RELATIVE))
]
_Options = dict[str, Any]


class _SimpleOptions(Strict):
    host_file: _ExistingFile | None = None
    group_file: _ExistingFile | None = None
    defaults_file: _ExistingFile | None = None
    encoding: str | None = None


class _Core(Strict):
    raise_on_error: bool | None = None


class _Inventory(Strict):
    plugin: str = SIMPLE
    options: _SimpleOptions | _Options = Field(default={}, validate_default=True)
    transform_function: str | None = None
    transform_function_options: _Options | None = None

    @field_validator("options", mode="plain")
    @classmethod
    def _known_to_the_plugin(cls, options: object, info: ValidationInfo) -> _Options:
        if not isinstance(options, Mapping):
            raise refuse(Fault("must be a mapping", "such as {host_file: inventory/hosts.yaml}"))
        folder = (info.context or {})["folder"]
        if info.data.get("plugin") != SIMPLE:
            return {key: _plugin_path(key, value, folder) for key, value in options.items()}
        files = _SimpleOptions.model_validate(options, context=info.context)
        return {
            option: str(getattr(files, option) or folder / name) for option, name in FILES.items()
        }


def _plugin_path(key: object, value: object, folder: Path) -> object:
    """Return an option of another plugin; a path that exists is made absolute.

    Which options are paths only the plugin knows; their names suggest it.
    """
    is_named = any(word in str(key).lower() for word in ("file", "path", "dir", "folder"))
    if not is_named or not isinstance(value, str) or not value or "://" in value:
        return value
    path = resolved(value, folder)
    return str(path) if exists(path) else value


class _Logging(Strict):
    enabled: bool | None = None
    level: str | None = None
    log_file: ProjectPath = Field(default=Path("nornir.log"), validate_default=True)
    format: str | None = None
    to_console: bool | None = None
    loggers: list[str] | None = None


class _Runner(Strict):
    plugin: str | None = None
    options: _Options | None = None


class _Ssh(Strict):
    config_file: _ExistingFile | None = None


_OURS_ALONE: Final = frozenset({"allow_command", "host_keys", "rollout", "state_dir"})
"""Settings that nobody else is likely to have beside ours."""


class _UserDefined(Strict):
    model_config = ConfigDict(extra="allow")

    knockdeploy: Settings = Field(default={}, validate_default=True)

    @model_validator(mode="after")
    def _ours_is_not_misspelt(self) -> Self:
        for key in self.model_extra or {}:
            if is_near(key, "knockdeploy"):
                raise refuse(
                    Fault(f"{quoted(key)} is not used by anything", "did you mean knockdeploy?")
                )
            if key in _OURS_ALONE:
                message = f"{quoted(key)} is not used there"
                raise refuse(Fault(message, "it belongs under user_defined.knockdeploy"))
        return self


_OF_HOSTS: Final = frozenset({"hostname", "platform", "groups", "data"})
"""Keys of an inventory that no section has."""


class ConfigFile(Strict):
    """The whole file."""

    example: ClassVar = "inventory: ..., runner: ..."
    misplaced: ClassVar = {
        **dict.fromkeys(Settings.model_fields, "it belongs under user_defined.knockdeploy"),
        **dict.fromkeys(_SimpleOptions.model_fields, "it belongs under inventory.options"),
        "knockdeploy": "it belongs under user_defined",
        "num_workers": "it belongs under runner.options",
    }

    @model_validator(mode="before")
    @classmethod
    def _is_no_inventory(cls, given: object) -> object:
        elements = list(given.values()) if isinstance(given, Mapping) else []
        if elements and all(
            isinstance(each, Mapping) and _OF_HOSTS & each.keys() for each in elements
        ):
            raise refuse(
                Fault("has hosts or groups", "-c takes the config.yaml that names this file")
            )
        return given

    core: _Core = _Core()
    inventory: _Inventory = Field(default={}, validate_default=True)
    logging: _Logging = Field(default={"enabled": False}, validate_default=True)
    runner: _Runner = _Runner()
    ssh: _Ssh = _Ssh()
    user_defined: _UserDefined = Field(default={}, validate_default=True)
