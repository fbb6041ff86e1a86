"""Prometheus's text format, for node_exporter's textfile collector.

A router that was not measured has no ``knockdeploy_router_compliant``: neither 0 nor 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from knockdeploy.recipe.descriptions import Severity
from knockdeploy.report.fleet import FleetCheck


def pieces(check: FleetCheck) -> Iterable[str]:
    """Return the metrics of one check."""
    registry = CollectorRegistry()
    gauge = partial(_gauge, registry)
    gauge("check_timestamp_seconds", "When the last check began.").set(check.began.timestamp())
    routers = gauge("routers", "Routers by the status of their check.", "status")
    for status, number in Counter(each.status for each in check.hosts.values()).items():
        routers.labels(status).set(number)
    measured = gauge("router_measured", "Whether the router could be checked.", "host")
    for name, _ in check.measured:
        measured.labels(name).set(True)
    for name in check.unmeasured:
        measured.labels(name).set(False)
    _add_findings(gauge, check)
    return (generate_latest(registry).decode(),)


def _add_findings(gauge: Callable[..., Gauge], check: FleetCheck) -> None:
    compliant = gauge("router_compliant", "Whether a checked router complies.", "host")
    found = gauge("router_findings", "Findings on a checked router.", "host", "severity")
    for name, outcome in check.measured:
        compliant.labels(name).set(outcome.status == "compliant")
        for severity in get_args(Severity):
            number = sum(each.severity == severity for each in outcome.findings)
            found.labels(name, severity).set(number)
    rules = gauge("rule_findings", "Findings of a rule on all routers.", "rule", "severity")
    for _, finding in check.findings:
        rules.labels(finding.rule, finding.severity).inc()


def _gauge(registry: CollectorRegistry, name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"knockdeploy_{name}", meaning, labels, registry=registry)
