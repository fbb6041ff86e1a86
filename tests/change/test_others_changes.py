"""What others are changing: a change of ours is refused, with what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from changing import change_of, job_of
from intents import an_intent

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.change.refusals import (
    locked,
    refuse_changed_since_plan,
    refuse_unsaved,
    unless_locked,
    unless_unsaved,
)
from knockdeploy.change.shown import plan_outcome
from knockdeploy.device.show_output import PendingRevert
from knockdeploy.errors import ChangedSincePlanError, UnsavedChangesError
from knockdeploy.report.check_outcomes import CheckOutcome

INTENT = an_intent(new_acl_entries=["permit ip any any"])
ROUTER = (
    "version 15.4\nhostname r1\ninterface GigabitEthernet0/0\n"
    " ip address 203.0.113.10 255.255.255.0\ninterface GigabitEthernet0/1\n"
    " ip address 10.1.1.1 255.255.255.0\nip route 10.2.0.0 255.255.0.0 10.1.1.2\n"
    "ip route 10.3.0.0 255.255.0.0 10.1.1.2\nline vty 0 4\n transport input ssh\nend\n"
)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return job_of(tmp_path, INTENT)


def read(job: Job, text: str = ROUTER, **more: Any) -> Change:
    return change_of(job, INTENT, text, **more)


@pytest.mark.parametrize(
    ("pending", "left_s", "says"),
    [
        (PendingRevert("jane", "10 min"), 61, "by jane is pending: the router reverts in 2 min"),
        (PendingRevert("jane", "10 min"), 120, "is pending: the router reverts in 2 min"),
        (PendingRevert("jane", "10 min"), 121, "is pending: the router reverts in 3 min"),
        (PendingRevert("jane", "10 min"), 60, "is pending: the router reverts in 60 s"),
        (PendingRevert("", "10 min"), 9, "by somebody is pending: the router reverts in 9 s"),
        (PendingRevert("ops", "10 min"), None,
         "by ops (the login that knockdeploy uses) is pending, with a timer of 10 min"),
        (PendingRevert("jane", "10 min", "09:00:00 UTC"), None,
         "by jane is pending, with a timer of 10 min set at 09:00:00 UTC"),
        (PendingRevert("jane", "", "09:00:00 UTC"), None, "a change by jane is pending"),
    ],
)  # fmt: skip
def test_a_change_of_others_that_waits_for_its_confirmation_is_waited_for(
    job: Job, pending: PendingRevert, left_s: int | None, says: str
) -> None:
    change = read(job, user="ops", pending=pending, reverts_in_s=left_s)
    error = locked(change)
    assert error is not None
    assert error.message.endswith(says)
    outcome = unless_locked(change, plan_outcome(change, job.masker(INTENT)))
    assert (outcome.status, outcome.planned) == ("skipped", None)
    assert unless_locked(change, CheckOutcome("compliant")).status == "skipped"


def test_a_countdown_of_ours_is_waited_for_unless_it_would_do_nothing(job: Job) -> None:
    applet = (
        "event manager applet knockdeploy_revert_abcd\n event timer countdown time 300\n"
        ' action 010 cli command "enable"\n'
    )
    last = ' action 020 cli command "configure replace flash:knockdeploy-abcd.cfg force"\n'
    there = read(job, ROUTER.replace("line vty", f"{applet}{last}line vty"))
    error = locked(there)
    assert error is not None
    assert "knockdeploy_revert_abcd is counting down" in error.message
    assert "`no event manager applet knockdeploy_revert_abcd`" in error.hint
    assert locked(read(job, ROUTER.replace("line vty", f"{applet}line vty"))) is None


def test_nobodys_change_lets_an_outcome_be(job: Job) -> None:
    change = read(job)
    outcome = plan_outcome(change, job.masker(INTENT))
    assert unless_locked(change, outcome) is outcome
    assert unless_unsaved(change, outcome, job) is outcome


def test_a_change_is_the_one_that_somebody_agreed_to(job: Job) -> None:
    change = read(job)
    agreed = replace(job, expected={"r1": change.planned.digest})
    refuse_changed_since_plan(change, agreed, "r1")
    refuse_changed_since_plan(change, job, "r1")
    refuse_changed_since_plan(change, agreed, "r2")
    later = read(job, ROUTER.replace("hostname r1", "hostname r9"))
    with pytest.raises(ChangedSincePlanError, match="its running configuration changed after"):
        refuse_changed_since_plan(later, agreed, "r1")
    other = replace(job, expected={"r1": replace(change.planned.digest, commands="other")})
    with pytest.raises(ChangedSincePlanError, match="what would be sent changed after"):
        refuse_changed_since_plan(change, other, "r1")
    # the same, another way: the list is bound first, or the decoys are left out
    refuse_changed_since_plan(change, replace(other, binds_first=True), "r1")
    refuse_changed_since_plan(change, replace(other, without_decoys=True), "r1")
    done = read(job, change_text(change))
    assert not done.plan.steps
    refuse_changed_since_plan(done, other, "r1")


def change_text(change: Change) -> str:
    from knockdeploy.ios.tree import to_text  # noqa: PLC0415

    return f"{to_text(change.plan.after)}end\n"


THEIRS = ROUTER.replace("hostname r1", "hostname r9")
SWAPPED = ROUTER.replace(
    "ip route 10.2.0.0 255.255.0.0 10.1.1.2\nip route 10.3.0.0 255.255.0.0 10.1.1.2\n",
    "ip route 10.3.0.0 255.255.0.0 10.1.1.2\nip route 10.2.0.0 255.255.0.0 10.1.1.2\n",
)


@pytest.mark.parametrize(
    ("startup", "options", "says"),
    [
        (ROUTER, {}, ""),
        (THEIRS, {}, "differ at 'hostname"),
        (THEIRS, {"saves_all": True}, ""),
        (SWAPPED, {}, "only in the order of their lines"),
        (ROUTER.replace("version 15.4", "! Last configuration change\nversion 15.4"), {}, ""),
    ],
)
def test_what_others_have_not_saved_is_not_saved_for_them(
    tmp_path: Path, startup: str, options: dict[str, Any], says: str
) -> None:
    job = job_of(tmp_path, INTENT, **options)
    change = read(job, startup=startup)
    outcome = unless_unsaved(change, plan_outcome(change, job.masker(INTENT)), job)
    if not says:
        refuse_unsaved(change, job)
        assert outcome.status == "changed"
        return
    with pytest.raises(UnsavedChangesError, match=says) as caught:
        refuse_unsaved(change, job)
    assert ("--save-all" in caught.value.hint) or "order" not in says
    assert (outcome.status, outcome.planned) == ("skipped", None)


def test_unsaved_lines_are_shown_without_secrets_and_no_more_than_twenty(job: Job) -> None:
    more = "".join(f"ip route 10.{n}.0.0 255.255.0.0 10.1.1.2\n" for n in range(30, 60))
    secret = "username jane password 0 Plain0ld\n"
    for n_lines, n_more in ((18, 0), (19, 0), (20, 1), (30, 11)):
        lines = "".join(f"{each}\n" for each in more.splitlines()[:n_lines])
        change = read(job, ROUTER.replace("line vty", f"{secret}{lines}line vty"), startup=ROUTER)
        outcome = unless_unsaved(change, plan_outcome(change, job.masker(INTENT)), job)
        told = [each for each in outcome.warnings if each.startswith("not saved: ")]
        assert "Plain0ld" not in str(told)
        assert told[-1] == (f"not saved: {n_more} more lines" if n_more else told[-1])
        assert len(told) == min(n_lines + 1, 20) + bool(n_more)
