"""What the state folder keeps about a deployed router, since the router does not tell it."""

from __future__ import annotations

from nornir.core.inventory import Host

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.errors import InputError
from knockdeploy.store.images import Quirk


def remember(change: Change, job: Job, host: Host) -> None:
    """Remember where the router is knocked at, what it listens to, and what its image wants."""
    version = change.reading.version.number
    try:
        if not change.wanted.children:  # a removal or a rollback: this intent is not there
            _remember_knock_of_before(change, job, host)
            return
        if change.outside:
            job.state.remember_outside(host.name, change.outside)
        job.state.remember_knock(host.name, change.intent.timed_knock)
        if job.binds_first:
            job.images.remember(Quirk.NO_ENTRIES_UNBOUND, version)
        if job.without_decoys:
            job.images.remember(Quirk.NO_DECOYS, version)
    except InputError as error:  # the router has its change all the same
        job.tell(host.name, str(error))


def _remember_knock_of_before(change: Change, job: Job, host: Host) -> None:
    """Put the one first that the router listens to again; a removal leaves none."""
    engine = change.terms.recipe.engine
    for knock in job.state.knocks(host.name):
        if engine.hears(change.plan.after, change.intent, knock.sequence):
            job.state.remember_knock(host.name, knock)
            return
