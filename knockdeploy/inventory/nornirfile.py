"""config.yaml: Nornir's own file, its paths resolved before Nornir sees them."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.exceptions import ConflictingConfigurationWarning
from nornir.core.inventory import Inventory
from nornir.core.plugins.runners import RunnerPlugin, RunnersPluginRegister
from nornir.core.state import GlobalState
from nornir.init_nornir import load_inventory
from nornir.plugins.runners import SerialRunner, ThreadedRunner

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import Location, bare, is_near, quoted, validated
from knockdeploy.inventory.sections import SIMPLE, TRANSFORM, ConfigFile, exists
from knockdeploy.inventory.settings import Settings
from knockdeploy.inventory.simple_inventory import load_simple
from knockdeploy.inventory.trust import untrusted
from knockdeploy.inventory.yamlfile import read_yaml
from knockdeploy.plain_files import open_plain

_RUNNERS: Final = {"serial": SerialRunner, "threaded": ThreadedRunner}
"""Nornir's own. For another, each package that is installed is looked at."""

_NO_CONFIG: Final = "-c FILE, KNOCKDEPLOY_CONFIG, or run it in a project's folder"


def read_config(config_file: Path) -> tuple[Config, Settings]:
    """Return Nornir's configuration and ours, with absolute paths.

    Raises:
        InputError: if the file cannot be used.
    """
    data = read_yaml(config_file, _NO_CONFIG)
    parsed = validated(
        ConfigFile,
        {} if data is None else data,
        Location(str(config_file)),
        context={"folder": config_file.absolute().parent},
    )
    try:
        config = Config.from_dict(**parsed.model_dump())
    except (TypeError, ValueError, SyntaxError) as error:  # what the file does not say
        message = f"Nornir refuses what the environment says: {bare(str(error), 200)}"
        raise InputError(Mistake(message, "unset NORNIR_...", str(config_file))) from None
    if config.inventory.transform_function == TRANSFORM:
        config.inventory.transform_function = ""
    config.core.raise_on_error = False  # a failing router fails alone
    settings = parsed.user_defined.knockdeploy
    files = (config_file, *inventory_files(config).values(), *settings.paths())
    if parsed.ssh.config_file:
        files = (*files, parsed.ssh.config_file)
    if mistakes := untrusted(config_file.absolute().parent, files):
        raise InputError(*mistakes)
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
        n_workers = getattr(runner, "num_workers", 1)
        if not isinstance(n_workers, int) or n_workers < 1:
            raise ValueError("num_workers is not a whole number from 1 on")  # noqa: TRY301  told below
    except Exception as error:  # noqa: BLE001  a runner is anybody's code
        raise _failure("the runner", config.runner.plugin, error, config_file, "runner") from None
    return Nornir(inventory=inventory, runner=runner, config=config, data=GlobalState())


def _runner(config: Config) -> RunnerPlugin:
    name = config.runner.plugin
    if name not in RunnersPluginRegister.available:
        if name in _RUNNERS:
            RunnersPluginRegister.register(name, _RUNNERS[name])
        else:
            RunnersPluginRegister.auto_register()
    return RunnersPluginRegister.get_plugin(name)(**config.runner.options)


def inventory_files(config: Config) -> dict[str, Path]:
    """Return the files that the inventory's options name and that exist, by option."""
    options = config.inventory.options
    return {
        option: Path(value)
        for option, value in options.items()
        if isinstance(value, str) and Path(value).is_absolute() and Path(value).is_file()
    }


def _inventory(config: Config, config_file: Path) -> Inventory:
    plugin = config.inventory.plugin
    if plugin == SIMPLE and not exists(hosts := Path(config.inventory.options["host_file"])):
        message = f"no host_file, and {hosts} is not there"
        hint = "such as options: {host_file: inventory/hosts.yaml}"
        raise InputError(Mistake(message, hint, str(config_file), key="inventory.options"))
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
    near = (known for known in (SIMPLE, *_RUNNERS) if known != name and is_near(name, known))
    meant = next(near, None)
    return InputError(
        Mistake(
            f"{what} {quoted(name)} cannot be used: {bare(reason, 200)}",
            f"did you mean {meant}?" if meant else "is it installed, and are its options right?",
            file=str(config_file),
            key=key,
        )
    )


def _configure_logging(config: Config) -> None:
    """Let Nornir log as the file asks, but never to stdout: that is for data."""
    if config.logging.enabled:
        logging.Formatter(config.logging.format).format(logging.makeLogRecord({}))  # or it raises
        if config.logging.log_file:
            _make_private(config.logging.log_file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConflictingConfigurationWarning)
        config.logging.configure()
    for name in config.logging.loggers if config.logging.enabled else ():
        for handler in logging.getLogger(name).handlers:
            if isinstance(handler, RotatingFileHandler):
                handler.rotator = _rotate
            elif isinstance(handler, logging.StreamHandler) and handler.stream is sys.stdout:
                handler.setStream(sys.stderr)


def _rotate(source: str, dest: str) -> None:
    Path(source).replace(dest)
    _make_private(source)


def _make_private(log_file: str) -> None:
    """Make a log readable by its owner alone: it has routers' answers."""
    handle = open_plain(Path(log_file), os.O_WRONLY | os.O_CREAT)
    os.fchmod(handle, 0o600)
    os.close(handle)
