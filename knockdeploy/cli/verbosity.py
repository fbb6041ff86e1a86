"""-v and --debug: what is logged, on stderr, with its time and without secrets."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from knockdeploy.secret_words import without_secrets

if TYPE_CHECKING:
    from knockdeploy.cli.console import Console

_FORMAT: Final = "%(asctime)s.%(msecs)03d %(message)s"
_TRANSCRIPT: Final = "knockdeploy.transcript"
_VERBOSE: Final = {"knockdeploy": logging.INFO}
_DEBUG: Final = {
    "knockdeploy": logging.DEBUG,
    _TRANSCRIPT: logging.DEBUG,
    "paramiko.transport": logging.INFO,
}
"""Whose words are shown, and from which level on."""

_level = logging.WARNING


def want(*, verbose: bool, debug: bool) -> None:
    """Log more; the options may stand before and after the command."""
    global _level  # noqa: PLW0603  # of this process, as logging itself
    _level = min(_level, logging.DEBUG if debug else logging.INFO if verbose else logging.WARNING)


def reset() -> None:
    """Forget what was asked for: another command line begins."""
    global _level  # noqa: PLW0603
    _level = logging.WARNING
    for logger in map(logging.getLogger, _DEBUG):
        for handler in [each for each in logger.handlers if isinstance(each, _Handler)]:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)


def is_verbose() -> bool:
    """Tell whether every line is wanted."""
    return _level < logging.WARNING


def is_debug() -> bool:
    """Tell whether tracebacks are wanted."""
    return _level <= logging.DEBUG


def begin(console: Console) -> None:
    """Log to stderr what was asked for; ``console`` hides the secrets it knows by then."""
    if _level >= logging.WARNING:
        return
    handler = _Handler(console)
    for name, level in (_DEBUG if is_debug() else _VERBOSE).items():
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)


class _Handler(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.setFormatter(logging.Formatter(_FORMAT, "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        """Print a log record; what looks like a secret in a router's output is hidden."""
        try:
            is_answer = record.name == _TRANSCRIPT
            self._console.say(_without_secrets(self.format(record), is_answer=is_answer))
        except Exception:  # noqa: BLE001  # as logging's own handlers
            self.handleError(record)


class _AnyMember:
    """Masks every group member: a log does not always say of which group, any may be a knock."""

    def line(self, _parents: tuple[str, ...], line: str, /) -> str:
        from knockdeploy.secrets import MEMBER  # noqa: PLC0415  # only where logged

        return re.sub(rf"^({MEMBER})\d{{4,5}}$", r"\1<knock>", line)


def _without_secrets(text: str, *, is_answer: bool) -> str:
    """Return text without secrets; ``is_answer``: after the first line it is a router's answer."""
    if is_answer:
        from knockdeploy.compliance.transcript import redacted  # noqa: PLC0415  # only where logged

        head, _, answer = text.partition("\n")
        return f"{head}\n{redacted(answer, _AnyMember())}"
    return "\n".join(without_secrets(_AnyMember().line((), line)) for line in text.split("\n"))
