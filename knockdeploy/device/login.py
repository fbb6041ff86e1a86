"""From the first prompt to a privileged session that neither pages nor breaks lines."""

from __future__ import annotations

import re
from typing import Final

from knockdeploy.device.answers import Answer, Answers
from knockdeploy.device.async_messages import Incoming
from knockdeploy.device.dialogue import second_question
from knockdeploy.device.expectations import USUAL, Expectations
from knockdeploy.device.prompts import Prompt, looks_like_prompt
from knockdeploy.device.refusals import is_authorization, refusal
from knockdeploy.device.terminal import Terminal
from knockdeploy.errors import AuthorizationError, LoginRefusedError, PrivilegeError

# In one write, after a prompt was seen: none asks anything nor flushes what was typed ahead
# (netmiko sends the second as soon as it sees the echo of the first). The width first: the echo
# of longer lines is cut otherwise.
_PREPARE: Final = ("terminal width 511", "terminal length 0")
_LEVEL: Final = "show privilege"
_HIGHEST: Final = 15
_FIRST_PROMPT_S: Final = 30.0  # TACACS takes 7 to 15 s on bad days
_QUIET_S: Final = 0.5  # an unfinished line that stays so is a question
_USUAL: Final = re.compile(r"(?:password|passcode): ?\Z", re.IGNORECASE)
_NO_SECRET: Final = re.compile(r"user(?:name)?: ?\Z|login: ?\Z", re.IGNORECASE)
_SHOWN_LEVEL: Final = re.compile(r"privilege level is (\d{1,2})\b", re.IGNORECASE)
_NO_ANSWER: Final = "give `secret` under connection_options of this host"
_WRONG_ANSWER: Final = "correct `secret` under connection_options of this host"
_NO_ENABLE: Final = "No password set"  # IOS: over a VTY there is no `enable` without a secret
_NO_ENABLE_HINT: Final = "configure `enable secret` there, or log in with privilege 15"
_LEVEL_HINT: Final = (
    "it sees a part of running-config: log in with privilege 15, or give `secret` under "
    "connection_options for `enable`"
)


def prepare(terminal: Terminal, secret: str, expectations: Expectations = USUAL) -> Prompt:
    """Wait for the prompt, switch paging off, become privileged; return the prompt.

    Raises:
        LoginRefusedError: enable was refused.
        PrivilegeError: the session has a lower privilege level than 15, or a parser view.
        AuthorizationError: AAA refuses one of the terminal commands.
    """
    within_s = max(_FIRST_PROMPT_S, expectations.silence_s)
    terminal.read(lambda seen: looks_like_prompt(seen.end) or None, within_s)
    terminal.trips = 0  # the login is counted by nobody
    prompt, (*prepared, level) = _typed(terminal, (*_PREPARE, _LEVEL), within_s)
    for answer in prepared:
        if refused := refusal(answer.text, expectations.harmless):
            raise AuthorizationError(answer.line, refused)
    lack = _lacks(level, prompt)
    if lack and (secret or not prompt.is_privileged):
        was_privileged, prompt = prompt.is_privileged, _enabled(terminal, secret, prompt, within_s)
        lack = ""
        if was_privileged:  # the prompt does not tell what has become of it
            prompt, (level,) = _typed(terminal, (_LEVEL,), within_s)
            lack = _lacks(level, prompt)
    if lack:
        raise PrivilegeError(f"the login {lack}", _LEVEL_HINT)
    return prompt


def _typed(
    terminal: Terminal, lines: tuple[str, ...], within_s: float
) -> tuple[Prompt, tuple[Answer, ...]]:
    """Type ``lines``; return the prompt that their echoes stand behind, and their answers.

    What looked like the first prompt may have been a line of a banner, before a pause.
    """

    def complete(seen: Incoming) -> tuple[Prompt, tuple[Answer, ...]] | None:
        prompt = Prompt(seen.end.rstrip(" "))
        found = looks_like_prompt(seen.end) and Answers(lines, prompt, configures=False)(seen)
        return (prompt, found) if found else None

    terminal.write("".join(f"{line}\n" for line in lines))
    return terminal.read(complete, within_s)


def _lacks(level: Answer, prompt: Prompt) -> str:
    """Return what keeps the session from seeing and changing everything, "" where nothing does."""
    if found := _SHOWN_LEVEL.search(level.text):
        return "" if int(found[1]) >= _HIGHEST else f"has privilege level {found[1]}, not 15"
    if not prompt.is_privileged:
        return "is not privileged"
    if is_authorization(level.text):  # AAA judges every command: of what it lets through, all
        return ""
    shown = " / ".join(level.text.split("\n")).strip()
    return f"has a parser view, not privilege level 15: `{_LEVEL}` answers '{shown}'"


def _enabled(terminal: Terminal, secret: str, prompt: Prompt, within_s: float) -> Prompt:
    """Enable the session; return its prompt then.

    Raises:
        LoginRefusedError: it could not be, or a second question came.
    """
    terminal.write("enable\n")
    question, now, error = _asked(terminal, prompt, within_s)
    if question:
        if not secret:
            msg = f"enable asks '{question}', and the inventory has no answer"
            raise LoginRefusedError(msg, _NO_ANSWER)
        if _NO_SECRET.search(question):  # what is typed there may be shown
            raise LoginRefusedError(f"enable asks '{question}': which the secret does not answer")
        terminal.write(f"{secret}\n")  # alone: a question eats what is typed ahead
        second, now, error = _asked(terminal, prompt, within_s)
        if second not in {"", question}:
            raise second_question("enable", question, second)
    if now is None or not now.is_privileged:
        msg = ": ".join(filter(None, ("the router refused to enable this session", error)))
        wrong = _WRONG_ANSWER if secret else _NO_ANSWER
        raise LoginRefusedError(msg, _NO_ENABLE_HINT if _NO_ENABLE in error else wrong)
    return now


def _asked(terminal: Terminal, prompt: Prompt, within_s: float) -> tuple[str, Prompt | None, str]:
    """Return the question that `enable` asks, or the prompt it leads to, and any error before.

    Not every question is `Password:`: AAA servers ask for a passcode or a token, too.
    """

    def complete(seen: Incoming) -> tuple[str, Prompt | None] | None:
        tail = seen.end.rstrip(" ")
        if tail[:-1] == prompt.text[:-1] and tail.endswith((">", "#")):
            return "", Prompt(tail)
        return (tail, None) if tail.endswith(":") else None

    found = terminal.wait(complete, within_s)
    while found[0] and not _USUAL.search(found[0]) and not terminal.is_quiet(_QUIET_S):
        found = terminal.wait(complete, within_s)
    errors = (line for line in terminal.forget().lines if line.startswith("%"))
    return *found, next(errors, "").strip()
