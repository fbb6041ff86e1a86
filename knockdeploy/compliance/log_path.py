"""Can the router hear a knock and act on it: CEF, the event manager, AAA, its logging?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.compliance.facts import CEF, EVENT_MANAGER, LOGGING, NO_CEF, Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.log_buffer import KNOCK, level_of
from knockdeploy.ios.policies import AGGREGATE
from knockdeploy.recipe.trigger.foreign_copp import policing

_EVENT_MANAGER = re.compile(r"Embedded Event Manager Version (\d+)\.(\d+)")
_FIRST = 3  # regexp, if and set came with 3.0, in 12.4(22)T (ios-facts §3)
_CONSOLE = re.compile(r"^[ \t]*+Console logging: (?:level )?(\w+)", re.MULTILINE | re.IGNORECASE)
_CONSOLE_LINE = re.compile(r"logging console(?: discriminator \S+)?(?: (\S+))?$")
_SUSPENDED = "event manager scheduler suspend"
_POLICY = {"applet": "applet", "tcl": "Tcl policy"}
_COMMANDS = re.compile(r"aaa authorization commands \d+ (\S+) (.*)$")


def cef(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Without CEF the features of the host path are removed (ios-facts §1.2)."""
    if router.running.child(NO_CEF) or _is_off(router.answer_to(CEF)):
        line = next(iter(router.lines(NO_CEF)), "")
        yield error("cef", "CEF is off, and policing the control plane needs it: `ip cef`", line)


def _is_off(answer: str) -> bool:
    return any(" not running" in line.partition("CEF")[2] for line in answer.splitlines())


def event_manager(router: Router, _intent: Intent) -> Iterator[Finding]:
    """The applet needs EEM 3.0."""
    match = _EVENT_MANAGER.search(router.answer_to(EVENT_MANAGER))
    if match is None:
        yield warning(
            "event-manager",
            "the router does not say which event manager it has: the applet needs 3.0, of "
            "12.4(22)T; look at `show event manager version`",
        )
    elif int(match[1]) < _FIRST:
        yield error(
            "event-manager",
            f"the event manager is {match[1]}.{match[2]}, and the applet needs 3.0: an image of "
            "12.4(22)T or later",
        )


def suspended(router: Router, _intent: Intent) -> Iterator[Finding]:
    """One line stops every policy (ios-facts-more §C)."""
    for line in router.lines(_SUSPENDED):
        yield error("event-manager", f"the event manager runs no policy: `no {line}`", line)


def authorization(router: Router, intent: Intent) -> Iterator[Finding]:
    """A policy's commands are authorized too: as nobody's, unless told otherwise (§3)."""
    line = _authorizes(router)
    if line is None or router.lines("event manager session cli username "):
        return
    policies = tuple(f"{row.header} " for row in router.owned if row.replaced)
    for config in (router.rendered, router.running):
        lines = [node.text for node in config.children if node.text.startswith(policies)]
        if any(text.endswith(" authorization bypass") for text in lines):
            return
    yield error(
        "authorization",
        f"AAA authorizes commands, and the {_POLICY[intent.engine]} runs its own without a user "
        "name: `event manager session cli username NAME`, a user who may run access-template, or "
        "`authorization bypass` in a template of yours",
        line,
    )


def _authorizes(router: Router) -> str | None:
    """Return the line by which AAA authorizes commands on VTY lines, if there is one."""
    applied = {
        node.text.rpartition(" ")[2]
        for line in router.running.children
        if line.text.startswith("line vty ")
        for node in line.children
        if node.text.startswith("authorization commands ")
    }
    for line in router.lines("aaa authorization commands "):
        match = _COMMANDS.match(line)
        if match and match[1] in applied | {"default"} and match[2].split()[0] != "none":
            return line
    return None


def console(router: Router, _intent: Intent) -> Iterator[Finding]:
    """On by default at debugging level, at 9600 baud, for each dropped packet (ios-facts §11)."""
    lines = (*router.lines("logging console"), *router.lines("no logging console"))
    said = _CONSOLE.search(router.answer_to(LOGGING))
    most = said[1].lower() if said else _configured(lines)
    if (level_of(most) or 0) >= KNOCK:
        yield warning(
            "console",
            f"the console prints each knock, and each packet of a scan, at its baud rate ({most}):"
            " `logging console warnings`, or `no logging console`",
            next(iter(lines), ""),
        )


def _configured(lines: tuple[str, ...]) -> str:
    """Return the console's level by the configuration, which does not print the default."""
    if "no logging console" in lines:
        return "disabled"
    words = [match[1] for match in map(_CONSOLE_LINE.match, lines) if match and match[1]]
    return next((word for word in words if word != "guaranteed"), "debugging")


def logging(router: Router, _intent: Intent) -> Iterator[Finding]:
    """The applet hears what is logged, and nothing else."""
    if router.running.child("no logging on") or re.search(
        r"^Syslog logging: disabled", router.answer_to(LOGGING), re.MULTILINE
    ):
        line = next(iter(router.lines("no logging on")), "")
        yield error("logging", "logging is off, so the applet sees nothing: `logging on`", line)


def rates(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Limits under which a knock may be lost among others' packets."""
    for line in router.lines("logging rate-limit "):
        if not line.startswith("logging rate-limit console"):
            yield warning(
                "rate-limit",
                "log messages are rate-limited, and knocks may be lost: "
                "`no logging rate-limit`, or limit only the console",
                line,
            )
    if policy := policing(router.running):
        yield warning(
            "rate-limit",
            f"policy-map {policy} polices what comes to the router: in a flood, knocks may be "
            "lost; exclude the knock ports from it",
            f"service-policy input {policy}",
            (AGGREGATE,),
        )
