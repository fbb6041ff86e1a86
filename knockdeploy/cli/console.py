"""The one place that prints: data to stdout, everything else to stderr, secrets nowhere."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Final, TextIO

from knockdeploy.cli import color, verbosity
from knockdeploy.cli.wrapping import wrapped
from knockdeploy.errors import InputError, Mistake, UnprovedError
from knockdeploy.octets import readable, tamed
from knockdeploy.report.change import ChangeOutcome, PlannedThen, PlanOutcome
from knockdeploy.report.document import without_hosts, written
from knockdeploy.report.fold import folds
from knockdeploy.report.outcome import (
    DIFFERENCES,
    DONE,
    FAILURES,
    UNMANAGED,
    Outcome,
    exit_status,
)
from knockdeploy.report.proof import PROVED, ProveOutcome
from knockdeploy.report.summary import done
from knockdeploy.secrets import Redactor
from knockdeploy.store.run_names import new_name

_DELETE: Final = "\x7f"
_FINE: Final = frozenset({"compliant", "proved", "ready", "open", "ok", *DONE})
STYLES: Final = {
    **dict.fromkeys(_FINE, "green"),
    **dict.fromkeys((*DIFFERENCES, "skipped", "warned"), "yellow"),
    **dict.fromkeys(FAILURES - {"skipped"}, "red"),
}
"""A status has the colour of what it asks for."""
_FEW: Final = 10
"""So many routers have a line each; at a terminal, those of more that fared alike share one."""


class Console:
    """What one command says. ``redact`` is the last net under all of it.

    ``is_full``: diffs are shown with every line, and findings one by one.
    ``is_told``: the document, if one was asked for, was printed. ``unwritten`` is why something
    could not be written, a full disk say; a reader that went away does not count.
    ``printing`` is held while something is: so it is by whoever draws a screen.
    ``keep``, if there is one, gets the document of the run, whether that is printed or not.
    ``advise`` says what to type next, once it is known what became of each host.
    """

    def __init__(self, command: str, *, json: bool = False) -> None:
        self.command = command
        self.json = json
        self.run = new_name()
        self.redact = Redactor()
        self.is_told = False
        self.is_full = False
        self.unwritten = ""
        self.keep: Callable[[Mapping[str, object]], None] | None = None
        self.advise: Callable[[Mapping[str, Outcome]], Iterable[str]] = lambda _outcomes: ()
        self.printing = threading.Lock()

    def showing(self, *, full: bool) -> Console:
        """Return this console, which shows diffs and findings in full or folded."""
        self.is_full = full
        return self

    def out(self, text: str = "", style: str = "") -> None:
        """Print data, in a style where colours go; with --json the document alone is data."""
        stream = sys.stderr if self.json else sys.stdout
        self._print(_styled(wrapped(self.shown(text), stream), style, stream), stream)

    def whole(self, text: str) -> None:
        """Print data of which no line may be broken: a document, a crontab, a configuration."""
        self._print(self.shown(text), sys.stderr if self.json else sys.stdout)

    def secret(self, text: str) -> None:
        """Print data that is meant to show secrets: unchanged, unless to a terminal."""
        self._print(tamed(readable(text)) if sys.stdout.isatty() else text, sys.stdout)

    def say(self, text: str, style: str = "") -> None:
        """Print a message, in a style where colours go."""
        self._print(_styled(wrapped(self.shown(text), sys.stderr), style, sys.stderr), sys.stderr)

    def ask(self, question: str) -> str:
        """Return what is typed behind a question; empty if there is nobody."""
        self._print_all((f"{wrapped(self.shown(question), sys.stderr)} ",), sys.stderr)
        answer = ""
        try:
            answer = sys.stdin.readline()
        finally:  # Ctrl-C ends no line, and a pipe shows none
            if not (answer.endswith("\n") and sys.stdin.isatty() and sys.stderr.isatty()):
                self.say("")
        return answer.strip()

    def tell(self, host: str, what: str) -> None:
        """Print what happens on a host now; called from several threads."""
        self.say(f"{host}: {what}")

    @property
    def is_live(self) -> bool:
        """Whether a screen may be drawn: a terminal that takes it, and nobody wants more lines."""
        return _is_live(sys.stderr) and not verbosity.is_verbose()

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, str], None]]:
        """Show the latest progress message in one line that goes away; only on a terminal."""
        if not _is_live(sys.stderr):
            yield lambda _host, _what: None
            return
        from rich.console import Console as RichConsole  # noqa: PLC0415  # not for every command
        from rich.text import Text  # noqa: PLC0415

        with RichConsole(stderr=True).status("") as status:
            yield lambda host, what: status.update(Text(self.shown(f"{host}: {what}")))

    def finish(
        self,
        outcomes: Mapping[str, Outcome],
        mistakes: Sequence[Mistake] = (),
        *,
        shows_secrets: bool = False,
        more: Mapping[str, object] | None = None,
    ) -> int:
        """Print the JSON document, if asked for, what to do next, and how many are unmanaged.

        Return the exit status that the outcomes ask for. ``more`` are keys that this command's
        document has beside those of all.
        """
        # Looked at once: a fleet's may be packed.
        ends = [Outcome(each.status, error=each.error) for each in outcomes.values()]
        if n_unmanaged := sum(each.status == UNMANAGED.status for each in ends):
            self.say(f"{n_unmanaged} unmanaged: no `knock` in their data, or `enabled: false`")
        for step in self.advise(outcomes):
            self.say(step)
        if not self.is_told and (self.json or self.keep is not None):
            self.is_told = True
            frame = without_hosts(self.command, self.run, ends, mistakes) | dict(more or {})
            self._tell(frame, outcomes, dict if shows_secrets else self.redact.document)
        return exit_status(ends)

    def _tell(
        self,
        frame: Mapping[str, object],
        outcomes: Mapping[str, Outcome],
        redact: Callable[[Mapping[str, object]], dict[str, object]],
    ) -> None:
        shown = redact(frame)
        hosts: Iterable[tuple[str, object]] = (
            (name, redact(each.to_json())) for name, each in outcomes.items()
        )
        if self.keep is not None:
            hosts = dict(hosts).items()
            self._keep(self.keep, shown | {"hosts": dict(hosts)})
        if self.json:
            # In ASCII, of which JSON leaves one control as it is.
            text = (piece.replace(_DELETE, r"\u007f") for piece in written(shown, hosts))
            self._print_all(chain(text, "\n"), sys.stdout)

    def _keep(
        self, keep: Callable[[Mapping[str, object]], None], data: Mapping[str, object]
    ) -> None:
        try:
            keep(data)
        except InputError as error:  # the routers are what they are all the same
            self.say(f"the record of this run is incomplete: {error}")

    def table(self, outcomes: Mapping[str, Outcome]) -> None:
        """Print a line for each host: its status and, where it failed, why and what to do."""
        if self.json:
            return
        lines, statuses = {}, {}
        for name, outcome in outcomes.items():  # a fleet's may be packed
            lines[name], statuses[name] = _line(outcome), outcome.status
        if len(lines) > _FEW and color.is_screen(sys.stdout):
            for fold in folds(lines.items()):
                text = "\n    ".join((f"{fold.hosts}  {fold.text}", *fold.table))
                self.out(text, STYLES.get(statuses[next(iter(fold.values))], ""))
        else:
            width = max(map(len, lines), default=0)
            for name, line in lines.items():
                self.out(f"{name:<{width}}  {line}", STYLES.get(statuses[name], ""))
        if len(lines) > _FEW:
            counts = Counter(statuses.values()).most_common()
            words = ", ".join(f"{number} {status}" for status, number in counts)
            self.say(f"{len(lines)} hosts: {words}")

    def shown(self, text: str) -> str:
        """Return ``text`` without secrets and without what would steer a terminal."""
        return tamed(self.redact(text))

    def _print(self, text: str, stream: TextIO) -> None:
        self._print_all((text, "\n"), stream)

    def _print_all(self, pieces: Iterable[str], stream: TextIO) -> None:
        with self.printing:
            try:
                for piece in pieces:
                    print(piece, file=stream, end="")
                stream.flush()
            except OSError as error:
                # Whoever read us is gone; a router in the middle of its change is not.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
                if not isinstance(error, BrokenPipeError):
                    self.unwritten = error.strerror or type(error).__name__


def _styled(text: str, style: str, stream: TextIO) -> str:
    """Return ``text`` as Rich writes it to ``stream``: as it is where no colours go."""
    if not style or not color.is_colored(stream):
        return text
    from rich.console import Console as RichConsole  # noqa: PLC0415  # not for every command

    rich = RichConsole(
        file=stream,
        color_system="standard",
        no_color=False,
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    with rich.capture() as captured:
        rich.print(text, style=style, end="")
    return captured.get()


def _is_live(stream: TextIO) -> bool:
    """Tell whether a line there can be overwritten."""
    return color.is_screen(stream) and color.is_colored(stream)


def _line(outcome: Outcome) -> str:
    words = [outcome.status]
    if isinstance(outcome, ChangeOutcome) and outcome.status in DONE and outcome.diff:
        words = [f"{outcome.status}: {done(outcome.diff)}"]
    if isinstance(outcome, PlanOutcome | PlannedThen) and outcome.summary:
        words = [f"{outcome.status}: {outcome.summary}"]
    is_told = outcome.error is not None and outcome.error.kind == UnprovedError.kind
    if isinstance(outcome, ChangeOutcome | ProveOutcome) and outcome.proof and not is_told:
        level = outcome.proof.level
        words.append(
            f"(proof: {level}, {PROVED[level]})" if level in PROVED else f"(proof: {level})"
        )
    if outcome.error:
        words.append(str(outcome.error))
        if isinstance(outcome, ChangeOutcome):
            words.append(f"- {outcome.state.told}")
    return " ".join(words)
