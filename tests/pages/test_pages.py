"""Every command and file of README and docs, done in order against virtual routers."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import sys
from collections.abc import Set
from dataclasses import replace
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
from commandline import free_base_port, status
from typer.main import get_command
from validating import validated

from docs import examples
from knockdeploy.cli.arguments.app import app
from knockdeploy.errors import RouterError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.inventory.settings import Device, RolloutSettings, Settings
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.wire.ssh import MODERN

from .page import ROOT, TAGS, Step, blocks, document, steps
from .reader import Reader

DOCS = sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md"))
README = Path("README.md")
PAGES = [README, *DOCS]
FEWEST_STEPS = {"README.md": 14, "inventory.md": 29, "exit-codes.md": 14, "json.md": 8}
SHELL = re.compile(r"[|<>;&$()*]")


def text_of(page: Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


class Local(Reader):
    """A reader whose lab runs in this process, on addresses that nobody uses."""

    def __init__(self, folder: Path) -> None:
        programs = folder / "bin"
        programs.mkdir()
        for name, module in (("knockdeploy", "-m knockdeploy"), ("python", "")):
            script = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {module} "$@"\n'
            (programs / name).write_text(script)
            (programs / name).chmod(0o755)
        super().__init__(folder, programs)
        self.running = contextlib.ExitStack()
        self.lab: Fabric | None = None

    def lab_up(self, command: str) -> str:
        folder = shlex.split(command, comments=True)[3]
        lab = fabric(3, LabOptions(profile=MODERN), folder=self.folder / folder, base_port=0)
        self.lab = self.running.enter_context(lab)
        for file in self.home.rglob("*.yaml"):  # written before anybody knew its addresses
            file.write_text(self.here(file.read_text()))
        return f"ready {folder}/config.yaml\n"

    def close(self) -> None:
        self.running.close()

    def follow(self, step: Step) -> str:
        here = replace(step, command=self.here(step.command), text=self.here(step.text))
        printed = super().follow(here)
        if step.command.endswith("--json"):
            validated(json.loads(document(printed)))
        return printed

    def here(self, text: str) -> str:
        """Return ``text`` for this lab's addresses."""
        if self.lab:
            block = self.lab.routers["r1"].place.inside.split(".")[2]
            text = re.sub(r"\b127\.([12]0)\.0\.", rf"127.\1.{block}.", text)
        return text.replace("--base-port 15022", f"--base-port {free_base_port(3)}")


class Insider(Local):
    """Runs knockdeploy in this process: it takes a tenth of the time of a new one.

    `.ci/run` follows README with an installed program, each command a process of its own.
    """

    def run(self, command: str) -> tuple[int, str]:
        words = shlex.split(command, comments=True)
        if words[0] != "knockdeploy" or words[1] == "lab" or SHELL.search(command):
            return super().run(command)
        printed, out = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, self.environment, clear=True),
        ):
            ended = status(*words[1:], out=out if "--json" in words else printed, err=printed)
        return ended, printed.getvalue() + out.getvalue()


@pytest.mark.lab
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_a_page_tells_to_do_comes_out_as_it_says(page: Path, tmp_path: Path) -> None:
    with contextlib.closing(Insider(tmp_path)) as reader:
        n_steps = len([reader.follow(step) for step in steps(text_of(page))])
    assert n_steps >= FEWEST_STEPS.get(page.name, 0)


def test_the_transcript_is_that_of_the_readme() -> None:
    typed = re.findall(r"^\$ (.*)$", text_of(Path("docs/newcomer.txt")), re.MULTILINE)
    commands = [step.command for step in steps(text_of(README)) if step.command]
    assert typed[-len(commands) :] == commands


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert {block.tag for block in blocks(text_of(page))} <= TAGS
    for block in blocks(text_of(page)):
        ours = block.tag in {"sh", "text"} and re.findall(r"^knockdeploy .*", block.text, re.M)
        assert not ours, f"{page}:{block.line} shows a command that nobody runs"


@cache
def commands_and_options() -> tuple[Set[str], Set[str]]:
    root = get_command(app)
    groups = [root, *(c for c in vars(root)["commands"].values() if "commands" in vars(c))]
    commands = {name: c for group in groups for name, c in vars(group)["commands"].items()}
    options = {o for c in (root, *commands.values()) for p in c.params for o in p.opts}
    return commands.keys(), options


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_command_and_option_named_is_there(page: Path) -> None:
    commands, options = commands_and_options()
    text = text_of(page)
    for code in re.findall(r"(?<!`)`([^`\n]+)`", text):
        words = code.split()
        if words[0] == "knockdeploy" and len(words) > 1 and words[1][0] != "-":
            assert words[1] in commands, code
        if words[0] in commands or words[0][0] == "-":
            found = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", code.partition(" -- ")[0]))
            assert found <= options | {"--help", "--install-completion"}, code


def test_every_kind_of_error_is_explained() -> None:
    def kinds(error: type[RouterError]) -> set[str]:
        return {error.kind}.union(*(kinds(each) for each in error.__subclasses__()))

    said = text_of(Path("docs/exit-codes.md")).partition("## What went wrong")[2]
    table = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", said, re.M)
    assert {kind for kind, _, _ in table} == kinds(RouterError)
    assert all(len(happened) > 20 and len(remedy) > 10 for _, happened, remedy in table)


def test_every_key_has_an_example_that_is_right(tmp_path: Path) -> None:
    assert set(examples.EXAMPLE) == set(Intent.model_fields)
    intent_from(examples.EXAMPLE)
    assert set(examples.SETTINGS) == set(Settings.model_fields)
    assert set(examples.SETTINGS["rollout"]) == set(RolloutSettings.model_fields)
    assert set(examples.SETTINGS["device"]) == set(Device.model_fields)
    (tmp_path / "templates").mkdir()
    Settings.model_validate(examples.SETTINGS, context={"folder": tmp_path})
