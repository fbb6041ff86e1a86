"""Where IOS prints a new line: sections by kind, actions by label, the rest in typing order."""

from __future__ import annotations

import functools
import re

from knockdeploy.ios.tree import Node, Path

# The order of `show running-config` (ios-facts §7). A line belongs after the last line of its own
# kind or of an earlier one.
_SECTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"version ",
        r"(no )?service ",
        r"hostname ",
        r"boot",
        r"(no )?logging (buffered|console|monitor|rate-limit|count)",
        r"enable ",
        r"(no )?aaa ",
        r"clock ",
        r"(no )?ip (dhcp|domain|cef|vrf|name-server|host|inspect|ips|source-route)",
        r"multilink ",
        r"parameter-map ",
        r"crypto pki ",
        r"license ",
        r"object-group ",
        r"username ",
        r"archive$",
        r"redundancy",
        r"track |ip (tcp|ssh)",
        r"class-map ",
        r"policy-map ",
        r"zone ",
        r"zone-pair ",
        r"crypto ",
        r"interface ",
        r"router ",
        r"(no )?ip (forward-protocol|route|nat|http|flow)",
        r"ip access-list standard ",
        r"ip access-list extended ",
        r"(no )?(ip sla|logging|kron|access-list|route-map|snmp-server|tacacs|radius)",
        r"control-plane host$",
        r"control-plane$",
        r"(dial-peer|voice|mgcp|gatekeeper|sip-ua)",
        r"banner ",
        r"(privilege|line) ",
        r"(scheduler|ntp) ",
        r"event manager environment ",
        r"event manager session ",
        r"event manager applet ",
    )
)
_INTERFACE = tuple(
    re.compile(pattern)
    for pattern in (
        r"description ",
        r"ip vrf ",
        r"encapsulation ",
        r"ip address ",
        r"ip access-group ",
    )
)
_LABEL = re.compile(r"action (\S+) ")
_APPLET = ("description", "event", "trigger", "action")


def insert(children: tuple[Node, ...], new: Node, mode: Path) -> tuple[Node, ...]:
    """Return the lines of the section ``mode`` with ``new`` where a running-config has it."""
    if not mode:
        return _ranked(children, new, is_global=True)
    if mode[0].startswith("interface "):
        return _ranked(children, new, is_global=False)
    if mode[0].startswith("event manager applet ") and len(mode) == 1:
        return tuple(sorted((*children, new), key=_applet_order))
    return (*children, new)


def _applet_order(node: Node) -> tuple[int, str]:
    kind = node.text.split()[0]
    label = _LABEL.match(node.text)
    rank = _APPLET.index(kind) if kind in _APPLET else 0
    return rank, label[1] if label else ""  # labels sort as strings (ios-facts §3)


@functools.lru_cache(maxsize=65536)  # each insertion asks about every line there
def _rank(text: str, *, is_global: bool) -> int | None:
    kinds = _SECTIONS if is_global else _INTERFACE
    return next((i for i, kind in enumerate(kinds) if kind.match(text)), None)


def _ranked(children: tuple[Node, ...], new: Node, *, is_global: bool) -> tuple[Node, ...]:
    rank = _rank(new.text, is_global=is_global)
    if rank is None:
        return (*children, new)
    at = 0
    for index, child in enumerate(children):
        other = _rank(child.text, is_global=is_global)
        if other is not None and other <= rank:
            at = index + 1
    return (*children[:at], new, *children[at:])
