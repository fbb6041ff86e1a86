"""Where IOS prints a new line: sections by kind, actions by label, the rest in typing order."""

from __future__ import annotations

import bisect
import functools
import re

from knockdeploy.ios.applet import APPLET
from knockdeploy.ios.tree import Node, Path


def _any_of(*patterns: str) -> re.Pattern[str]:
    """Return one pattern of all; ``lastgroup`` of a match tells which it was, the first that fits.

    One, since a check of many configurations asks about each line of each.
    """
    return re.compile("|".join(f"(?P<_{i}>{pattern})" for i, pattern in enumerate(patterns)))


# The order of `show running-config` (ios-facts §7). A line belongs after the last line of its own
# kind or of an earlier one.
_SECTIONS = _any_of(
    r"version ",
    r"(no )?service ",
    r"hostname ",
    r"boot",
    r"(no )?logging (buffered|console|monitor|rate-limit|count|message-counter|queue-limit)",
    r"enable ",
    r"(no )?aaa (?!session-id)",
    r"(no )?ip (dhcp|cef|vrf|inspect|ips|source-route)",
    r"parameter-map ",
    r"crypto pki ",
    r"license ",
    r"object-group ",
    r"archive$",
    r"redundancy",
    r"track ",
    r"class-map ",
    r"policy-map ",
    r"zone ",
    r"zone-pair ",
    r"crypto ",
    r"interface ",
    r"router ",
    r"(no )?ip (forward-protocol|route|nat|http)",
    r"ip access-list standard ",
    r"ip access-list extended (?!\d+$)",
    r"ip access-list extended \d+$|access-list |(no )?logging (host|trap|facility|\d)|"
    r"(no )?(kron|route-map|snmp-server|tacacs|radius)",
    r"control-plane \S+$",
    r"control-plane$",
    r"(dial-peer|mgcp|gatekeeper|sip-ua)",
    r"banner ",
    r"(privilege|line) ",
    r"(scheduler|ntp) ",
    r"event manager environment ",
    r"event manager directory ",
    r"event manager session ",
    r"event manager scheduler ",
    r"event manager policy ",
    APPLET,
)
_INTERFACE = _any_of(
    r"description ",
    r"ip vrf ",
    r"encapsulation |bandwidth |mac-address |mtu ",
    r"(no )?ip (address|unnumbered)",
    r"ip access-group ",
)
_LABEL = re.compile(r"action (\S+) ")
_APPLET = ("description", "event", "trigger", "action")


def insert(children: tuple[Node, ...], new: Node, mode: Path) -> tuple[Node, ...]:
    """Return the lines of the section ``mode`` with ``new`` where a running-config has it."""
    if not mode:
        return _ranked(children, new, is_global=True)
    if mode[0].startswith("interface ") and new.text.startswith("ip access-group "):
        return _ranked(children, new, is_global=False)
    if mode[0].startswith(APPLET) and len(mode) == 1:
        place = _applet_order(new.text)
        at = bisect.bisect_right(children, place, key=lambda line: _applet_order(line.text))
        return (*children[:at], new, *children[at:])
    if mode[0].startswith("policy-map ") and len(mode) == 1:
        # whatever stands behind class-default would never match: IOS keeps that one last
        last = next((i for i, c in enumerate(children) if c.text.endswith(" class-default")), None)
        return (*children[:last], new, *(children[last:] if last is not None else ()))
    return (*children, new)


@functools.lru_cache(maxsize=4096)  # each insertion asks about every line there
def _applet_order(text: str) -> tuple[int, str]:
    kind = text.split(maxsplit=1)[0]
    label = _LABEL.match(text)
    rank = _APPLET.index(kind) if kind in _APPLET else 0
    return rank, label[1] if label else ""  # labels sort as strings (ios-facts §3)


@functools.lru_cache(maxsize=65536)  # each insertion asks about every line there
def _rank(text: str, *, is_global: bool) -> int | None:
    match = (_SECTIONS if is_global else _INTERFACE).match(text)
    return int(match.lastgroup[1:]) if match and match.lastgroup else None


def global_rank(text: str) -> int | None:
    """Return the place of a global line among the kinds of lines; None where that differs."""
    return _rank(text, is_global=True)


def _ranked(children: tuple[Node, ...], new: Node, *, is_global: bool) -> tuple[Node, ...]:
    """Put ``new`` behind the last line of its kind or of an earlier one.

    Global lines of kinds whose place differs between trains are passed over: what is typed in
    the order of a running-config stays in it.
    """
    rank = _rank(new.text, is_global=is_global)
    if rank is None:
        return (*children, new)
    at = 0
    ranks = [_rank(child.text, is_global=is_global) for child in children]
    for index, other in enumerate(ranks):
        if other is not None and other <= rank:
            at = index + 1
    while is_global and at < len(children) and ranks[at] is None:
        at += 1
    return (*children[:at], new, *children[at:])
