"""A line that the router refused: what is told of it, and what is remembered of its image."""

from __future__ import annotations

from pathlib import Path

import pytest
from changing import change_of, job_of

from knockdeploy.change.image_quirks import dialect_of
from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.change.refused_line import explain
from knockdeploy.command import Command
from knockdeploy.errors import AuthorizationError, RefusedLineError, UnsupportedError
from knockdeploy.recipe.role import Role

from .test_others_changes import INTENT, ROUTER

INVALID = "% Invalid input detected at '^' marker."
ACL = ("ip access-list extended ACL_WAN",)
DYNAMIC = Command("20 dynamic DACL_WAN permit tcp any any eq 22", ACL, role=Role.DYNAMIC)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return job_of(tmp_path, INTENT)


@pytest.fixture
def change(job: Job) -> Change:
    return change_of(job, INTENT, ROUTER)


def test_an_image_without_numbered_dynamic_entries_is_remembered(job: Job, change: Change) -> None:
    """Whether `N dynamic NAME ...` is accepted is not known: images differ."""
    with pytest.raises(UnsupportedError) as told:
        explain(RefusedLineError(DYNAMIC.line, INVALID, parents=ACL), [DYNAMIC], change, job)
    assert "uses a copy of the ACL" in told.value.hint
    assert not dialect_of(job, change.reading.version.number).numbered_dynamic


@pytest.mark.parametrize(
    "error",
    [
        AuthorizationError(DYNAMIC.line, "Command authorization failed.", parents=ACL),
        RefusedLineError("30 deny tcp any any eq 22", "% Duplicate sequence number", parents=ACL),
    ],
)
def test_another_refusal_says_nothing_of_the_image(
    job: Job, change: Change, error: RefusedLineError
) -> None:
    explain(error, [DYNAMIC], change, job)
    assert dialect_of(job, change.reading.version.number).numbered_dynamic


def test_a_refused_knock_is_told_without_its_port(job: Job, change: Change) -> None:
    line = "udp eq 46543"
    error = RefusedLineError(line, f"{INVALID} {line}", parents=("object-group service OG_Knock",))
    explain(error, [], change, job)
    assert "46543" not in f"{error!r} {error}"
    assert "'udp eq <knock 1>'" in str(error)
