"""Where a check is reported: on the terminal, or in files for other programs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet_page import PageContext
from knockdeploy.cli.private_files import keep_pieces, refuse_other
from knockdeploy.errors import InputError, Mistake
from knockdeploy.octets import readable, tamed
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.formats import FORMATS, pieces_of
from knockdeploy.report.outcome import Outcome

_AT_ONCE: Final = 100_000
"""So many characters are kept before they are printed."""
TABLE, NAGIOS, PAGE = "table", "nagios", "html"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The format that goes to stdout, and those that go to files."""

    shown: str
    files: Mapping[Path, str]

    @property
    def has_page(self) -> bool:
        """Whether one of them is the page, which also shows earlier checks."""
        return PAGE in {self.shown, *self.files.values()}


def wanted(formats: Sequence[str], output: Path | None, *, json: bool) -> Wanted:
    """Return what ``--format`` and ``-o`` ask for; no file is written yet.

    Raises:
        InputError: there is no such format, two want stdout, or a file cannot be written.
    """
    named = [each.partition("=") for each in formats]
    pairs = [(Path(file), name) for name, equals, file in named if equals]
    shown = [name for name, equals, _ in named if not equals]
    if output is not None:
        if len(shown) != 1:
            raise _wrong("-o is for one --format without a file", "--format junit -o FILE", "-o")
        pairs.append((output, shown.pop()))
    files = dict(pairs)
    if len(files) < len(pairs):
        raise _wrong("two formats have the same file", "give each a file of its own")
    if json:
        shown = [*filter("json".__ne__, shown), "json"]
    if len(shown) > 1:
        raise _wrong(f"{' and '.join(shown)} cannot both go to stdout", "--format NAME=FILE")
    mistakes = [*_unknown(shown, (TABLE, *FORMATS)), *_unknown(files.values(), FORMATS)]
    mistakes += filter(None, map(_unwritable, files))
    InputError.raise_for(mistakes)
    return Wanted(shown[0] if shown else TABLE, files)


def put(
    console: Console,
    outcomes: Mapping[str, Outcome],
    what: Wanted,
    context: PageContext,
) -> FleetCheck | None:
    """Write the files, and print what is neither a table nor a document; return what they tell.

    Raises:
        InputError: a file cannot be written.
    """
    is_printed = what.shown not in {TABLE, "json"}
    if not is_printed and not what.files:
        return None
    check = FleetCheck.of(console.run, outcomes, fit_for_files(console), context.keys, context.past)
    for file, name in what.files.items():
        keep_pieces(file.parent, file.name, pieces_of(name, check))
    if is_printed:
        put_out(console, pieces_of(what.shown, check))
    return check


def put_out(console: Console, pieces: Iterable[str]) -> None:
    """Print a text that is not held as a whole, many lines at a time."""
    kept = ""
    for piece in pieces:
        kept += piece
        if len(kept) > _AT_ONCE and "\n" in kept:
            lines, _, kept = kept.rpartition("\n")
            console.whole(lines)
    if kept:
        console.whole(kept.rstrip("\n"))


def fit_for_files(console: Console) -> Callable[[str], str]:
    """Return a function that makes a text safe for a file that others read."""
    return lambda text: tamed(readable(console.redact(text)))


def _unknown(names: Iterable[str], known: Sequence[str]) -> Iterator[Mistake]:
    for name in names:
        if name not in known:
            hint = ", ".join(known)
            yield Mistake(f"unknown format {name!r}", hint, key="--format")


def _unwritable(file: Path) -> Mistake | None:
    """Return why a file cannot be written, before any router is asked."""
    if file.exists() and not file.is_file():
        return Mistake("is not a file", "--format NAME=FILE", str(file), key="--format")
    try:
        refuse_other(file, is_report, "choose another name")
        with tempfile.TemporaryFile(dir=file.parent):
            return None
    except InputError as error:
        return error.mistakes[0]
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        return Mistake(message, "choose another folder", str(file), key="--format")


def is_report(text: str) -> bool:
    """Tell whether a check or `show` wrote this text: each has our name in it."""
    return "knockdeploy" in text or text.startswith("KNOCK ")


def _wrong(message: str, hint: str, key: str = "--format") -> InputError:
    return InputError(Mistake(message, hint, key=key))
