"""What a policy of the event manager may run in EXEC mode, beside configuring."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Final

from knockdeploy.ios.refusals import INVALID
from knockdeploy.lab.commands import (
    AmbiguousWordError,
    Commands,
    IncompleteCommandError,
    UnknownWordError,
)
from knockdeploy.lab.pipes import filtered
from knockdeploy.lab.router import forwarding

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_Run = Callable[..., str]  # of the router and the command's parameters


def _access_lists(router: VirtualRouter, name: str | None = None) -> str:
    return "".join(f"{line}\n" for line in router.access_lists(name))


def _cef(router: VirtualRouter, address: str) -> str:
    try:
        return forwarding.entry(router.running, IPv4Address(address))
    except ValueError:
        return INVALID


def _save(router: VirtualRouter) -> str:
    router.save()
    return "Building configuration...\n[OK]\n"


def _nothing(*_: Any) -> str:  # noqa: ANN401  # any parameters
    return ""


_EVERYBODYS: Final[dict[str, _Run]] = {
    "show ip cef <address>": _cef,
    "show object-group <name>": lambda router, name: router.show_object_group(name),
    "terminal length <lines>": _nothing,
}
_PRIVILEGED: Final[dict[str, _Run]] = {
    **_EVERYBODYS,
    "access-template <rest...>": lambda router, rest: router.access_template(tuple(rest.split())),
    "clear access-template <rest...>": lambda router, rest: router.clear_access_template(
        tuple(rest.split())
    ),
    "configure replace <file> force": lambda router, file: router.replace_by(file),
    "show ip access-lists": _access_lists,
    "show ip access-lists <name>": _access_lists,
    "show access-lists": _access_lists,
    "show access-lists <name>": _access_lists,
    "show logging": lambda router: router.show_logging(),
    "show running-config": lambda router: router.running_text(),
    "write memory": _save,
}


def answer(router: VirtualRouter, command: str, *, is_privileged: bool) -> str:
    """Run a command, a pipe behind it included; return what it prints."""
    typed, _, pipe = command.partition("|")
    try:
        run, words = _known(router)[is_privileged].find(typed)
    except (AmbiguousWordError, IncompleteCommandError, UnknownWordError):
        return INVALID
    return filtered(run(router, *words), pipe, underscore=router.behaviour.filter_underscore)


def _known(router: VirtualRouter) -> tuple[Commands[_Run], Commands[_Run]]:
    known = frozenset(each for each in _PRIVILEGED if router.edition.knows(each, router.behaviour))
    return _tables(known)


@cache
def _tables(known: frozenset[str]) -> tuple[Commands[_Run], Commands[_Run]]:
    everybodys = {words: run for words, run in _EVERYBODYS.items() if words in known}
    privileged = {words: run for words, run in _PRIVILEGED.items() if words in known}
    return Commands(everybodys), Commands(privileged)
