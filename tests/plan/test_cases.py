"""Every folder of tests/cases: a router, what is wanted, what is sent, what IOS shows then.

``commands.txt``: ``[open]`` and ``[close]`` begin the phases; a section marked ``@`` is entered
and not typed as a command of its own. Each folder's fact.md says what it rests on. ``case.yaml``:
who is at the keyboard, what is refused, warned of or closed, and how the image differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml
from planning import make_difference, make_plan, render, survey

from knockdeploy.command import Command
from knockdeploy.errors import RouterError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.diff import planned
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line

CASES = Path(__file__).parent.parent / "cases"
Row = tuple[str, tuple[str, ...], str]


@dataclass(frozen=True)
class Case:
    folder: Path
    running: Node
    wanted: Node
    intent: Intent
    operator: Operator | None
    allow_open: bool
    refused: Mapping[str, Any] | None
    is_removal_refused: bool
    dialect: Dialect
    warnings: Sequence[str]
    closes: Sequence[str] | None
    platform: str = "ios"
    positions_after: Mapping[str, Sequence[int]] = field(default_factory=dict)
    positions_undone: Mapping[str, Sequence[int]] | None = None

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    @cached_property
    def plan(self) -> Plan:
        return self.plan_from(self.running)

    def plan_from(self, running: Node) -> Plan:
        return make_plan(
            running,
            self.wanted,
            self.intent,
            self.operator,
            allow_open=self.allow_open,
            dialect=self.dialect,
            platform=self.platform,
        )


@cache
def _yaml(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(), yaml.CSafeLoader) if path.exists() else {}


@cache
def _case(folder: Path) -> Case:
    options, positions = _yaml(folder / "case.yaml"), _yaml(folder / "positions.yaml")
    operator = options.get("operator")
    return Case(
        folder,
        with_numbers(parse((folder / "running.cfg").read_text()), positions.get("before")),
        parse((folder / "rendered.cfg").read_text()),
        intent_from(_yaml(folder / "intent.yaml")),
        Operator(**operator) if operator else None,
        options.get("allow_open", False),
        options.get("refused"),
        options.get("removal") == "refused",
        Dialect(numbered_dynamic=options.get("numbered_dynamic", True)),
        options.get("warnings", ()),
        options.get("closes"),
        options.get("platform", "ios"),
        positions.get("after", {}),
        positions.get("undone"),
    )


@cache
def _folders(*, refused: bool) -> list[Any]:
    folders = sorted(path for path in CASES.iterdir() if path.is_dir())
    return [
        pytest.param(folder, id=folder.name)
        for folder in folders
        if (_yaml(folder / "case.yaml").get("refused") is not None) == refused
    ]


def _written(text: str) -> list[Row]:
    """Read commands.txt."""
    rows: list[Row] = []
    phase = ""
    sections: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            phase, sections = line.strip("[]"), []
            continue
        level = len(line) - len(line.lstrip(" "))
        content = line.strip()
        sections = sections[:level]
        if not content.startswith("@ "):
            rows.append((phase, tuple(sections), content))
        sections.append(content.removeprefix("@ "))
    return rows


def _planned(commands: Sequence[Command]) -> list[Row]:
    return [(command.phase.value, command.parents, command.line) for command in commands]


def _lines(text: str) -> list[str]:
    """Return the lines of a running-config without comments and end."""
    return [
        line.rstrip() for line in text.splitlines() if not line.startswith("!") and line != "end"
    ]


def _numbers(config: Node, name: str) -> list[int | None]:
    acl = config.child(f"ip access-list extended {name}")
    assert acl is not None
    return [node.number for node in acl.children if not node.text.startswith("remark")]


def _all_numbers(config: Node) -> list[tuple[str, int | None]]:
    return [
        (node.text, node.number)
        for parents, node in config.walk()
        if parents[:1] and parents[0].startswith("ip access-list") and node.text[:6] != "remark"
    ]


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_who_only_looks_sees_the_difference_that_a_plan_makes(folder: Path) -> None:
    case = _case(folder)
    seen = make_difference(case.running, case.wanted, case.intent, case.dialect, case.platform)
    assert list(planned(seen)) == list(planned(case.plan))
    assert bool(seen.steps) == bool(case.plan.steps)


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_what_is_sent(folder: Path) -> None:
    case = _case(folder)
    assert _planned(case.plan.commands) == _written(case.text("commands.txt"))


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_what_ios_shows_then(folder: Path) -> None:
    case = _case(folder)
    after = case.plan.after
    assert _lines(to_text(after)) == _lines(case.text("after.cfg"))
    for name, numbers in case.positions_after.items():
        assert _numbers(after, name) == numbers


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_every_state_is_what_its_line_makes_of_the_one_before(folder: Path) -> None:
    plan = _case(folder).plan
    state = plan.before
    for step in plan.steps:
        state = type_line(state, step.command)
        assert to_text(state) == to_text(step.after), step.command.line


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_the_undo_gives_back_what_was_there(folder: Path) -> None:
    case = _case(folder)
    plan = case.plan
    state = plan.after
    for command in plan.undo():
        state = type_line(state, command)
    assert sorted(_lines(to_text(state))) == sorted(_lines(case.text("running.cfg")))
    if case.positions_undone is None:
        assert sorted(_all_numbers(state)) == sorted(_all_numbers(case.running))
    for name, numbers in (case.positions_undone or {}).items():
        assert _numbers(state, name) == numbers
    if not (folder / "undo.md").exists():  # says why the order may be another one
        assert _lines(to_text(state)) == _lines(case.text("running.cfg"))


def test_what_stands_in_a_section_of_ours_goes_with_it() -> None:
    plan = _case(CASES / "worked-1-acl-bound-session-inside").plan
    undone = [command for command in plan.undo() if "EEM_Knock" in str(command)]
    assert [command.line for command in undone] == ["no event manager applet EEM_Knock"]


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_what_is_rendered_for_such_a_router(folder: Path) -> None:
    case = _case(folder)
    site = survey(case.running, case.intent, case.dialect, case.platform)
    rendered = parse(render(case.intent, site, platform=case.platform))
    for section in case.wanted.children:
        if section.text == "control-plane host":  # some cases are without what logs
            there = rendered.child(section.text)
            assert there is not None
            assert set(section.children) <= set(there.children)
        else:
            assert section in rendered.children, section.text


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_what_is_said_beside_the_change(folder: Path) -> None:
    case = _case(folder)
    plan = case.plan
    assert len(plan.warnings) == len(case.warnings)
    for warning, words in zip(plan.warnings, case.warnings, strict=True):
        assert words in warning
    if case.closes is not None:
        assert [str(each) for each in plan.closes] == list(case.closes)


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_a_second_plan_changes_nothing(folder: Path) -> None:
    case = _case(folder)
    shown = with_numbers(parse(case.text("after.cfg")), case.positions_after)
    assert case.plan_from(shown).commands == ()


@pytest.mark.parametrize("folder", _folders(refused=True))
def test_a_refusal_names_cause_and_way_out(folder: Path) -> None:
    case = _case(folder)
    assert case.refused is not None
    with pytest.raises(RouterError) as caught:
        case.plan_from(case.running)
    assert caught.value.kind == case.refused["kind"]
    for words in case.refused["says"]:
        assert words in caught.value.message + " " + caught.value.hint
    assert case.refused.get("hint", "") in caught.value.hint
    assert caught.value.hint


def test_each_case_names_its_fact() -> None:
    for folder in CASES.iterdir():
        assert (folder / "fact.md").read_text().strip(), folder.name
