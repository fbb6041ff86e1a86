"""What a router shows after a change: as planned, in other words, or something else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from changing import change_of, job_of

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.change.verify import compare
from knockdeploy.errors import DifferentError, ReprintedError
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text

from .test_others_changes import INTENT, ROUTER

TRIGGER = " trigger occurs 1 period 10\n"
OTHER_WORDS = (TRIGGER, " trigger occurs 1 period 10.000\n")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return job_of(tmp_path, INTENT)


def shown(change: Change, *edits: tuple[str, str]) -> Node:
    text = to_text(change.plan.after)
    for old, new in edits:
        assert old in text, text
        text = text.replace(old, new)
    return parse(text)


def test_as_planned_and_whether_others_are_as_before(job: Job) -> None:
    change = change_of(job, INTENT, ROUTER)
    assert compare(change, shown(change), job) is True
    assert compare(change, shown(change, ("hostname r1", "hostname r9")), job) is False


def test_something_else_is_told_line_by_line_without_a_port(job: Job) -> None:
    change = change_of(job, INTENT, ROUTER)
    ports = ("46543", "28654", "40204")
    others = [(f" udp eq {port}\n", f" udp eq 1111{n}\n") for n, port in enumerate(ports)]
    with pytest.raises(DifferentError) as caught:
        compare(change, shown(change, *others), job)
    assert "- udp eq <knock " in caught.value.message
    assert not {*ports} & set(caught.value.message.replace(";", "").split())
    assert caught.value.message.count(";") == 3  # four of six
    with pytest.raises(DifferentError, match="- permit ip any any"):
        compare(change, shown(change, (" permit ip any any\n", "")), job)


def test_other_words_are_told_first_and_taken_where_that_is_agreed_to(job: Job) -> None:
    change = change_of(job, INTENT, ROUTER)
    now = shown(change, OTHER_WORDS)
    agreed = replace(job, options=replace(job.options, accepts_reprints=True))
    for each in (agreed, job):  # what nobody was shown cannot be accepted
        with pytest.raises(ReprintedError, match=r"prints 'trigger .* 10' as 'trigger .* 10.000'"):
            compare(change, now, each)
    assert job.images.reprints("15.4(3)M3") == ()
    assert compare(change, now, agreed) is True
    assert len(job.images.reprints("15.4(3)M3")) == 1
    again = change_of(job, INTENT, f"{to_text(now)}end\n")
    assert not again.plan.steps


@pytest.mark.parametrize("other", ["eq 46543 eq 50000", "source eq 50000 eq 46543"])
def test_a_port_that_is_no_knock_of_ours_is_no_other_word_for_one(job: Job, other: str) -> None:
    """A pair of another meaning is never a reprint."""
    change = change_of(job, INTENT, ROUTER)
    with pytest.raises(DifferentError, match="<other knock "):
        compare(change, shown(change, (" udp eq 46543\n", f" udp {other}\n")), job)


def test_what_is_ours_says_whether_a_change_is_taken_back(job: Job) -> None:
    change = change_of(job, INTENT, ROUTER)
    assert change.is_taken_back(ROUTER)
    assert change.is_taken_back(ROUTER.replace("hostname r1", "hostname r9"))
    after = to_text(change.plan.after)
    assert not change.is_taken_back(after)
    assert change.undo_seen(after) == change.plan.undo()
    half = len(change.plan.steps) // 2
    part = to_text(change.plan.steps[half - 1].after)
    assert change.undo_seen(part) == change.plan.undo(change.plan.commands[:half])
    assert change.undo_seen(ROUTER) == ()
    assert change.undo_seen(after.replace(TRIGGER, "")) == ()


def test_a_list_that_open_leaves_unbound_is_told(job: Job) -> None:
    change = change_of(job, INTENT, ROUTER)
    assert change.is_typed_unbound
    assert change.is_heard_in_open  # by the control plane, whatever list is bound
    bound = change_of(replace(job, binds_first=True), INTENT, ROUTER)
    assert not bound.is_typed_unbound
    done = change_of(job, INTENT, f"{to_text(change.plan.after)}end\n")
    assert not done.is_typed_unbound
