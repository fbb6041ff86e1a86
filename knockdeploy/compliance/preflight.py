"""Can this router do it? One check a rule, each finding with its way out; nothing is changed.

Checks read what the router said, as text and as configuration. An error means that a deployment
would be refused or taken back; a warning, that somebody should look before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan.ownership import Record

_FREE_LINES = 3  # two sessions of ours, one for the applet (ios-facts §13)
_FLASH_BYTES = 1_000_000  # the revert timer's backup and the archive's copies
_LOCAL = re.compile(r"(flash|bootflash|disk\d|slot\d|nvram|usbflash\d|sup-bootdisk)\d*:")
_QUIET = frozenset("emergencies alerts critical errors warnings notifications 0 1 2 3 4 5".split())


@dataclass(frozen=True, slots=True)
class Router:
    """What one router said of itself; texts are the answers of `show` commands."""

    running: Node
    event_manager: str = ""
    clock: str = ""
    lines: str = ""
    flash: str = ""


Check = Callable[[Router, Intent], Iterator[Finding]]


def preflight(router: Router, intent: Intent) -> tuple[Finding, ...]:
    """Return everything that stands in the way of this intent on this router."""
    return tuple(finding for check in _CHECKS for finding in check(router, intent))


def _error(rule: str, message: str, line: str = "", parents: Path = ()) -> Finding:
    return Finding(rule, "error", message, line, parents)


def _warning(rule: str, message: str, line: str = "", parents: Path = ()) -> Finding:
    return Finding(rule, "warning", message, line, parents)


def _cef(router: Router, _intent: Intent) -> Iterator[Finding]:
    # Without CEF the control-plane features of the host path are removed (ios-facts §1.2).
    if router.running.child("no ip cef"):
        yield _error("cef", "CEF is off, control-plane policing needs it: ip cef", "no ip cef")


def _archive(router: Router, _intent: Intent) -> Iterator[Finding]:
    path = view.archive_path(router.running)
    if path is None:
        yield _error(
            "archive",
            "no archive path, so the router cannot revert by itself: archive, path flash:backup-",
        )
    elif not _LOCAL.match(path):
        yield _warning(
            "archive",
            "the archive is remote: the revert timer waits for that server. Use path flash:backup-",
            f"path {path}",
            ("archive",),
        )


def _flash(router: Router, _intent: Intent) -> Iterator[Finding]:
    match = re.search(r"(\d+) bytes (?:available|free)", router.flash)
    if match and int(match[1]) < _FLASH_BYTES:
        yield _error("flash", f"only {match[1]} bytes are free on flash: delete files nobody needs")


def _vty(router: Router, _intent: Intent) -> Iterator[Finding]:
    rows = re.findall(r"^(\*?) *\d+ (?:\d+ )?(?:VTY|vty) +\d+", router.lines, re.MULTILINE)
    configured = _configured_vtys(router.running)
    used = len(rows)
    if configured and configured - used < _FREE_LINES:
        yield _error(
            "vty",
            f"{configured} VTY lines with {used} in use: three must be free, for two sessions and "
            "the applet: line vty 5 15",
        )


def _configured_vtys(running: Node) -> int:
    last = [
        int(match[1])
        for node in running.children
        if (match := re.match(r"line vty \d+(?: (\d+))?", node.text)) and match[1]
    ]
    return max(last, default=-1) + 1


def _authorization(router: Router, _intent: Intent) -> Iterator[Finding]:
    # An applet's own commands are authorized too: as nobody, unless told otherwise (§3).
    line = next(
        (
            n.text
            for n in router.running.children
            if n.text.startswith("aaa authorization commands")
        ),
        None,
    )
    session = any(
        n.text.startswith("event manager session cli username") for n in router.running.children
    )
    if line and not session:
        yield _error(
            "authorization",
            "AAA authorizes commands, and the applet has no user: event manager session cli "
            "username NAME, a user who may run access-template",
            line,
        )


def _console(router: Router, _intent: Intent) -> Iterator[Finding]:
    # On by default at debugging level, at 9600 baud, for each dropped packet (ios-facts §11).
    lines = {node.text for node in router.running.children}
    level = next((line.split()[-1] for line in lines if line.startswith("logging console ")), None)
    if "no logging console" not in lines and level not in _QUIET:
        yield _warning(
            "console",
            "every knock is printed to the console at its baud rate: logging console warnings, or "
            "no logging console",
            f"logging console {level}" if level else "",
        )


def _logging(router: Router, _intent: Intent) -> Iterator[Finding]:
    for node in router.running.children:
        if node.text == "no logging on":
            yield _error(
                "logging", "logging is off, the applet hears nothing: logging on", node.text
            )
        if node.text.startswith("logging rate-limit "):
            yield _warning(
                "logging", "log messages are limited: knocks may be among the lost ones", node.text
            )


def _clock(router: Router, _intent: Intent) -> Iterator[Finding]:
    if router.clock.lstrip().startswith("*"):
        yield _warning("clock", "the clock is not set: log times say nothing; use ntp server")


def _event_manager(router: Router, _intent: Intent) -> Iterator[Finding]:
    match = re.search(r"Embedded Event Manager Version (\d+)\.(\d+)", router.event_manager)
    if match and int(match[1]) < 3:  # noqa: PLR2004  # if, regexp and set came with 3.0 (§3)
        yield _error("event-manager", f"EEM {match[1]}.{match[2]} is too old: 3.0, of 12.4(22)T")


def _names(router: Router, intent: Intent) -> Iterator[Finding]:
    """Names of ours that something else has: only before the first deployment."""
    if Record.read(router.running):
        return
    names = intent.names
    taken = {
        f"object-group network {names.knock_group}": "knock_group",
        f"object-group network {names.service_group}": "service_group",
        f"ip access-list standard {names.copp_acl}": "copp_acl",
        f"ip access-list standard {names.acl}": "acl",
    }
    for node in router.running.children:
        if key := taken.get(node.text):
            yield _error(
                "names", f"the name is taken: choose another under knock.names.{key}", node.text
            )


def _uplinks(router: Router, intent: Intent) -> Iterator[Finding]:
    """A second way in from outside that our ACL does not guard, and IPv6."""
    outside = {view.interface_name(name) for name in intent.interface}
    for node in router.running.children:
        if not node.text.startswith("interface "):
            continue
        name = view.interface_name(node.text.removeprefix("interface "))
        lines = [child.text for child in node.children]
        if "shutdown" in lines:
            continue
        if name not in outside and "ip nat outside" in lines:
            yield _warning(
                "uplink",
                "looks like a second uplink, and nothing of ours guards it: give it an ACL",
                node.text,
            )
        if name in outside and any(line.startswith("ipv6 address") for line in lines):
            yield _warning(
                "ipv6",
                "IPv6 is not guarded by an IPv4 ACL: ipv6 traffic-filter, or no IPv6 here",
                node.text,
            )


_CHECKS: tuple[Check, ...] = (
    _cef,
    _archive,
    _flash,
    _vty,
    _authorization,
    _console,
    _logging,
    _clock,
    _event_manager,
    _names,
    _uplinks,
)
