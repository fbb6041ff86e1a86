"""What a router prints, taken apart: prompts, answers line by line, refusals. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# Configuration prompts show the first 20 characters of a hostname (ios-facts §13), hence a head
# of 16 and whatever follows.
_HEAD: Final = 16

# A log message printed into the session: `000123: *Mar  1 00:26:44.431: %SYS-5-CONFIG_I: ...`,
# sequence number and time or uptime as configured (ios-facts §2).
_LOG_MESSAGE: Final = re.compile(
    r"^(?:\d+: )?(?:[*.]?(?:[A-Z][a-z]{2} +\d+ [\d:. A-Z]{5,40}?|\d\d:\d\d:\d\d|\w+): )?"
    r"%[A-Z][A-Z0-9_]*(?:-[A-Z][A-Z0-9_]*)*-[0-7]-[A-Z0-9_]+: .*\n?|^-(?:Traceback|Process)=.*\n?",
    re.MULTILINE,
)

# Answers that are no refusals, with what they rest on; everything else is one.
_WARNINGS: Final = (
    re.compile(r"%? ?(?:warning|note|info)\s*[:,-]", re.IGNORECASE),  # the NED's list, §10
    re.compile(r"% ?no specific protocol configured in class \S+ for inspection", re.I),  # §10
    # `no` of what is not there: the wish is fulfilled (§10)
    re.compile(r"%? ?service[ -]policy .+ not attached", re.IGNORECASE),
    re.compile(r"%? ?no service-policy attached to this interface", re.IGNORECASE),
    re.compile(r"%? ?entry (?:not configured|does not exist)", re.IGNORECASE),
    # on entering configuration mode, §9
    re.compile(r"Enter configuration commands, one per line"),
    re.compile(r"Configuration mode locked exclusively\. The lock will be cleared once you exit"),
)
_CARET: Final = re.compile(r"^ *\^ *$")
_EXEC_REFUSAL: Final = re.compile(
    r"^(?:% ?(?:Invalid|Incomplete|Ambiguous|Unrecognized|Unknown|Bad IP address)\b.*"
    r"|Translating \".*|% ?Authorization failed.*|Command authorization failed.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_AUTHORIZATION: Final = re.compile(r"authorization failed", re.IGNORECASE)
_ROLLED_BACK: Final = re.compile(r"Rollback Confirmed Change: Rolling to")

# A configuration may hold a line that looks like the prompt (a banner), and ends in `end`.
_SHOWS_CONFIGURATION: Final = frozenset({"show running-config", "show startup-config"})
_BEGINS: Final = re.compile(r"^(?:!|version |service |hostname )", re.MULTILINE)
_ENDS: Final = re.compile(r"^end\s*\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the router printed between a line and the next prompt, without log messages.

    ``mode`` is what the prompt then has in parentheses, "" in EXEC.
    """

    line: str
    text: str
    mode: str


def login_prompt(text: str) -> re.Match[str] | None:
    """Find the first prompt, at the end of whatever banners came before: hostname and `>`/`#`."""
    return re.search(r"(?:^|\n)(?P<hostname>[A-Za-z0-9][\w.:/@+-]*)(?P<level>[>#]) ?$", text)


def prompt_pattern(hostname: str) -> re.Pattern[str]:
    """Return what finds a prompt of this router, in any mode, at the beginning of a line."""
    head = re.escape(hostname[:_HEAD])
    return re.compile(rf"^{head}[^\s#>(]*(?:\((?P<mode>[^)\s]+)\))?[#>] ?", re.MULTILINE)


def answers(
    text: str, lines: Sequence[str], prompt: re.Pattern[str]
) -> tuple[tuple[Answer, ...], int] | None:
    """Match ``text`` to the lines that were typed; None while the last answer is incomplete.

    A line's answer is what stands between its echo and the next prompt. The echo is looked for
    first: a prompt before it is an old one, printed again behind a log message; one inside a
    configuration that has not come to its `end` is none. Returned beside the answers is where the
    last one ends.
    """
    found: list[Answer] = []
    position = 0
    for index, line in enumerate(lines):
        echo = text.find(f"{line}\n", position)
        if echo < 0:
            return None
        start = echo + len(line) + 1
        last = index == len(lines) - 1
        shows = line in _SHOWS_CONFIGURATION
        ends = _prompts(text, start, prompt, last=last)
        end = next((at for at in ends if not (shows and _is_half(text[start : at.start()]))), None)
        if end is None:
            return None
        found.append(Answer(line, without_logs(text[start : end.start()]), end["mode"] or ""))
        position = end.end()
    return tuple(found), position


def _prompts(
    text: str, start: int, prompt: re.Pattern[str], *, last: bool
) -> Iterator[re.Match[str]]:
    """Find the prompts behind an answer; behind the last one nothing was typed, so none follows."""
    for match in prompt.finditer(text, start):
        if not last or text[match.end() : match.end() + 1] in ("", "\n"):
            yield match


def configuration(text: str) -> str:
    """Return a configuration without what `show` prints around it; "" where there is none.

    Above: `Building configuration...`, `Current configuration : 5066 bytes` (ios-facts §7) or
    `Using 1540 out of 262136 bytes`. startup-config is not present on a router never saved.
    """
    found = _BEGINS.search(text)
    return text[found.start() :] if found else ""


def _is_half(text: str) -> bool:
    """Tell whether ``text`` has a configuration that does not come to its end."""
    shown = configuration(without_logs(text))
    return bool(shown) and not _ENDS.search(shown)


def without_logs(text: str) -> str:
    """Return an answer without the log messages printed into it and without blank ends."""
    return _LOG_MESSAGE.sub("", text).strip("\n")


def refusal(answer: str) -> str | None:
    """Return why a configuration line was refused, or None where it was accepted.

    Any answer is a refusal unless it is on the list of known warnings (ios-facts §10).
    """
    said = [line.strip() for line in answer.splitlines() if not _CARET.match(line)]
    left = [line for line in said if line and not any(known.match(line) for known in _WARNINGS)]
    return " / ".join(left) or None


def exec_refusal(answer: str) -> str | None:
    """Return why an EXEC command was refused, or None where it ran."""
    # At the start alone: further down the words belong to what a command shows.
    head = "\n".join(line for line in answer.splitlines() if not _CARET.match(line))[:400]
    found = _EXEC_REFUSAL.match(head.lstrip("\n"))
    return found[0].strip() if found else None


def is_authorization(answer: str) -> bool:
    """Tell whether AAA refused, rather than the parser."""
    return bool(_AUTHORIZATION.search(answer))


def is_rolled_back(answer: str) -> bool:
    """Tell whether the router's own revert timer fired (ios-facts §9)."""
    return bool(_ROLLED_BACK.search(answer))
