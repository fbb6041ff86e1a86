"""What several folders of tests share."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

import knockdeploy

settings.register_profile(
    "knockdeploy",
    deadline=None,
    derandomize=True,
    print_blob=True,
    # What fails is made small, not explained: that takes minutes.
    phases=[each for each in Phase if each is not Phase.explain],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("knockdeploy")

# In a container the clone often belongs to another user than the one who runs the tests.
os.environ["KNOCKDEPLOY_SAFE_DIRECTORIES"] = str(Path(__file__).parent.parent)
# Hundreds of commands are started here: where this is set, each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A shell's background jobs ignore Ctrl-C, and so would every command that is started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_HERE = Path(__file__).parent
_MEASURED = tuple(f"knockdeploy.{name}" for name in ("change", "ios", "plan", "recipe"))
"""As [tool.coverage.run] has it."""

_COUNTED = tuple(
    f"tests/{name}"
    for name in (
        *("access", "device", "intent", "ios", "knock", "lockout", "plan", "recipe", "rendering"),
        *("reprint", "arming/test_ladder", "arming/test_other", "arming/test_time"),
        *("compliance/test_explaining", "preflight/test_checks", "preflight/test_preflight"),
        *("preflight/test_transcript", "saved/test_saved", "e2e/test_iosxe", "e2e/test_lost"),
        *("e2e/test_other_people", "e2e/test_tcl_engine"),
    )
)
"""These reach what decides what a router is sent: their lines count for the coverage.

All others together reach one line in a hundred more, and would take twice as long.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files that wait for routers over the run: the others fill the time between.

    They begin before the last quarter, so that none of them is left alone at the end; nor are
    those of this folder, which are long.
    """
    waiting = {item.path for item in items if item.get_closest_marker("lab")}
    files = dict.fromkeys(item.path for item in items)
    place: dict[Path, float] = {}
    for until, group in ((0.75, waiting), (1.0, files.keys() - waiting)):
        ordered = sorted((f for f in files if f in group), key=lambda f: f.parent != _HERE)
        place |= {file: until * k / len(ordered) for k, file in enumerate(ordered)}
    items.sort(key=lambda item: place[item.path])


def _counts(item: pytest.Item) -> bool:
    """Tell whether the lines count that a test runs.

    What draws samples reaches no line that no other test does, and would take three times as long.
    """
    if item.config.option.cov_context:  # which tests reach a line, as benchmarks.mutants asks
        return True
    is_given = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    draws = is_given or item.path.stem.endswith("_properties")
    return item.nodeid.startswith(_COUNTED) and not draws


def _coverage(config: pytest.Config) -> Any:
    """Return what counts the lines here, None where nobody does."""
    return getattr(config.pluginmanager.get_plugin("_cov"), "cov_controller", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Count what is measured as it is loaded; the rest takes half as long again where we count."""
    if coverage := _coverage(session.config):
        if not session.config.pluginmanager.hasplugin("dsession"):  # which hands out the tests
            for each in pkgutil.walk_packages(knockdeploy.__path__, "knockdeploy."):
                if each.name.startswith(_MEASURED):
                    importlib.import_module(each.name)
        coverage.pause()
    gc.disable()  # what is loaded and collected stays: it takes a fifth of that time
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count only where it counts, fixtures included: a test takes twice as long where we do."""
    coverage = _coverage(item.config)
    if not (coverage and _counts(item)):
        return (yield)
    coverage.resume()
    try:
        return (yield)
    finally:
        coverage.pause()


@pytest.fixture(scope="session")
def tclsh() -> None:
    """Skip where no Tcl policy can run; fail where it must."""
    if shutil.which("tclsh") is None:
        missing = "tclsh is not installed, so no Tcl policy is tested: apt-get install tcl"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
