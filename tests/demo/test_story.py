"""How a story prints what was seen, and holds it to what was expected."""

from __future__ import annotations

import io
import sys
from importlib.resources import files
from pathlib import Path
from unittest.mock import Mock

import pytest

from knockdeploy.cli.console import Console
from knockdeploy.cli.demo import sabotage
from knockdeploy.cli.demo.ingredients import Ingredients
from knockdeploy.cli.demo.narrator import StepResult, Story
from knockdeploy.cli.outcome_lines import check_lines, plan_lines, proof_text, shown_diff
from knockdeploy.command import Phase
from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import InputError, UnprovedError
from knockdeploy.intent import intent_from
from knockdeploy.rehearsal.behaviours import rehearse
from knockdeploy.report.change import DeployOutcome, PlanOutcome
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import Failure
from knockdeploy.report.proof import Proof, Sighting

SHUT = StepResult("shut", ("22/tcp reset",))
OPEN = StepResult("open", ("22/tcp ssh banner",))


@pytest.fixture
def story() -> Story:
    return Story(Console("demo"), Path("config.yaml"), ["r1", "r2"])


def test_expected_step_prints_what_was_seen(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    assert story.expect("shut", {"r1": SHUT, "r2": SHUT}, "shut")
    assert capsys.readouterr().out == "  r1  shut  22/tcp reset\n  r2  shut  22/tcp reset\n"
    assert {host: outcome.status for host, outcome in story.outcomes().items()} == {
        "r1": "done",
        "r2": "done",
    }


def test_unexpected_step_says_what_was_expected_and_fails_its_router(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not story.expect("shut", {"r1": SHUT, "r2": OPEN}, "shut")
    printed = capsys.readouterr().out
    assert "r2  open  22/tcp ssh banner\n            expected: shut\n" in printed
    outcomes = story.outcomes()
    assert (outcomes["r1"].status, outcomes["r2"].status) == ("done", "failed")
    assert outcomes["r2"].to_json()["steps"] == [
        {"name": "shut", "ok": False, "seen": "open; 22/tcp ssh banner; expected: shut"}
    ]


def test_error_is_unexpected_whatever_the_status(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = DeployOutcome("failed", error=Failure.of(UnprovedError("nothing was seen", "look")))
    assert not story.expect("deploy", {"r1": outcome}, "deployed")
    assert "[unproved] nothing was seen (look)" in capsys.readouterr().out


def test_wanted_status_may_differ_by_router(story: Story) -> None:
    assert story.expect("look", {"r1": OPEN, "r2": SHUT}, {"r1": "open", "r2": "shut"})


def test_stopped_story_is_silent_and_goes_no_further(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    story.stop()
    story.chapter("Title", "Why")
    assert not story.expect("shut", {"r1": SHUT}, "shut")
    assert capsys.readouterr().out == ""


def test_nothing_is_wider_than_a_terminal(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    story.chapter("Title", "word " * 60)
    story.show("+  " + "word " * 40)
    story.expect("x", {"r1": StepResult("seen", ("word " * 40,))}, "seen")
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_diff_folds_long_sections_alone() -> None:
    applet = "+ event manager applet E\n" + "+  action 1\n" * 30
    short = "  interface Gi0\n+  ip access-group A in\n"
    outcome = PlanOutcome("changed", short + applet + "- service x\n")
    assert shown_diff(outcome).splitlines() == [
        "  interface Gi0",
        "+  ip access-group A in",
        "+ event manager applet E (30 lines)",
        "- service x",
    ]
    assert list(plan_lines(outcome)) == ["32 lines to add, 1 to remove, in 3 places"]
    assert list(plan_lines(PlanOutcome("unchanged"))) == ["the diff is empty"]


def test_proof_is_told_knock_by_knock() -> None:
    seen = (
        Sighting(Phase.OPEN, "wrong", None, None, None),
        Sighting(Phase.CLOSE, "none", None, "22/tcp", "reset"),
        Sighting(Phase.CLOSE, "right", "127.0.0.1", None, None),
        Sighting(Phase.CLOSE, "right", None, "22/tcp", "ssh banner"),
    )
    text = proof_text("r1", DeployOutcome("deployed", proof=Proof("door", None, seen)))
    header, *lines = (" ".join(line.split()) for line in text.splitlines())
    assert "r1" in header
    assert lines == [
        "nothing shut yet wrong knock no entry",
        "the door shut no knock 22/tcp reset",
        "right knock entry for 127.0.0.1, 22/tcp ssh banner",
    ]
    assert proof_text("r1", DeployOutcome("failed")) == ""


def test_finding_is_told_with_its_place() -> None:
    finding = Finding(
        "access-list",
        "error",
        "does not belong there",
        "5 permit ip any any",
        ("ip access-list extended A",),
    )
    assert list(check_lines(CheckOutcome("drifted", (finding,)))) == [
        "error: access-list: ip access-list extended A / 5 permit ip any any: does not belong there"
    ]


@pytest.mark.parametrize(
    "ingredients",
    [
        Ingredients(),
        Ingredients(enforcement="zone"),
        Ingredients(enforcement="copp"),
        Ingredients(platform="iosxe"),
    ],
    ids=lambda each: f"{each.platform} {each.enforcement}",
)
@pytest.mark.parametrize("word", sabotage.WORDS)
def test_sabotage_is_of_one_line_that_our_template_has(word: str, ingredients: Ingredients) -> None:
    broken = sabotage.named(word, ingredients)
    ours = (files("knockdeploy.templates") / "ios" / broken.template).read_text()
    assert f"\n{ours}".count(f"\n{broken.ours}\n") == 1


@pytest.mark.parametrize("word", sabotage.WORDS)
def test_a_sabotage_on_ios_xe_is_one_that_a_proof_takes_back(word: str, tmp_path: Path) -> None:
    broken = sabotage.named(word, Ingredients(platform="iosxe"))
    ours = (files("knockdeploy.templates") / "ios" / broken.template).read_text()
    (tmp_path / "ios" / broken.template).parent.mkdir(parents=True)
    (tmp_path / "ios" / broken.template).write_text(ours.replace(broken.ours, broken.theirs))
    wish = {"ports": [46543, 28654, 40204, 57566, 34515], "services": ["22/tcp"]}
    intent = intent_from({**wish, "interface": "GigabitEthernet0/0/0"})
    found = rehearse(intent, (), tmp_path, is_thorough=False, platform="cisco_xe")
    assert found.verdict == "taken back"


def test_unknown_sabotage_is_refused() -> None:
    with pytest.raises(InputError, match="drop, regexp, dynamic or deny"):
        sabotage.named("flood")


def test_what_the_routers_get_is_checked_before_one_is_started() -> None:
    with pytest.raises(InputError, match="unknown engine 'lua'"):
        Ingredients(engine="lua")
    with pytest.raises(InputError, match="unknown protocol 'icmp'"):
        Ingredients(protocol="icmp")
    with pytest.raises(InputError, match=r"unknown enforcement .nat. .*, zone or copp"):
        Ingredients(enforcement="nat")
    with pytest.raises(InputError, match=r"unknown platform 'junos' .*ios or iosxe"):
        Ingredients(platform="junos")
    with pytest.raises(InputError, match=r"unknown enforcement 'zone' .*interface-acl"):
        Ingredients(platform="iosxe", enforcement="zone")
    with pytest.raises(InputError, match="--engine applet"):
        sabotage.named("regexp", Ingredients(engine="tcl"))


def test_a_step_is_green_where_it_saw_what_was_to_be_expected() -> None:
    said: list[tuple[str, str]] = []
    console = Mock(out=lambda text, style: said.append((text.strip(), style)))
    story = Story(console, Path(), ["r1", "r2"])
    seen = {"r1": StepResult("open", ("from here", "at once")), "r2": StepResult("shut")}
    assert story.expect("knock", seen, {"r1": "open", "r2": "shut"})
    assert said == [("r1  open  from here", "green"), ("at once", ""), ("r2  shut", "green")]
    del said[:]
    assert not story.expect("knock", seen, "open")
    assert said[2:] == [("r2  shut  expected: open", "red")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "is_styled"), [(Terminal(), True), (io.StringIO(), False)])
def test_style_is_for_terminals(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, is_styled: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", stream)
    Console("demo").out("[r1] shut", "green")
    assert ("\x1b[" in stream.getvalue()) is is_styled
    assert "[r1] shut" in stream.getvalue()


def test_no_colour_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", stream)
    Console("demo").out("shut", "green")
    assert stream.getvalue() == "shut\n"
