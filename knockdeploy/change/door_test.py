"""A door as it stands, tried for real: a wrong knock and the right one; what it opened is shut."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial

from nornir.core.inventory import Host

from knockdeploy.change.job import Job, address_of
from knockdeploy.change.needed import Change
from knockdeploy.change.observations import Watched
from knockdeploy.change.prover import Prover
from knockdeploy.change.session_lifetime import refuse_cleared_session
from knockdeploy.compliance.findings import Finding
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RouterError, UnprovedError
from knockdeploy.knock.remote import Elsewhere
from knockdeploy.knock.visitor import Visitor
from knockdeploy.plan.idle_timeout import bridged_s
from knockdeploy.report.proof import Proof


def door_tested(
    host: Host, job: Job, session: RouterSession, change: Change
) -> tuple[Proof, tuple[str, ...], tuple[str, ...]]:
    """Return what was seen, why it is not what it should be, and what else to know.

    Raises:
        RouterError: it could not be tried; what was opened has been cleared.
    """
    tell = partial(job.tell, host.name)
    address = change.outside or address_of(host, change.intent, job.state)
    there = job.options.proof_from
    with Elsewhere(there) if there else nullcontext() as elsewhere:
        visitor = Visitor(address, change.intent, tell, elsewhere=elsewhere)
        visitor.get_ready()
        silence_s = bridged_s(change.plan.before)
        prover = Prover(Watched(session, change), change, visitor, tell, silence_s=silence_s)
        try:
            proof, why = _proof(prover)
        finally:
            prover.clear()
    return proof, why, tuple(prover.notes)


def _proof(prover: Prover) -> tuple[Proof, tuple[str, ...]]:
    why: tuple[str, ...] = ()
    prover.choose_service()
    try:
        prover.prove_close()
    except UnprovedError as error:
        why = (error.message,)
    assert prover.proof  # noqa: S101  # each verdict has one
    return prover.proof, why


def door_findings(
    host: Host, job: Job, session: RouterSession, change: Change
) -> tuple[tuple[Finding, ...], Proof | None]:
    """Knock, wrong and right, and clear what that opened; return what was found and seen.

    Where probes have a knock of their own, whoever watches one learns nothing of the real one.
    """
    try:
        refuse_cleared_session(change, job)
        job.await_probe()
        proof, why, _ = door_tested(host, job, session, change.probed)
    except RouterError as error:
        return (_not_judged(f"the door was not tried: {error.message}"),), None
    if proof.level == "door":
        return (), proof
    if proof.level != "failed":
        message = f"the door was not seen from here: proof {proof.level}"
        return (_not_judged(message),), proof
    sources = ", ".join(map(str, change.intent.probe_sources))
    message = "; ".join((*why, *((f"probes open only for {sources}",) if sources else ())))
    return (Finding("probe", "error", message),), proof


def _not_judged(message: str) -> Finding:
    return Finding("not-judged", "info", message)
