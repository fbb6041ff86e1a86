"""A router as a script: what it must be sent, and what it then says."""

from __future__ import annotations

from knockdeploy.command import Command, Phase
from knockdeploy.device.expectations import USUAL, Expectations
from knockdeploy.device.login import prepare
from knockdeploy.device.session import RouterSession
from knockdeploy.device.terminal import Terminal

READY = (
    "terminal width 511\nterminal length 0\nshow privilege\n",
    "terminal width 511\r\nR1#terminal length 0\r\nR1#show privilege\r\n"
    "Current privilege level is 15\r\nR1#",
)
ENTER = (
    "configure terminal\n",
    "configure terminal\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\n"
    "R1(config)#",
)
INVALID = "              ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"


def command(line: str, *parents: str) -> Command:
    return Command(line, parents, Phase.OPEN)


class Script:
    """A channel that plays one exchange after another; every text arrives in small pieces."""

    def __init__(self, *exchanges: tuple[str, str], piece: int = 7) -> None:
        self._exchanges = list(exchanges)
        self._pieces: list[bytes] = []
        self._piece = piece
        self.closed = False
        self.timeout_s: float | None = None

    def say(self, text: str) -> None:
        data = text.encode("latin-1")
        self._pieces += [data[i : i + self._piece] for i in range(0, len(data), self._piece)]

    def sendall(self, s: bytes, /) -> None:
        expected, answer = self._exchanges.pop(0)
        assert s.decode() == expected
        self.say(answer)

    def recv(self, nbytes: int, /) -> bytes:
        if self._pieces:
            return self._pieces.pop(0)
        if self.closed:
            return b""
        raise TimeoutError

    def settimeout(self, timeout: float | None, /) -> None:
        self.timeout_s = timeout

    @property
    def is_done(self) -> bool:
        return not self._exchanges


def session(
    *exchanges: tuple[str, str], expectations: Expectations = USUAL
) -> tuple[RouterSession, Script]:
    """Return a session of R1, logged in, and its script."""
    script = Script(READY, *exchanges)
    script.say("\r\nR1#")
    terminal = Terminal(script, "r1:22")

    def another() -> RouterSession:
        raise AssertionError

    hostname = prepare(terminal, "")
    return RouterSession(
        terminal, hostname, another=another, hang_up=lambda: None, expectations=expectations
    ), script
