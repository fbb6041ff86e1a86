"""Routers that the version before deployed to: their running-config, recorded from its lab."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from planning import make_plan, make_removal, make_rollback, render, survey

from knockdeploy.compliance.findings import findings
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.diff import planned
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line
from knockdeploy.recipe.record import Record

FOLDER = Path(__file__).parent / "version_before"
# What text in other messages can imitate was anchored since; the applet is made anew for that.
ANCHORED = (
    ('pattern "%CP-6-', 'pattern "^[^%]*%CP-6-'),
    ('regexp "([0-9]', 'regexp "^[^0-9%]*([0-9]'),
)


@dataclass(frozen=True)
class Recorded:
    before: str
    deployed: Node
    intent: Intent

    def plan(self, intent: Intent | None = None) -> Plan:
        intent = intent or self.intent
        wanted = parse(render(intent, survey(self.deployed, intent)))
        return make_plan(self.deployed, wanted, intent, allow_open=True)


@pytest.fixture(params=sorted(path.name for path in FOLDER.iterdir()))
def recorded(request: pytest.FixtureRequest) -> Recorded:
    folder = FOLDER / request.param
    positions = yaml.safe_load((folder / "positions.yaml").read_text())
    text = (folder / "deployed.cfg").read_text()
    for old, new in ANCHORED:
        text = text.replace(old, new)
    deployed = with_numbers(parse(text), positions)
    intent = intent_from(yaml.safe_load((folder / "intent.yaml").read_text()))
    return Recorded((folder / "before.cfg").read_text(), deployed, intent)


def test_there_is_nothing_to_do_and_nothing_to_say(recorded: Recorded) -> None:
    assert "_knock_Owned v1," in to_text(recorded.deployed)
    plan = recorded.plan()
    assert plan.commands == ()
    assert not list(findings(planned(plan), survey(recorded.deployed, recorded.intent)))


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_of_what_was_deployed_the_applet_alone_is_made_anew(name: str) -> None:
    folder = FOLDER / name
    positions = yaml.safe_load((folder / "positions.yaml").read_text())
    deployed = with_numbers(parse((folder / "deployed.cfg").read_text()), positions)
    intent = intent_from(yaml.safe_load((folder / "intent.yaml").read_text()))
    plan = Recorded("", deployed, intent).plan()
    sections = {
        (command.parents or (command.line.removeprefix("no "),))[0] for command in plan.commands
    }
    assert sections == {"event manager applet EEM_Knock"}


def test_a_removal_leaves_the_text_of_before_byte_for_byte(recorded: Recorded) -> None:
    plan = make_removal(recorded.deployed, recorded.intent, allow_open=True)
    state = plan.before
    for command in plan.commands:
        state = type_line(state, command)
    assert to_text(state) == recorded.before


def test_another_change_keeps_what_the_record_says_and_goes_back_with_it(
    recorded: Recorded,
) -> None:
    longer = recorded.intent.model_copy(update={"timeout_minutes": 90})
    plan = recorded.plan(longer)
    assert [command.line for command in plan.commands] == [
        "event manager environment _knock_Timeout 90"
    ]
    assert Record.read(plan.after) == Record.read(recorded.deployed)
    back = make_rollback(plan.after, recorded.deployed, longer, allow_open=True)
    assert to_text(back.after) == to_text(recorded.deployed)


def test_what_v1_says_is_what_v2_says() -> None:
    v1 = "v1,acl,binding,sequence,policy=COPP,copy=ACL_WAN,moved=1:permit+ip+any+any"
    record = Record.read(parse(f"event manager environment _knock_Owned {v1}"))
    assert record
    assert record.line() == (
        "event manager environment _knock_Owned v2,enforcement.acl=ours,enforcement.binding=ours,"
        "enforcement.copy=ACL_WAN,enforcement.moved=1:permit+ip+any+any,engine.sequence=ours,"
        "trigger.policy=COPP"
    )
    assert Record.read(parse(record.line())) == record
