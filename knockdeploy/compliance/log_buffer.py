"""Where the applet reads knocks from the log buffer: does the router keep what it looks for?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knockdeploy.compliance.facts import LOGGING, Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios import acl
from knockdeploy.ios.log_buffer import KNOCK, buffered
from knockdeploy.recipe.engine.log_quality import LEAST_BYTES
from knockdeploy.recipe.marked_entries import canonical_entry, hears

_READS: Final = "show logging | "
_SET: Final = "`logging buffered 262144 informational`"


def kept(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A knock that is not in the buffer any more, or never was, opens nothing."""
    if not _is_read(router):
        return
    buffer = buffered(router.running)
    if not buffer.n_bytes or re.search(r"Buffer logging:\s+disabled", router.answer_to(LOGGING)):
        yield error(
            "log-buffer", f"nothing is kept in the log buffer, which the applet reads: {_SET}"
        )
        return
    if buffer.highest < KNOCK:
        message = f"the log buffer keeps only {buffer.level}, and a knock is informational: {_SET}"
        yield error("log-buffer", message, buffer.line)
    if buffer.n_bytes < LEAST_BYTES:
        yield warning(
            "log-buffer",
            f"the log buffer has {buffer.n_bytes} bytes, and other messages soon push knocks out: "
            f"{_SET}",
            buffer.line,
        )


def other_entries(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Log messages of other entries come between knocks, and fill the buffer."""
    for section in router.rendered.children:
        there = router.running.child(section.text)
        if there is None or not acl.is_extended(section.text) or not _is_read(router):
            continue
        texts = (canonical_entry(node.text) for node in there.children)
        logs = [t for t in texts if re.search(r" log(-input)?\b", t) and not hears(t)]
        if logs:
            yield warning(
                "log-entries",
                f"{len(logs)} other entries log, too: a packet of the knocker that one denies "
                "between two knocks spoils the attempt, and a scan fills the buffer",
                logs[0],
                (section.text,),
            )


def limits(router: Router, _intent: Intent) -> Iterator[Finding]:
    """Another logging rate than the default may lose knocks, or log more than the first packet."""
    for line in router.lines("ip access-list log"):
        if _is_read(router):
            yield warning("rate-limit", "knocks count on the usual rate of logging entries", line)


def _is_read(router: Router) -> bool:
    return any(_READS in line.text for node in router.rendered.children for line in node.children)
