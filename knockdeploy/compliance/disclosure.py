"""What gives a knock away: closed ports that answer, and servers that receive its ports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knockdeploy.compliance.facts import Router, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.log_buffer import KNOCK, level_of

_COMMAND: Final = 5  # %PARSER-5-CFGLOG_LOGGEDCMD (iosxe-facts)
_SERVER: Final = re.compile(r"logging (?:host \S|\d)")
_ACCOUNTED: Final = re.compile(r"aaa accounting commands 15 (?!.*\bnone$)")
_IN_CLEAR: Final = re.compile(r"(?:tftp|ftp|http|rcp):", re.IGNORECASE)


def unreachables(router: Router, intent: Intent) -> Iterator[Finding]:
    """A knock is dropped in silence; on by default, unreachables make closed ports answer."""
    outside = {view.interface_name(name) for name in intent.interface}
    for name, each in view.interfaces(router.running).items():
        node = router.running.child(f"interface {name}")
        is_ours = name.split()[0] in outside and not each.shutdown
        silenced = router.rendered.child(f"interface {name}")
        if silenced and silenced.child("no ip unreachables"):
            continue
        if node and is_ours and not node.child("no ip unreachables"):
            yield warning(
                "unreachables",
                "closed ports answer there and knock ports do not, so a scan finds them: `no ip "
                "unreachables`, unless path MTU discovery is needed there",
                node.text,
            )


def log_servers(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Syslog is clear text: it has each knock and, with `notify syslog`, each line typed."""
    most = _trap_level(router)
    says_commands = _notifies(router)
    facilities = router.recipe.trigger.facilities
    for line in router.lines("logging "):
        if not _SERVER.match(line) or " transport tls" in line:
            continue
        if most >= KNOCK and not _drops(router, line, facilities):
            yield warning(
                "log-server",
                "each knock goes to that server in clear text, with its port and source: `logging "
                f"trap notifications`, or a discriminator with `facility drops "
                f"{'|'.join(facilities)}`",
                line,
            )
        if most >= _COMMAND and says_commands:
            yield warning(
                "log-server",
                "`notify syslog` under `archive`, `log config` sends each line that is typed "
                "there in clear text, with the knock ports of a deployment: `no notify syslog`",
                line,
            )


def accounting(router: Router, _intent: Intent) -> Iterator[Finding]:
    """An AAA server that accounts for commands gets every line of a deployment."""
    for node in router.running.children:
        if _ACCOUNTED.match(node.text) and not node.child("action-type none"):
            yield warning(
                "accounting",
                "the AAA server gets each line of a deployment, with the knock ports in their "
                "order: give it a `key`, and keep its records as secret as the knock",
                node.text,
            )


def remote_archive(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A configuration names the knock ports in their order."""
    path = view.archive_path(router.running) or ""
    if match := _IN_CLEAR.match(path):
        yield warning(
            "archive",
            f"each archived configuration goes to a server by {match[0][:-1]}, in clear text, "
            "with the knock ports: `path flash:archive-`, or a path by scp",
            f"path {match[0]}",
            ("archive",),
        )


def _trap_level(router: Router) -> int:
    """Return up to which severity log servers are told; informational is the default."""
    if router.lines("no logging trap"):
        return -1
    levels = (level_of(line.split()[-1]) for line in router.lines("logging trap "))
    return next((each for each in levels if each is not None), KNOCK)


def _notifies(router: Router) -> bool:
    archive = router.running.child("archive")
    logger = archive.child("log config") if archive else None
    return bool(logger and logger.child("logging enable") and logger.child("notify syslog"))


def _drops(router: Router, line: str, facilities: tuple[str, ...]) -> bool:
    name = re.search(r" discriminator (\S+)", line)
    rules = router.lines(f"logging discriminator {name[1]} ") if name else ()
    return any(
        all(re.search(rf"facility drops \S*\b{each}\b", rule) for each in facilities)
        for rule in rules
    )
