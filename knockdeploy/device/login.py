"""From the first prompt to a privileged session that neither pages nor breaks lines."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.device.answers import answers, login_prompt, prompt_pattern, refusal
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import AuthorizationError, LoginRefusedError

# In one write, after the prompt was seen: neither asks anything nor flushes what was typed ahead
# (netmiko sends the second as soon as it sees the echo of the first). The width first: the echo
# of longer lines is cut otherwise.
_PREPARE: Final = ("terminal width 511", "terminal length 0")
_FIRST_PROMPT_S: Final = 30.0  # TACACS takes 7 to 15 s on bad days
_PASSWORD: Final = re.compile(r"password: ?$", re.IGNORECASE)
_ENABLE_HINT: Final = "give `secret` under connection_options of this host"


def prepare(terminal: Terminal, secret: str) -> str:
    """Wait for the prompt, become privileged, switch paging off; return the hostname.

    Raises:
        LoginRefusedError: enable was refused.
        AuthorizationError: AAA refuses one of the terminal commands.
    """
    hostname, level = terminal.wait(_first_prompt, _FIRST_PROMPT_S)
    terminal.trips = 0  # the login is counted by nobody
    if level == ">":
        _enable(terminal, secret, hostname)
    terminal.write("".join(f"{line}\n" for line in _PREPARE))
    prompt = prompt_pattern(hostname)
    for answer in terminal.wait(lambda text: answers(text, _PREPARE, prompt), _FIRST_PROMPT_S):
        if said := refusal(answer.text):
            raise AuthorizationError(answer.line, said)
    return hostname


def _first_prompt(text: str) -> tuple[tuple[str, str], int] | None:
    match = login_prompt(text)
    return ((match["hostname"], match["level"]), match.end()) if match else None


def _enable(terminal: Terminal, secret: str, hostname: str) -> None:
    prompt = re.compile(rf"^{re.escape(hostname)}([>#]) ?\Z", re.MULTILINE)

    def level(text: str) -> tuple[str, int] | None:
        if match := prompt.search(text):
            return match[1], match.end()
        return ("", len(text)) if _PASSWORD.search(text) else None

    terminal.write("enable\n")
    seen = terminal.wait(level, _FIRST_PROMPT_S)
    if seen == "":
        if not secret:
            msg = "the router asks for an enable password and the inventory has none"
            raise LoginRefusedError(msg, _ENABLE_HINT)
        terminal.write(f"{secret}\n")  # alone: a question eats what is typed ahead
        seen = terminal.wait(level, _FIRST_PROMPT_S)
    if seen != "#":
        msg = "the router refused to enable this session"
        raise LoginRefusedError(msg, _ENABLE_HINT)
