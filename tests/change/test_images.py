"""What is known of an image is used for the next router that runs it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from changing import change_of, job_of
from nornir.core.inventory import Host

from knockdeploy.change.image_quirks import accepted, dialect_of, fitting, masked
from knockdeploy.change.job import Job
from knockdeploy.change.remembering import remember
from knockdeploy.plan.reprint import Reprint
from knockdeploy.store.images import Quirk

from .test_others_changes import INTENT, ROUTER

M6, T1 = "15.2(4)M6", "15.2(4)T1"
GROUP, EEM = ("object-group service OG_Knock",), ("event manager applet EEM_Knock",)
DECOYS = INTENT.model_copy(update={"decoys": 3})


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return job_of(tmp_path, INTENT)


def test_an_image_that_takes_no_dynamic_entry_by_number_gets_none(job: Job) -> None:
    assert dialect_of(job, M6).numbered_dynamic
    job.images.remember(Quirk.NO_NUMBERED_DYNAMIC, M6)
    assert not dialect_of(job, M6).numbered_dynamic
    assert dialect_of(job, T1).numbered_dynamic


def test_decoys_are_left_out_where_they_did_not_work(job: Job) -> None:
    assert fitting(DECOYS, job, M6).decoys == 3
    assert fitting(DECOYS, replace(job, without_decoys=True), T1).decoys == 0
    job.images.remember(Quirk.NO_DECOYS, M6)
    assert fitting(DECOYS, job, M6).decoys == 0
    assert fitting(DECOYS, job, T1).decoys == 3
    tcl = DECOYS.model_copy(update={"engine": "tcl"})  # which judges them itself
    assert fitting(tcl, job, M6).decoys == 3


@pytest.mark.parametrize(
    ("learned", "quirks"),
    [
        ({}, set()),
        ({"binds_first": True}, {Quirk.NO_ENTRIES_UNBOUND}),
        ({"without_decoys": True}, {Quirk.NO_DECOYS}),
    ],
)
def test_what_a_deployment_learned_of_an_image_is_remembered_and_nothing_else(
    job: Job, learned: dict[str, Any], quirks: set[Quirk]
) -> None:
    change = change_of(job, INTENT, ROUTER)
    remember(change, replace(job, **learned), Host("r1"))
    version = change.reading.version.number
    assert {each for each in Quirk if job.images.has(each, version)} == quirks


def test_other_words_are_kept_without_a_port_and_mean_those_of_each_router(job: Job) -> None:
    said = Reprint(GROUP, "udp eq 28654", "udp 28654")
    kept = masked(said, job.masker(INTENT))
    assert kept == Reprint(GROUP, "udp eq <knock 2>", "udp <knock 2>")
    assert masked(Reprint(EEM, "action 0110 exit", None), job.masker(INTENT)).shown is None
    job.images.accept(M6, [kept, Reprint(EEM, "action 0110 exit", None)])
    assert set(accepted(job, INTENT, M6)) == {said, Reprint(EEM, "action 0110 exit", None)}
    assert accepted(job, INTENT, T1) == ()


def test_words_that_mean_more_knocks_than_there_are_mean_nothing(job: Job) -> None:
    job.images.accept(M6, [Reprint(GROUP, "udp eq <knock 6>", "udp <knock 6>")])
    assert accepted(job, INTENT, M6) == ()
    job.images.accept(M6, [Reprint(GROUP, "udp eq <decoy 1>", "udp <decoy 1>")])
    assert accepted(job, INTENT.model_copy(update={"decoys": 0}), M6) == ()
    assert len(accepted(job, DECOYS, M6)) == 1
