"""What the demo does to a router besides deploying: look at it, knock, log in, type by hand.

Each is a Nornir task; its outcome's status is what was seen, and ``seen`` has the lines that the
sockets and the ``show`` commands gave.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

from nornir.core.task import Task

from knockdeploy.change.job import Job, address_of, nornir_task, session_of
from knockdeploy.change.observations import list_entries
from knockdeploy.cli.demo.narrator import StepResult
from knockdeploy.cli.knocking import knock_at
from knockdeploy.command import Command
from knockdeploy.device import show_output
from knockdeploy.device.connection import CONNECTION_NAME
from knockdeploy.device.reading import access_lists, read, running_config
from knockdeploy.device.session import RouterSession
from knockdeploy.intent import Intent, Service
from knockdeploy.ios import acl
from knockdeploy.ios.counters import Entry, show_list
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.probe import Seen, probe
from knockdeploy.operator import SSH_PORT
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.running import Running
from knockdeploy.store.planfile import digest

STRANGER = "127.66.0.1"
_CLIENT = "127.77.0.1"
"""Who knocks where our own sessions come in by knocks, and so are let in already."""

Answers = Mapping[Service, Seen]


_task = nornir_task(StepResult)


@_task
def introduce(task: Task, job: Job, intent: Intent) -> StepResult:
    """Read a router, with a digest of its configurations: two outcomes can be compared."""
    reading = read(session_of(task, job))
    running, startup = parse(reading.running), parse(reading.startup)
    site = job.recipe_of(intent).place(Running(running), intent)
    bound = f"ACL {site.acl} inbound" if site.bound else "no inbound ACL"
    client = _client(intent)
    lines = (
        f"{reading.version.name}; connected to {reading.operator.local_address} from "
        f"{reading.operator.source}",
        f"outside {site.aim}, {bound}",
        *((f"our sessions knock by themselves; who knocks here is {client}",) if client else ()),
        _written(_answers(site.aim or "", intent, client)),
    )
    timer = "a revert timer is pending\n" if reading.pending else ""
    base = timer + to_text(running) + to_text(startup)
    return StepResult("read", lines, digest(base))


@_task
def look(task: Task, job: Job, intent: Intent) -> StepResult:
    """Look at the services from outside, as somebody who has no entry of an earlier knock."""
    source = STRANGER if _client(intent) else None
    answers = _answers(address_of(task.host, intent, job.state), intent, source)
    return StepResult(_word(answers), (_written(answers),))


@_task
def knock_wrong(task: Task, job: Job, intent: Intent) -> StepResult:
    """Knock the sequence reversed, let the window pass, and look."""
    address = address_of(task.host, intent, job.state)
    wrong = intent.sequence.reversed()
    pause_ms = intent.timed_knock.pause_ms
    send_knock(address, wrong, pause_ms=pause_ms, source=_client(intent))
    time.sleep(intent.window_seconds + 1)  # what the applet makes of it, it has made by then
    return _door(session_of(task, job), job, intent, address)


@_task
def knock_right(task: Task, job: Job, intent: Intent) -> StepResult:
    """Knock as ``knockdeploy knock`` does, and look."""
    address, knock = address_of(task.host, intent, job.state), intent.timed_knock
    tell = partial(job.tell, task.host.name)
    knocks = partial(knock_at, tell, address, intent, knock, _client(intent))
    if knocks().status == "shut":  # a machine that is busy with all routers may have been late
        time.sleep(knock.window_s + 1)  # of two the router must not hear one
        knocks()
    return _door(session_of(task, job), job, intent, address)


@_task
def log_in(task: Task, job: Job, intent: Intent) -> StepResult:
    """Log in at the outside address and ask the router who is there."""
    address = address_of(task.host, intent, job.state)
    port = intent.outside_port(SSH_PORT)
    task.host.open_connection(CONNECTION_NAME, task.nornir.config, hostname=address, port=port)
    users, tcp = session_of(task, job).ask("show users wide", "show tcp brief numeric")
    me = show_output.own_user(users)
    if me is None:
        return StepResult("unknown", tuple(users.splitlines()))
    own = (line for line in users.splitlines() if line.startswith("*"))
    ends = sorted(show_output.connected_to(tcp, me.source))
    came_to = [f"show tcp brief: from {me.source} to {end} port {number}" for end, number in ends]
    is_outside = any(end == address for end, _ in ends)
    lines = [f"show users: {' '.join(line.split())}" for line in own]
    return StepResult("logged in" if is_outside else "elsewhere", (*lines, *came_to))


@_task
def look_as_stranger(task: Task, job: Job, intent: Intent) -> StepResult:
    """Look from another address, and at the same time from ours."""
    address = address_of(task.host, intent, job.state)
    theirs, ours = (_answers(address, intent, each) for each in (STRANGER, _client(intent)))
    lines = [f"{STRANGER}: {_written(theirs)}", f"we: {_written(ours)}"]
    word = _word(theirs) if _word(ours) == "open" else f"{_word(ours)} to us"
    return StepResult(word, tuple(lines))


@_task
def drift(task: Task, job: Job, intent: Intent) -> StepResult:
    """Type what somebody in a hurry types: SSH for all, above everything else in our ACL."""
    session = session_of(task, job)
    name = _site(session, job, intent).acl
    header = acl.header(name)
    is_temporary = job.recipe_of(intent).grant.is_temporary

    def first() -> Entry:
        entries = access_lists(session, name)[name]
        return next(each for each in entries if not is_temporary((header,), each.text))

    line = f"{first().number // 2} permit tcp any any eq {SSH_PORT}"
    session.configure([Command(line, (header,), alone=True)])
    session.leave()
    now = first()
    answers = _answers(address_of(task.host, intent, job.state), intent, STRANGER)
    is_open = any(seen.is_open for service, seen in answers.items() if service.port == SSH_PORT)
    lines = [
        f"{show_list(name)}: {now.number} {now.text}",
        f"{STRANGER}: {_written(answers)}",
    ]
    return StepResult("open" if is_open else "shut", tuple(lines))


def _door(session: RouterSession, job: Job, intent: Intent, address: str) -> StepResult:
    """Return what the router lists and what its services answer to us."""
    site = _site(session, job, intent)
    client = _client(intent)
    listed = list_entries(session, job.recipe_of(intent), site)
    entries = [entry.text for entry in listed if client in {None, entry.source}]
    answers = _answers(address, intent, client)
    seen = entries or [f"no temporary entry in {site.acl}"]
    return StepResult(_word(answers), (*seen, _written(answers)))


def _site(session: RouterSession, job: Job, intent: Intent) -> Placement:
    return job.recipe_of(intent).place(Running.of(running_config(session)), intent)


def _client(intent: Intent) -> str | None:
    """Return which address of this machine knocks; None for the one that the system takes."""
    return _CLIENT if intent.access == "knock" else None


def _answers(address: str, intent: Intent, source: str | None = None) -> Answers:
    return {
        service: probe(
            address, intent.outside_port(service.port), service_port=service.port, source=source
        )
        for service in intent.tcp_services
    }


def _written(answers: Answers) -> str:
    return ", ".join(f"{service} {seen.how}" for service, seen in answers.items())


def _word(answers: Answers) -> str:
    n_open = sum(seen.is_open for seen in answers.values())
    return "shut" if not n_open else "open" if n_open == len(answers) else "partly open"
