"""The dialogue that a login or `enable` may be: one question is answered, a second one is named."""

from __future__ import annotations

from collections.abc import Sequence

from paramiko import AuthenticationException

from knockdeploy.errors import LoginRefusedError


def second_question(what: str, first: str, second: str) -> LoginRefusedError:
    """Return the error of a dialogue that asks more than we can answer; nothing secret is in it."""
    return LoginRefusedError(
        f"{what} asks '{second}' after '{first}', and the inventory has one answer",
        "use a login that asks only for a password; a new PIN or token code is typed by hand",
    )


class PasswordDialogue:
    """A keyboard-interactive login, answered with the password."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._asked: list[str] = []

    def __call__(
        self, _title: str, _instructions: str, fields: Sequence[tuple[str, bool]]
    ) -> list[str]:
        """Return the answers to what is asked now.

        Raises:
            LoginRefusedError, AuthenticationException: a second question, or the same again. It
                is raised in paramiko's thread and ends the login.
        """
        if not fields:  # some servers end their dialogue so
            return []
        self._asked += [question.strip() for question, _is_echoed in fields]
        first, *others = self._asked
        if second := next((other for other in others if other != first), None):
            raise second_question("the login", first, second)
        if others:
            raise AuthenticationException(f"asked twice: {first}")
        return [self._password]
