"""What a change looks like to people: lines under their parents, and a resequence as one line."""

from __future__ import annotations

from pathlib import Path

from intents import a_short_intent, an_intent
from planning import edited_by_number, make_plan, render, survey

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.plan.diff import diff, planned
from knockdeploy.plan.model import Plan
from knockdeploy.recipe.record import Record, moved, moved_back

CASES = Path(__file__).parent.parent / "cases"


def _plan(name: str, numbers: list[int]) -> Plan:
    running = with_numbers(parse((CASES / name / "running.cfg").read_text()), {"ACL_WAN": numbers})
    intent = a_short_intent(services=["22/tcp", "80/tcp"])
    return make_plan(running, parse(render(intent, survey(running, intent))), intent)


def test_a_resequence_is_one_line_and_no_entry_of_others_is_in_the_diff() -> None:
    """Its numbers are in no configuration (ios-facts §11): the diff has to say it itself."""
    lines = list(planned(_plan("gap-is-spent", [2, 4, 6])))
    assert [str(line) for line in lines if "resequence" in line.text] == [
        "  ip access-list resequence ACL_WAN 1000 10"
    ]
    assert not [line for line in lines if line.sign == "-"]
    assert not [line for line in lines if "permit ip any any" in line.text]
    assert "+  999 deny   object-group OG_Knock_Services any host 203.0.113.10" in map(str, lines)


def test_without_a_resequence_the_diff_is_that_of_the_configurations() -> None:
    plan = _plan("gap-is-spent", [20, 40, 60])
    assert list(planned(plan)) == list(diff(plan.before, plan.after))


def test_the_record_is_read_as_it_was_written() -> None:
    items = (moved(3, "permit tcp any any eq 22 established"), moved(0, "permit tcp any any"))
    record = Record.of(
        enforcement_acl=True,
        enforcement_binding=True,
        engine_sequence=True,
        trigger_policy="COPP",
        enforcement_copy="ACL_WAN",
    ).setting("enforcement.moved", *items)
    assert moved_back(record.all("enforcement.moved")) == {
        3: ("permit tcp any any eq 22 established",),
        0: ("permit tcp any any",),
    }
    assert Record.read(parse(record.line())) == record
    assert Record.read(parse(Record().line())) == Record()
    assert Record.read(parse("hostname r1")) is None


def test_a_record_that_somebody_damaged_is_read_as_far_as_it_goes() -> None:
    line = "event manager environment _knock_Owned v1,binding,moved=x:y,moved=4,copy=,later=7"
    record = Record.read(parse(line))
    assert record
    assert record.setting("enforcement.moved") == Record.of(enforcement_binding=True)
    assert moved_back(record.all("enforcement.moved")) == {}


def test_numbers_of_the_control_plane_acl_are_asked_for_once_it_is_there() -> None:
    """`show ip access-lists` of the ACLs concerned, and no more round trips."""
    intent = an_intent(services=["22/tcp", "80/tcp", "443/tcp-udp"])
    typed = parse((CASES / "article-typed-bound" / "running.cfg").read_text())
    assert edited_by_number(typed, intent) == ("ACL_Internet_In", "ACL_CoPP_Knock")
    ours = parse((CASES / "article-typed-bound" / "after.cfg").read_text())
    assert edited_by_number(ours, intent) == ("ACL_Internet_In", "ACL_CoPP_Knock")
    bare = parse((CASES / "worked-1-acl-bound-session-inside" / "running.cfg").read_text())
    assert edited_by_number(bare, intent) == ("ACL_WAN",)
