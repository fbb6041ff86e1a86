"""config.yaml: Nornir's own file, its paths resolved before Nornir sees them."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nornir.core import Nornir
from nornir.core.configuration import (
    Config,
    CoreConfig,
    InventoryConfig,
    LoggingConfig,
    RunnerConfig,
    SSHConfig,
)
from nornir.core.exceptions import ConflictingConfigurationWarning
from nornir.core.inventory import Inventory
from nornir.core.plugins.runners import RunnerPlugin, RunnersPluginRegister
from nornir.core.state import GlobalState
from nornir.init_nornir import load_inventory

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import bare, check_keys, quoted
from knockdeploy.inventory.settings import Settings, resolved, settings_from
from knockdeploy.inventory.simple import FILES, SIMPLE, load_simple
from knockdeploy.inventory.yamlfile import read_yaml

_SECTIONS: Final[dict[str, type]] = {
    "core": CoreConfig,
    "inventory": InventoryConfig,
    "logging": LoggingConfig,
    "runner": RunnerConfig,
    "ssh": SSHConfig,
}
_NO_CONFIG: Final = "-c FILE, KNOCKDEPLOY_CONFIG, or run it in a project's folder"

_Data = dict[str, Any]


def read_config(config_file: Path) -> tuple[Config, Settings]:
    """Return Nornir's configuration and ours, with absolute paths.

    Raises:
        InputError: if the file cannot be used.
    """
    data = _sections(read_yaml(config_file, _NO_CONFIG), str(config_file))
    folder = config_file.absolute().parent
    user_defined = dict(data.pop("user_defined"))
    settings = settings_from(user_defined.get("knockdeploy"), config_file)
    user_defined["knockdeploy"] = settings.model_dump(mode="json")  # device/ reads it there
    data["logging"] = data["logging"] or {"enabled": False}
    data["logging"].setdefault("log_file", "nornir.log")  # beside config.yaml, not where one is
    _resolve(data["logging"], "log_file", folder)
    _resolve(data["ssh"], "config_file", folder)
    data["inventory"]["options"] = _options(data["inventory"], folder, str(config_file))
    if mistakes := tuple(_refused(data, str(config_file))):
        raise InputError(*mistakes)
    try:
        config = Config.from_dict(**data, user_defined=user_defined)
    except (TypeError, ValueError, SyntaxError) as error:  # what the file does not say
        message = f"Nornir refuses what the environment says: {bare(str(error), 200)}"
        raise InputError(Mistake(message, "unset NORNIR_...", str(config_file))) from None
    config.core.raise_on_error = False  # a failing router fails alone
    return config, settings


def start(config: Config, config_file: Path) -> Nornir:
    """Return Nornir with the whole inventory; nothing has been connected to.

    Raises:
        InputError: if runner, plugin or inventory cannot be used.
    """
    try:
        _configure_logging(config)
    except (OSError, TypeError, ValueError) as error:
        message = f"Nornir cannot log like that: {bare(str(error), 200)}"
        hint = "correct it, or logging: {enabled: false}"
        raise InputError(Mistake(message, hint, str(config_file), key="logging")) from None
    # Not InitNornir: it would import every connection plugin that is installed.
    inventory = _inventory(config, config_file)
    try:
        runner = _runner(config)
        if getattr(runner, "num_workers", 1) < 1:
            raise ValueError("num_workers is less than 1")  # noqa: TRY301  told below
    except Exception as error:  # noqa: BLE001  a runner is anybody's code
        raise _failure("the runner", config.runner.plugin, error, config_file, "runner") from None
    return Nornir(inventory=inventory, runner=runner, config=config, data=GlobalState())


def _runner(config: Config) -> RunnerPlugin:
    if config.runner.plugin not in RunnersPluginRegister.available:
        RunnersPluginRegister.auto_register()  # looks at every package that is installed
    plugin = RunnersPluginRegister.get_plugin(config.runner.plugin)
    return plugin(**config.runner.options)


def inventory_files(config: Config) -> dict[str, Path]:
    """Return the files that the inventory's options name and that exist, by option."""
    options = config.inventory.options
    return {
        option: Path(value)
        for option, value in options.items()
        if isinstance(value, str) and Path(value).is_absolute() and Path(value).is_file()
    }


