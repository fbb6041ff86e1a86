"""Does the router have what a deployment needs: an archive, flash, VTY lines, the time?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.compliance.facts import CLOCK, USERS, Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.device import arming as device_arming
from knockdeploy.device.arming import MAX_MINUTES, Rung
from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.ios.vty_lines import USUAL_COUNT, vty_lines
from knockdeploy.plan.idle_timeout import ends_sessions

_NEEDED_LINES = 3  # two sessions of ours and one for the applet (ios-facts §13)
# The router's own timer leaves a copy in the archive each time it is armed. A deployment whose
# knock makes no entry is armed anew for each other way: without decoys, bound first, and both.
_TRIES = 4
_IN_USE = re.compile(r"^(\*?) *(?:\d+ +)?vty +\d+ ", re.MULTILINE)
# `dir`: "... bytes total (230000000 bytes free)"; `show flash:`: "... bytes available (... used)",
# and of old platforms "[25165888 bytes used, 8388544 available, 33554432 total]".
_FREE = re.compile(r"(?<!\d)(\d++) (?:bytes )?(?:free|available)")


def arming(router: Router, _intent: Intent) -> Iterator[Finding]:
    """What will revert the router by itself."""
    found = device_arming.arming(router.running, MAX_MINUTES)
    path = view.archive_path(router.running)
    if found.rung is Rung.COPY:
        line = f"path {_without_login(path or '')}"
        yield warning("arming", f"{found.summary}: `path flash:archive-`", line, ("archive",))
    else:
        yield Finding("arming", "info", found.summary)


def archive_place(running: Node) -> str:
    """Return where the archive's files go, ``flash:`` where it has no path or a remote one."""
    path = view.archive_path(running) or ""
    place = re.match(r"[\w-]+:", path)
    return place[0] if place and not view.is_remote(path) else "flash:"


def flash(router: Router, _intent: Intent) -> Iterator[Finding]:
    """The copies of the configuration that there are at one time need space."""
    place = archive_place(router.running)
    needed = _n_copies(router.running) * len(to_text(router.running))
    free = _FREE.search(router.directory)
    if free is None:
        yield warning("flash", f"the router does not say how much is free on {place}: look at it")
    elif int(free[1]) < needed:
        yield error(
            "flash",
            f"{free[1]} bytes are free on {place}, and {needed} are needed: delete files there",
        )


def _n_copies(running: Node) -> int:
    """Return how many copies a deployment writes at most; ours are deleted after each try."""
    if device_arming.arming(running, MAX_MINUTES).rung is not Rung.TIMER:
        return 1
    return _TRIES + (running.at(("archive", "write-memory")) is not None)


def vty(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Two sessions of ours and the applet take a VTY line each; ours of now is one of them."""
    lines, with_ssh = _vty_lines(router.running)
    others = sum(not own for own in _IN_USE.findall(router.answer_to(USERS)))
    if lines - others < _NEEDED_LINES:
        yield error(
            "vty",
            f"{lines} VTY lines, {others} of them used by others: three must be free, for two "
            "sessions of ours and for the applet: `line vty 5 15`, or close sessions",
        )
    elif with_ssh - others < _NEEDED_LINES - 1:
        yield error(
            "vty",
            f"{with_ssh} VTY lines take SSH, {others} are used by others: two must be free for "
            "us: `transport input ssh`",
        )


def exec_timeout(router: Router, intent: Intent) -> Iterator[Finding]:
    """A session that the router ends in the middle of a proof has the change taken back."""
    if found := ends_sessions(router.running, intent):
        header, message = found
        yield warning("exec-timeout", message, "", (header,))


def _vty_lines(running: Node) -> tuple[int, int]:
    """Return how many VTY lines there are, and how many take SSH."""
    found = list(vty_lines(running))
    if not found:
        return USUAL_COUNT, USUAL_COUNT
    return sum(each.count for each in found), sum(each.count for each in found if each.takes_ssh)


def clock(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A star before the time means that nobody set it, a dot that NTP is out of step (§2)."""
    answer = router.answer_to(CLOCK).strip()
    if answer.startswith("*"):
        yield warning(
            "clock", "clock is not set, so log timestamps are wrong: `ntp server ADDRESS`"
        )
    elif answer.startswith("."):
        yield warning("clock", "clock is not synchronized with NTP: see `show ntp associations`")


def _without_login(path: str) -> str:
    return re.sub(r"//[^/@]*@", "//", path)
