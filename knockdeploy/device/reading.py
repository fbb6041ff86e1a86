"""What a router is like now: read in one session, in as few round trips as reading allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
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
    RouterError,
    UnsupportedError,
)
from knockdeploy.ios import counters
from knockdeploy.ios.version import Version, version_of
from knockdeploy.operator import Operator

_CONFIG_WITHIN_S = 60.0  # `Building configuration...` on an old router with a long one
_SAVED = "show startup-config"
_RUNNING = "show running-config"


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
    pending: show_output.PendingRevert | None = None
    """A change that waits for its confirmation, and reverts without."""
    reverts_in_s: int | None = None
    """When it does; None where the router does not tell."""
    saved_passing: tuple[str, ...] = ()
    """What comes and goes by itself, and is in startup-config."""


class Concern(NamedTuple):
    """The lists and files to read."""

    lists: Collection[str] = ()
    files: Collection[str] = ()


def read(
    session: RouterSession,
    concern: Callable[[Version, str], Concern] = lambda _version, _running: Concern(),
    also: tuple[str, ...] = (),
) -> Reading:
    """Read a router, and of its lists and files those that concern us.

    Two round trips, with what is ``also`` asked; a third where ours is not yet as it was saved.

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
    pending = show_output.pending(timer)
    user = show_output.own_user(users)
    source = show_output.our_address(user, tcp)
    likely = _commands(_likely(concern, version, startup.text), source)
    running, known = _configuration(session, _RUNNING, likely)
    named = _by_name(session, concern(version, running.text), source, known)
    return Reading(
        version=version,
        running=running.text,
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
    return _configuration(session, _RUNNING)[0].text


def saved_config(session: RouterSession) -> Settled:
    """Return the startup configuration, "" where there is none, and what of it comes and goes.

    One round trip.
    """
    return _configuration(session, _SAVED)[0]


def access_lists(session: RouterSession, *names: str) -> dict[str, tuple[counters.Entry, ...]]:
    """Return the entries of these lists with their numbers; one round trip."""
    answers = session.ask(*map(counters.show_list, names))
    return _lists(session, answers)


def _lists(session: RouterSession, answers: Iterable[str]) -> dict[str, tuple[counters.Entry, ...]]:
    return lasting(counters.access_lists("\n".join(answers)), session.expectations.is_passing)


def _configuration(
    session: RouterSession, command: str, first: tuple[str, ...] = ()
) -> tuple[Settled, dict[str, str]]:
    """Return what is shown, and by command the answers to what was typed ``first`` beside it."""
    try:
        *answers, text = session.ask(*first, command, within_s=_CONFIG_WITHIN_S)
    except DeviceTimeoutError as error:
        msg = f"{error.message}, and '{command}' has not come to its `end`"
        raise DeviceTimeoutError(msg, error.hint) from error
    _expect_shown(command, text)
    found = settled(configuration(text), session.expectations.is_passing)
    if command == _RUNNING and not found.text:
        raise RefusedLineError(_RUNNING, "its output has no configuration")
    return found, dict(zip(first, answers, strict=True))


@dataclass(frozen=True, slots=True)
class _Answers:
    lists: dict[str, str]
    files: dict[str, str]
    way: str | None


def _likely(concern: Callable[[Version, str], Concern], version: Version, startup: str) -> Concern:
    """Return what concerns us if the running configuration is as it was saved: mostly it is."""
    try:
        return concern(version, startup)
    except RouterError:
        return Concern()


def _commands(concern: Concern, source: str | None) -> tuple[str, ...]:
    lists = map(counters.show_list, dict.fromkeys(concern.lists))
    verifies = map(flash.verifying, dict.fromkeys(concern.files))
    return (*lists, *verifies, *_traces(source))


def _traces(source: str | None) -> tuple[str, ...]:
    return (f"show ip cef {source}",) if source is not None and ":" not in source else ()


def _by_name(
    session: RouterSession, concern: Concern, source: str | None, known: Mapping[str, str]
) -> _Answers:
    """Return what is to be known by name, asked where it is not ``known`` by its command."""
    missing = [command for command in _commands(concern, source) if command not in known]
    asked = session.ask(*missing) if missing else ()
    answers = {**known, **dict(zip(missing, asked, strict=True))}
    lists = {each: answers[each] for each in map(counters.show_list, concern.lists)}
    for command, answer in lists.items():
        _expect_shown(command, answer)
    verified = {path: answers[flash.verifying(path)] for path in concern.files}
    for path, answer in verified.items():  # another answer says that the file is not there
        if is_authorization(answer):
            raise AuthorizationError(flash.verifying(path), answer.strip())
    ways = [show_output.way_back(answers[each]) for each in _traces(source)]
    return _Answers(lists, flash.verified(verified), way=ways[0] if ways else None)


def _expect_shown(command: str, answer: str) -> None:
    """Refuse to guess at positions that the router does not tell: they are not 10, 20, 30."""
    if refused := exec_refusal(answer):
        kind = AuthorizationError if is_authorization(refused) else RefusedLineError
        raise kind(command, refused)


def _operator(source: str | None, tcp: str, way: str | None) -> Operator:
    """Return who we are in the router's own view, never the local socket's."""
    ends = show_output.connected_to(tcp, source) if source else ()
    if len(ends) != 1:
        return Operator(source, None, way)
    ((address, port),) = ends
    return Operator(source, address, way, port)
