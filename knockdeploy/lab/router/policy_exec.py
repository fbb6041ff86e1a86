"""What a policy of the event manager may run in EXEC mode, beside configuring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.refusals import INVALID
from knockdeploy.lab.commands import CommandError, Commands, InvalidWordError
from knockdeploy.lab.pipes import filtered
from knockdeploy.lab.router import forwarding, listing, log_listing

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

RouterCommand = Callable[..., str]  # of the router and the command's parameters


def _access_lists(router: VirtualRouter, name: str | None = None) -> str:
    return "".join(f"{line}\n" for line in router.access_lists(name))


def _cef(router: VirtualRouter, destination: str) -> str:
    try:
        address = IPv4Address(destination)
    except ValueError:
        raise InvalidWordError(destination) from None
    return forwarding.entry(router.running, address)


def _save(router: VirtualRouter) -> str:
    router.save()
    return "Building configuration...\n[OK]\n"


ALSO_TYPED: Final[Mapping[str, RouterCommand]] = {
    "access-template <rest...>": lambda router, rest: router.lock_and_key.add(rest.split()),
    "clear access-template <rest...>": lambda router, rest: router.lock_and_key.clear(rest.split()),
    "show ip access-lists": _access_lists,
    "show ip access-lists <name>": _access_lists,
    "show access-lists": _access_lists,
    "show access-lists <name>": _access_lists,
    "show ip cef <address>": _cef,
    "show logging": lambda router: log_listing.logging(router.running, router.log_buffer),
    "show object-group <name>": lambda router, name: listing.object_group(router.running, name),
}
"""Commands that do the same for whoever types them at a terminal."""
_PRIVILEGED: Final[Mapping[str, RouterCommand]] = {
    **ALSO_TYPED,
    "configure replace <file> force": lambda router, file: router.replace_by(file),
    "show running-config": lambda router: router.running_text(),
    "terminal length <lines>": lambda _router, _lines: "",
    "write memory": _save,
}
_EVERYBODYS: Final = (
    "show ip cef <address>",
    "show object-group <name>",
    "terminal length <lines>",
)


def answer(router: VirtualRouter, command: str, *, is_privileged: bool) -> str:
    """Run a command, a pipe behind it included; return what it prints."""
    typed, _, pipe = command.partition("|")
    known = frozenset(
        each
        for each in (_PRIVILEGED if is_privileged else _EVERYBODYS)
        if router.edition.knows(each, router.behaviour)
    )
    try:
        run, words = _table(known).find(typed)
        text = run(router, *words)
    except CommandError:
        return INVALID
    return filtered(text, pipe, underscore=router.behaviour.filter_underscore)


@cache
def _table(known: frozenset[str]) -> Commands[RouterCommand]:
    return Commands({words: _PRIVILEGED[words] for words in known})
