"""The knock command: knock, wait until the service answers, then run a command."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from knockdeploy.change.job import address_of, knocks_of
from knockdeploy.cli import children
from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import asked_by, ended, opened
from knockdeploy.cli.option_checks import refuse_together
from knockdeploy.errors import InputError, Mistake, RouterError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.formats import shell
from knockdeploy.knock.formats.door import Door
from knockdeploy.knock.probe import Seen, probe, probe_until_open
from knockdeploy.operator import SSH_PORT
from knockdeploy.recipe.platforms import unsupported
from knockdeploy.report.offline_outcomes import RenderOutcome
from knockdeploy.report.outcome import UNMANAGED, Failure, Outcome
from knockdeploy.report.proof import KnockOutcome, PrintedKnock
from knockdeploy.sequence import TimedKnock

_ANSWERS_WITHIN_S = 10.0
_BEFORE_S = 1.0
_STATUSES: Final[Mapping[tuple[bool, bool], Literal["open", "was-open", "shut"]]] = {
    (True, False): "open",
    (True, True): "was-open",
    (False, False): "shut",
    (False, True): "shut",
}
"""By what answers after a knock, and what did before."""
_UNTIL = "the inventory's opens once it is deployed"
_STDERR = 2
_ANYBODY = "admin"


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to knock at, from which address of ours, and what to do then."""

    host: str
    source: str | None
    prints: bool
    then: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """A host that can be knocked at."""

    name: str
    address: str
    intent: Intent
    knocks: tuple[TimedKnock, ...]
    """The intent's, then the one that it was last deployed with from here, if that is another."""
    username: str | None


@dataclass(frozen=True, slots=True)
class CannotKnock:
    """A host that cannot be knocked at, and why; None: it is unmanaged."""

    name: str
    why: UnsupportedError | None

    def outcome(self, kind: type[KnockOutcome | RenderOutcome]) -> Outcome:
        """Return the outcome of a command that needed to knock."""
        return kind("failed", error=Failure.of(self.why)) if self.why else UNMANAGED


def knock(console: Console, config: Path, request: Request) -> int:
    """Knock at one host."""
    refuse_together({"--print": request.prints, "--then": request.then})
    host = target_of(console, config, request.host)
    if isinstance(host, CannotKnock):
        return ended(console, {host.name: host.outcome(KnockOutcome)})
    if request.prints:
        return _print(console, host)
    try:
        outcome = _knock_in_turn(console.say, host, request.source)
    except RouterError as error:
        outcome = KnockOutcome("failed", address=host.address, error=Failure.of(error))
    status = ended(console, {host.name: outcome})
    if status == 0 and request.then is not None:
        return _then(request.then, host.address, outcome, json=console.json)
    return status


def _knock_in_turn(say: Callable[[str], None], host: Target, source: str | None) -> KnockOutcome:
    """Knock the intent's sequence; where that opens nothing, the one deployed before."""
    first, *others = host.knocks
    outcome = knock_at(say, host.address, host.intent, first, source)
    for knock in others:
        if outcome.status in ("open", "was-open"):
            break
        say("trying the knock of its last deployment")
        time.sleep(knock.window_s + 1)  # of two sequences the router must not hear one
        outcome = knock_at(say, host.address, host.intent, knock, source)
    return outcome


def target_of(console: Console, config: Path, wanted: str) -> Target | CannotKnock:
    """Return the one host that is wanted.

    Raises:
        InputError: it is not one host, or the project is wrong.
    """
    with asked_by("HOST"):
        project, job = opened(Selection(config, [wanted]), console, contacts=False)
    name = _only(list(project.nornir.inventory.hosts), wanted)
    host, intent = project.nornir.inventory.hosts[name], project.intents[name]
    if intent is None:
        return CannotKnock(name, None)
    if refusal := unsupported(intent, host.platform):
        return CannotKnock(name, refusal)
    address, knocks = address_of(host, intent, job.state), knocks_of(name, intent, job.state)
    if len(knocks) > 1:
        console.say(f"{name}: last deployed from here with another knock: {_UNTIL}")
    return Target(name, address, intent, knocks, host.username)


def door_of(host: Target) -> Door:
    """Return what a client has to know of a host."""
    intent = host.intent
    ssh = next((each for each in intent.tcp_services if each.port == SSH_PORT), None)
    service = ssh or next(iter(intent.tcp_services), None)
    is_said = host.username and ":" not in host.username  # else a reference to it, or nothing
    return Door(
        name=host.name,
        address=host.address,
        sequence=intent.sequence,
        window_s=intent.window_seconds,
        services=tuple(map(str, intent.services)),
        port=intent.outside_port(service.port) if service else None,
        user=host.username or "" if is_said else _ANYBODY,
        spacing_ms=intent.timed_knock.spacing_ms,
    )


def _only(hosts: list[str], wanted: str) -> str:
    if len(hosts) != 1:
        raise InputError(Mistake(f"'{wanted}' are {len(hosts)} hosts", "name one host to knock at"))
    return hosts[0]


def knock_at(
    say: Callable[[str], None],
    address: str,
    intent: Intent,
    knock: TimedKnock,
    source: str | None = None,
) -> KnockOutcome:
    """Knock, and wait until the first TCP service answers: open or shut, or sent without one.

    What answers before the knock, too, was open.

    Raises:
        InputError, RouterError: as ``send_knock``.
    """
    service = next(iter(intent.tcp_services), None)
    port = intent.outside_port(service.port) if service else 0

    def look(within_s: float) -> Seen:
        there = service.port if service else 0
        return probe(address, port, service_port=there, source=source, within_s=within_s)

    was_open = bool(service) and look(_BEFORE_S).is_open  # then a knock shows nothing
    send_knock(address, knock.sequence, pause_ms=knock.pause_ms, source=source)
    if not service:  # nothing tells over UDP whether it opened
        return KnockOutcome("sent", address=address)
    say(f"knocked at {address}; waiting for {service}")
    seen = probe_until_open(look, within_s=_ANSWERS_WITHIN_S)
    say(f"{service} at {address} port {port}: {seen.how}")
    status = _STATUSES[seen.is_open, was_open]
    return KnockOutcome(status, str(service), address, port)


def _print(console: Console, host: Target) -> int:
    command = shell.line(door_of(host))
    if not console.json:
        console.secret(command)
    printed = PrintedKnock("printed", address=host.address, command=command)
    return console.finish({host.name: printed}, shows_secrets=True)


def _then(command: str, address: str, outcome: KnockOutcome, *, json: bool) -> int:
    """Run a command; with --json it prints to stderr, as stdout is for the document."""
    port = str(outcome.port or "")
    environment = {**os.environ, "KNOCK_ADDRESS": address, "KNOCK_PORT": port}
    stdout = _STDERR if json else None
    return children.run(("/bin/sh", "-c", command), environment, stdout)
