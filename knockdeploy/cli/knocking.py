"""The knock command: knock, wait until the service answers, then hand over."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knockdeploy.change.job import address_of
from knockdeploy.cli import children
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import Selection, ended
from knockdeploy.errors import InputError, Mistake, RouterError
from knockdeploy.intent import Intent
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.probe import probe_until_open
from knockdeploy.recipe.platforms import unsupported
from knockdeploy.report.outcome import UNMANAGED, Failure
from knockdeploy.report.proof import KnockOutcome, PrintedKnock

_ANSWERS_WITHIN_S = 10.0
_STDERR = 2


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to knock at, from which address of ours, and what to do then."""

    host: str
    source: str | None
    prints: bool
    then: str | None


def knock(console: Console, config: Path, request: Request) -> int:
    """Knock at one host."""
    project, job = Selection(config, (request.host,)).open(console, contacts=False)
    host = _only(list(project.nornir.inventory.hosts), request.host)
    intent = project.intents[host]
    if intent is None:
        return ended(console, {host: UNMANAGED})
    refusal = unsupported(intent, project.nornir.inventory.hosts[host].platform)
    if refusal:
        return ended(console, {host: KnockOutcome("failed", error=Failure.of(refusal))})
    address = address_of(project.nornir.inventory.hosts[host], intent, job.state)
    if request.prints:
        return _print(console, host, address, intent)
    try:
        outcome = knock_at(console.say, address, intent, request.source)
    except RouterError as error:
        outcome = KnockOutcome("failed", address=address, error=Failure.of(error))
    status = ended(console, {host: outcome})
    if status == 0 and request.then is not None:
        return _then(request.then, address, outcome, json=console.json)
    return status


def _only(hosts: list[str], wanted: str) -> str:
    if len(hosts) != 1:
        raise InputError(Mistake(f"'{wanted}' are {len(hosts)} hosts", "name one host to knock at"))
    return hosts[0]


def knock_at(
    say: Callable[[str], None], address: str, intent: Intent, source: str | None = None
) -> KnockOutcome:
    """Knock, and wait until the first TCP service answers: open or shut, or sent without one.

    Raises:
        InputError, RouterError: as ``send_knock``.
    """
    send_knock(address, intent.sequence, pause_ms=intent.timed_knock.pause_ms, source=source)
    services = intent.tcp_services
    if not services:  # nothing tells over UDP whether it opened
        return KnockOutcome("sent", address=address)
    service = services[0]
    port = intent.outside_port(service.port)
    say(f"knocked at {address}; waiting for {service}")
    seen = probe_until_open(
        address, port, service_port=service.port, source=source, within_s=_ANSWERS_WITHIN_S
    )
    say(f"{service} at {address} port {port}: {seen.how}")
    return KnockOutcome("open" if seen.is_open else "shut", str(service), address, port)


def _print(console: Console, host: str, address: str, intent: Intent) -> int:
    command = _shown(address, intent)
    if not console.json:
        console.secret(command)
    printed = PrintedKnock("printed", address=address, command=command)
    console.finish({host: printed}, shows_secrets=True)
    return 0


def _shown(address: str, intent: Intent) -> str:
    pause = intent.timed_knock.pause_ms
    knocks = " ".join(f"{knock.port}:{knock.protocol.value}" for knock in intent.sequence)
    return f"knock -d {pause} {address} {knocks}"


def _then(command: str, address: str, outcome: KnockOutcome, *, json: bool) -> int:
    """Run a command; beside a document, which stdout is then for, it prints to stderr."""
    port = str(outcome.port or "")
    environment = {**os.environ, "KNOCK_ADDRESS": address, "KNOCK_PORT": port}
    stdout = _STDERR if json else None
    return children.run(("/bin/sh", "-c", command), environment, stdout)
