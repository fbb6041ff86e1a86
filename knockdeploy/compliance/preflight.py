"""Can this router do it? One check a rule, each finding with its way out; nothing is changed.

Checks read what the router said, as text and as configuration. An error means that a deployment
would be refused or taken back; a warning, that somebody should look before it.
"""

from __future__ import annotations

from knockdeploy.compliance import (
    disclosure,
    log_buffer,
    log_path,
    policy_file,
    resources,
    surroundings,
)
from knockdeploy.compliance.facts import Check, Router
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent

CHECKS: tuple[Check, ...] = (
    log_path.cef,
    log_path.event_manager,
    log_path.suspended,
    log_path.authorization,
    log_path.logging,
    log_path.console,
    log_path.rates,
    log_buffer.kept,
    log_buffer.other_entries,
    log_buffer.limits,
    resources.arming,
    resources.flash,
    policy_file.file_system,
    policy_file.tclsh,
    resources.vty,
    resources.exec_timeout,
    resources.clock,
    surroundings.names,
    surroundings.uplinks,
    disclosure.unreachables,
    disclosure.log_servers,
    disclosure.accounting,
    disclosure.remote_archive,
)


def preflight(router: Router, intent: Intent) -> tuple[Finding, ...]:
    """Return everything that stands in the way of this intent on this router."""
    return tuple(finding for check in CHECKS for finding in check(router, intent))
