"""--help teaches: what to do first, an example of each command, every option with its default."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from commandline import knockdeploy
from typer.main import get_command

from knockdeploy.cli.arguments.app import SECTIONS, app


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command with what is typed for it."""
    for name, command in vars(get_command(app))["commands"].items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {word}", below) for word, below in inner.items())


ALL = dict(commands())


def test_the_root_tells_five_steps_and_the_commands_in_their_order() -> None:
    ran = knockdeploy("--help")
    assert ran.status == 0
    steps = re.findall(r"^ +(\d)\. .*knockdeploy (\w+)", ran.out, re.MULTILINE)
    assert [number for number, _ in steps] == list("12345")
    assert [verb for _, verb in steps] == ["init", "lint", "plan", "deploy", "check"]
    places = [ran.out.find(f"\n  {name} ") for names in SECTIONS.values() for name in names]
    there = [place for place in places if place > 0]
    assert there == sorted(there)
    assert len(there) == len({name.split()[0] for name in ALL})
    assert "..." not in ran.out.partition("Set up:")[2]  # every sentence is whole
    assert knockdeploy().out == ran.out


@pytest.mark.parametrize("name", ALL)
def test_each_command_has_an_example_and_says_what_each_option_does(name: str) -> None:
    ran = knockdeploy(*name.split(), "--help")
    assert ran.status == 0
    assert f"\n  Example: knockdeploy {name} " in ran.out
    for option in ALL[name].params:
        assert option.help, f"{name} {option.name}"
        needs_none = option.required or getattr(option, "is_flag", False)
        shown = isinstance(option.show_default, str) or option.default is not None
        assert needs_none or shown, f"{name} {option.name}: what is its default?"


@pytest.mark.parametrize("name", ALL)
def test_options_come_in_the_same_order_everywhere(name: str) -> None:
    """Which project and which routers first; the document, and what each command has, last."""
    options = [each.name for each in ALL[name].params if each.param_type_name == "option"]
    selecting = [each for each in ("config", "limit", "filters") if each in options]
    assert options[: len(selecting)] == selecting
    last = ["json", "verbose", "debug", "when"]
    assert options[-len(last) :] == last if "json" in options else True


def test_help_is_the_same_by_whichever_way() -> None:
    for name in ("plan", "lab up", "knock"):
        assert knockdeploy(*name.split(), "--help") == knockdeploy("-v", *name.split(), "--help")
    assert knockdeploy("-v", "--help") == knockdeploy("--help")


@pytest.mark.parametrize("name", ALL)
def test_examples_are_command_lines_that_exist(name: str) -> None:
    text = knockdeploy(*name.split(), "--help").out
    example = re.search(r"Example: knockdeploy (.*)", text)
    assert example
    for option in re.findall(r" (--?[a-z][a-z-]*)", example[1].partition(" -- ")[0]):
        assert any(option in each.opts for each in ALL[name].params) or "'" in example[1]


def test_help_fits_a_narrow_terminal() -> None:
    environment = {**os.environ, "COLUMNS": "40", "TERM": "dumb", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "knockdeploy", "deploy", "--help"]
    ran = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=True
    )
    lines = [line for line in ran.stdout.splitlines() if "Example" not in line]
    assert max(map(len, lines)) <= 50  # Typer's help is never narrower: the terminal folds it
    assert "--confirm-minutes" in ran.stdout
    assert "\x1b" not in ran.stdout


def cpu_s(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("command", [(), ("deploy",)])
def test_help_is_quick(command: tuple[str, ...]) -> None:
    nothing = min(cpu_s("-c", "pass") for _ in range(4))
    tries = (cpu_s("-m", "knockdeploy", *command, "--help") / nothing for _ in range(8))
    # The first is enough but on a busy machine, where none is as quick as it could be.
    assert any(times <= 8 for times in tries), "more than eight times `python -c pass`"


@pytest.mark.parametrize("arguments", [["deploy", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    heavy = ("rich", "netmiko", "paramiko", "nornir", "ruamel", "ciscoconfparse", "asyncssh")
    code = (
        "import sys, runpy; sys.argv = ['knockdeploy', *sys.argv[1:]]\n"
        "try: runpy.run_module('knockdeploy', run_name='__main__')\n"
        f"finally: assert not [m for m in {heavy} if m in sys.modules]"
    )
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *arguments], capture_output=True, check=True
    )
