"""The lint command: what can be checked without contacting a router."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, get_args

from nornir.core.inventory import Host

from knockdeploy.change.job import Job
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.error_boundary import DIFFERENT
from knockdeploy.cli.fleet import opened
from knockdeploy.compliance.findings import Finding
from knockdeploy.compliance.fleet_quality import SHARED, Addressed, fleet_quality
from knockdeploy.compliance.knock_quality import knock_quality
from knockdeploy.compliance.waiving import today, waived
from knockdeploy.device.connection import dialled
from knockdeploy.inventory import Project
from knockdeploy.inventory.credentials import unfollowed
from knockdeploy.inventory.knock_levels import unread
from knockdeploy.recipe.descriptions import Severity
from knockdeploy.recipe.platforms import unsupported
from knockdeploy.report.check_outcomes import LintOutcome
from knockdeploy.report.fold import spanned
from knockdeploy.report.outcome import UNMANAGED

_SEVERITIES: Final = get_args(Severity)
_STYLES = {"error": "red", "warning": "yellow"}


def lint(console: Console, selection: Selection, *, strict: bool) -> int:
    """Report on the selected hosts; 2 if there is an error or, if ``strict``, a warning."""
    project, job = opened(selection, console, contacts=False)
    found = _findings(project, job)
    outcomes = {
        name: _outcome(found[name]) if intent else UNMANAGED
        for name, intent in project.intents.items()
    }
    for line, severity in _folded(found):
        console.out(line, _STYLES.get(severity, ""))
    console.table(outcomes)
    console.finish(outcomes)
    severities = {finding.severity for findings in found.values() for finding in findings}
    return DIFFERENT if "error" in severities or (strict and "warning" in severities) else 0


def _findings(project: Project, job: Job) -> dict[str, list[Finding]]:
    hosts = project.nornir.inventory.hosts
    managed = {name: intent for name, intent in project.intents.items() if intent}
    found = {name: list(knock_quality(intent)) for name, intent in managed.items()}
    addressed = {name: Addressed(intent, *dialled(hosts[name])) for name, intent in managed.items()}
    for name, finding in fleet_quality(addressed):
        found[name].append(finding)
    kept = list(_kept(job))
    for name, intent in managed.items():
        if refusal := unsupported(intent, hosts[name].platform):
            message = f"{refusal.message}: {refusal.hint}"
            found[name].insert(0, Finding("unsupported", "warning", message))
        if file := project.references.exposed.get(name):
            message = f"everybody on this machine can read {file}: chmod 600"
            found[name].append(Finding("secret-readable", "warning", message))
        found[name] += _beside(hosts[name])
        found[name] += (*kept, *waived((), intent.waivers, today()))
        found[name].sort(key=lambda finding: _SEVERITIES.index(finding.severity))
    return found


def _beside(host: Host) -> Iterator[Finding]:
    """Yield what the inventory says to no effect: misspelt keys, and texts like references."""
    for key in unread(host):
        message = f"{key}: nothing reads this; did you mean knock?"
        yield Finding("unread", "warning", message)
    for key, reference in unfollowed(host):
        message = (
            f"{key} is sent as it stands: did you mean {reference}? A secret that really begins "
            "like this goes into a file or variable, behind file: or env:"
        )
        yield Finding("reference", "warning", message)


def _kept(job: Job) -> Iterator[Finding]:
    for train, n_pairs in job.images.accepted().items():
        message = f"{n_pairs} lines that IOS {train} prints differently have been accepted"
        yield Finding("reprints-accepted", "info", message)


def _outcome(found: list[Finding]) -> LintOutcome:
    warned = any(finding.severity != "info" for finding in found)
    return LintOutcome("warned" if warned else "ok", tuple(found))


def _folded(found: Mapping[str, list[Finding]]) -> Iterator[tuple[str, str]]:
    """Yield each finding once, with its hosts, and its severity; the worst first."""
    hosts: defaultdict[Finding, list[str]] = defaultdict(list)
    for name, findings in found.items():
        for finding in findings:
            hosts[finding].append(name)
    for finding in sorted(hosts, key=lambda each: _SEVERITIES.index(each.severity)):
        names = hosts[finding]
        who = f"all {len(found)} hosts" if 1 < len(found) == len(names) else spanned(names)
        text = f"{finding.severity}: {finding.rule}: {finding.message}"
        yield text if finding.rule in SHARED else f"{who}: {text}", finding.severity