def _sections(data: object, file: str) -> dict[str, _Data]:
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        raise InputError(Mistake("must be a mapping", "inventory: ..., runner: ...", file))
    mistakes = [
        Mistake(fault.message, fault.hint, file, key=key)
        for key, fault in check_keys(data, [*_SECTIONS, "user_defined"])
    ]
    for name, kind in _SECTIONS.items():
        section = data.get(name) or {}
        if not isinstance(section, Mapping):
            mistakes.append(Mistake("must be a mapping", file=file, key=name))
            continue
        known = list(kind.__slots__)  # type: ignore[attr-defined]  # each of them has them
        mistakes += [
            Mistake(fault.message, fault.hint, file, key=f"{name}.{key}")
            for key, fault in check_keys(section, known)
        ]
    if not isinstance(data.get("user_defined") or {}, Mapping):
        mistakes.append(Mistake("must be a mapping", file=file, key="user_defined"))
    if mistakes:
        raise InputError(*mistakes)
    return {name: dict(data.get(name) or {}) for name in (*_SECTIONS, "user_defined")}


def _refused(data: Mapping[str, _Data], file: str) -> Iterator[Mistake]:
    """Try each key on Nornir by itself, to name the one that it does not take."""
    for name, kind in _SECTIONS.items():
        for key, value in data[name].items():
            try:
                kind(**{key: value})
            except (TypeError, ValueError, SyntaxError) as error:
                said = re.sub(r"<class '(\w+)'>", r"\1", str(error))
                message = f"Nornir refuses it: {bare(said, 200)}"
                yield Mistake(message, "see Nornir's configuration", file, key=f"{name}.{key}")
    ssh = data["ssh"].get("config_file")
    if isinstance(ssh, str) and ssh and not _exists(Path(ssh)):
        hint = "relative to config.yaml, or absolute"
        yield Mistake(f"there is no file {ssh}", hint, file, key="ssh.config_file")


def _resolve(section: _Data, key: str, folder: Path) -> None:
    if isinstance(section.get(key), str) and section[key]:
        section[key] = str(resolved(section[key], folder))


def _options(section: _Data, folder: Path, file: str) -> _Data:
    given = section.get("options") or {}
    if not isinstance(given, Mapping):
        raise InputError(Mistake("must be a mapping", file=file, key="inventory.options"))
    options = dict(given)
    if section.get("plugin", SIMPLE) != SIMPLE:
        return {key: _plugin_path(key, value, folder) for key, value in options.items()}
    mistakes = [
        Mistake(fault.message, fault.hint, file, key=f"inventory.options.{key}")
        for key, fault in check_keys(options, [*FILES, "encoding"])
    ]
    for key in FILES.keys() & options.keys():
        path = resolved(str(options[key]), folder)
        # Nornir passes over groups and defaults that are not there in silence.
        if not isinstance(options[key], str) or not _exists(path):
            what = path if isinstance(options[key], str) else quoted(options[key])
            message, hint = f"there is no file {what}", "relative to config.yaml, or absolute"
            mistakes.append(Mistake(message, hint, file, key=f"inventory.options.{key}"))
    if mistakes:
        raise InputError(*mistakes)
    return {key: str(resolved({**FILES, **options}[key], folder)) for key in FILES}


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long a name, or one with a NUL
        return False


def _plugin_path(key: object, value: object, folder: Path) -> object:
    """Return what somebody's plugin is given: a path of its, if it exists there, made absolute.

    Which options are paths is the plugin's knowledge; it shows in their names.
    """
    is_named = any(word in str(key).lower() for word in ("file", "path", "dir", "folder"))
    if not is_named or not isinstance(value, str) or not value or "://" in value:
        return value
    path = resolved(value, folder)
    return str(path) if _exists(path) else value


def _inventory(config: Config, config_file: Path) -> Inventory:
    plugin = config.inventory.plugin
    if plugin == SIMPLE and not config.inventory.transform_function:
        return load_simple(config.inventory.options)
    if plugin == SIMPLE:
        load_simple(config.inventory.options)  # for its mistakes
    try:
        return load_inventory(config)
    except Exception as error:  # noqa: BLE001  an inventory plugin is anybody's code
        raise _failure("the inventory plugin", plugin, error, config_file, "inventory") from None


def _failure(what: str, name: str, error: Exception, config_file: Path, key: str) -> InputError:
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return InputError(
        Mistake(
            f"{what} {quoted(name)} cannot be used: {bare(reason, 200)}",
            "is it installed, and are its options right?",
            file=str(config_file),
            key=key,
        )
    )


def _configure_logging(config: Config) -> None:
    """Let Nornir log as the file asks, but never to stdout: that is for data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConflictingConfigurationWarning)
        config.logging.configure()
    for name in config.logging.loggers if config.logging.enabled else ():
        for handler in logging.getLogger(name).handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stdout:
                handler.setStream(sys.stderr)
