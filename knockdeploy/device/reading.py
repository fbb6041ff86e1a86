"""What a router is like now: read in one session, in as few round trips as reading allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from knockdeploy.device import flash, show_output
from knockdeploy.device.answers import configuration
from knockdeploy.device.refusals import exec_refusal, is_authorization
from knockdeploy.device.session import RouterSession
from knockdeploy.device.transient_lines import Settled, lasting, settled
from knockdeploy.errors import (
    AuthorizationError,
    DeviceTimeoutError,
    RefusedLineError,
    UnsupportedError,
)
from knockdeploy.ios import counters
from knockdeploy.ios.version import Version, version_of
from knockdeploy.operator import Operator

_CONFIG_WITHIN_S = 60.0  # `Building configuration...` on an old router with a long one
_SAVED = "show startup-config"


@dataclass(frozen=True, slots=True)
class Reading:
    """One router as read, without the lines that come and go by themselves."""

    version: Version
    running: str
    startup: str
    operator: Operator
    user: str = ""
    """Our login."""
    access_lists: Mapping[str, tuple[counters.Entry, ...]] = field(default_factory=dict)
    """The lists asked for that exist."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Digests of the files asked for that exist, by path."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """By command: to what was asked beside all this, and what lists the entries, as printed."""
    pending: show_output.Pending | None = None
    """A change that waits for its confirmation, and reverts without."""
    reverts_in_s: int | None = None
    """When it does; None where the router does not tell."""
    saved_passing: tuple[str, ...] = ()
    """What comes and goes by itself, and is in startup-config."""


class Concern(NamedTuple):
    """The lists and files to read."""

    lists: Iterable[str] = ()
    files: Iterable[str] = ()


def read(
    session: RouterSession,
    concern: Callable[[Version, str], Concern] = lambda _version, _running: Concern(),
    also: tuple[str, ...] = (),
) -> Reading:
    """Read a router, and of its lists and files those that concern us.

    Three round trips, with what is ``also`` asked. Nothing is changed.

    Raises:
        UnsupportedError: the router's version cannot knock.
        RefusedLineError, DeviceTimeoutError, UnreachableError: it could not be read.
    """
    version_text, users, tcp, timer, *answers, saved = session.ask(
        "show version",
        "show users wide",
        "show tcp brief numeric",
        "show archive config rollback timer",
        *also,
        _SAVED,
    )
    version = version_of(version_text)
    if refused := version.refused_as(is_xe=session.expectations.is_xe):
        raise UnsupportedError(*refused)
    _expect_shown(_SAVED, saved)
    startup = settled(configuration(saved), session.expectations.is_passing)
    running = running_config(session)
    pending = show_output.pending(timer)
    user = show_output.own_user(users)
    source = show_output.our_address(user, tcp)
    named = _by_name(session, concern(version, running), source)
    return Reading(
        version=version,
        running=running,
        startup=startup.text,
        operator=_operator(source, tcp, named.way),
        access_lists=_lists(session, named.lists.values()),
        pending=pending,
        reverts_in_s=pending.left_s(*session.ask("show clock")) if pending else None,
        user=user.name if user else "",
        files=named.files,
        answers={**dict(zip(also, answers, strict=True)), **named.lists},
        saved_passing=startup.passing,
    )


def running_config(session: RouterSession) -> str:
    """Return the running configuration as text; one round trip.

    Raises:
        RefusedLineError: the router shows none.
        DeviceTimeoutError: what it showed does not come to its `end`; a part is not used.
    """
    command = "show running-config"
    text = _configuration(session, command).text
    if not text:
        raise RefusedLineError(command, "its output has no configuration")
    return text


def saved_config(session: RouterSession) -> Settled:
    """Return the startup configuration, "" where there is none, and what of it comes and goes.

    One round trip.
    """
    return _configuration(session, _SAVED)


def access_lists(session: RouterSession, *names: str) -> dict[str, tuple[counters.Entry, ...]]:
    """Return the entries of these lists with their numbers; one round trip."""
    answers = session.ask(*map(counters.show_list, names))
    return _lists(session, answers)


def _lists(session: RouterSession, answers: Iterable[str]) -> dict[str, tuple[counters.Entry, ...]]:
    return lasting(counters.access_lists("\n".join(answers)), session.expectations.is_passing)


def _configuration(session: RouterSession, command: str) -> Settled:
    try:
        text = configuration(session.run(command, _CONFIG_WITHIN_S))
        return settled(text, session.expectations.is_passing)
    except DeviceTimeoutError as error:
        msg = f"{error.message}, and '{command}' has not come to its `end`"
        raise DeviceTimeoutError(msg, error.hint) from error


@dataclass(frozen=True, slots=True)
class _Answers:
    lists: dict[str, str]
    files: dict[str, str]
    way: str | None


def _by_name(session: RouterSession, concern: Concern, source: str | None) -> _Answers:
    shows_lists = [counters.show_list(name) for name in dict.fromkeys(concern.lists)]
    paths = dict.fromkeys(concern.files)
    verifies = [flash.verifying(path) for path in paths]
    traces = [f"show ip cef {source}"] if source is not None and ":" not in source else []
    commands = (*shows_lists, *verifies, *traces)
    answers = dict(zip(commands, session.ask(*commands) if commands else (), strict=True))
    for command in shows_lists:
        _expect_shown(command, answers[command])
    for command in verifies:  # another answer says that the file is not there
        if is_authorization(answers[command]):
            raise AuthorizationError(command, answers[command].strip())
    return _Answers(
        lists={each: answers[each] for each in shows_lists},
        files=flash.verified({path: answers[flash.verifying(path)] for path in paths}),
        way=show_output.way_back(answers[traces[0]]) if traces else None,
    )


def _expect_shown(command: str, answer: str) -> None:
    """Refuse to guess at positions that the router does not tell: they are not 10, 20, 30."""
    if refused := exec_refusal(answer):
        kind = AuthorizationError if is_authorization(refused) else RefusedLineError
        raise kind(command, refused)


def _operator(source: str | None, tcp: str, way: str | None) -> Operator:
    """Return who we are in the router's own view (design §6 step 1), never the local socket's."""
    ends = show_output.connected_to(tcp, source) if source else ()
    if len(ends) != 1:
        return Operator(source, None, way)
    ((address, port),) = ends
    return Operator(source, address, way, port)
