"""What a check finds at the door of a router whose lines are right: `check --probe`."""

from __future__ import annotations

from nornir.core.inventory import Host

from knockdeploy.change.door_test import door_tested
from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change
from knockdeploy.change.session_lifetime import refuse_cleared_session
from knockdeploy.compliance.findings import Finding
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import RouterError
from knockdeploy.report.proof import Proof


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
