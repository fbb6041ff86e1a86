"""Runs: what a change was made from, how far it came, and what became of it.

A run is a folder ``runs/RUN`` of the state folder: ``about.json``, ``NAME.before`` (compressed) for
each router that a line was sent to, ``events.jsonl`` and, once it has ended, ``result.json``.
Backups are as read, secrets and all; the rest is redacted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, fields
from functools import partial
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote, unquote

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest, quoted
from knockdeploy.operator import who
from knockdeploy.store.before import Before, unpacked
from knockdeploy.store.journal import (
    DAMAGED,
    NO_BACKUP,
    Event,
    Happened,
    are_texts,
    ended_once,
    endings_in,
    event_line,
    events_in,
    have_outcomes,
    loaded,
    now,
    outcome_line,
    written,
)
from knockdeploy.store.locks import HeldError
from knockdeploy.store.reserve import Reserve
from knockdeploy.store.run_names import is_name, moment_of, new_name
from knockdeploy.store.state import StateDir

_RUNS: Final = "runs"
LATEST: Final = "latest"
_BEFORE: Final = ".before"


@dataclass(frozen=True, slots=True)
class About:
    """What a run was: ``started`` in UTC, ``hosts`` all it was for."""

    command: str = "unknown"
    started: str = ""
    who: str = "unknown"
    hosts: tuple[str, ...] = ()


class Run:
    """One run, made or read; nothing is written before the first call that keeps something.

    Raises:
        InputError: from every method but ``note``, if a file is damaged or cannot be used.
    """

    def __init__(self, state: StateDir, name: str) -> None:
        self.name = name
        self._path = state.path / _RUNS / name
        self._files = state.files
        self._folder = f"{_RUNS}/{name}"
        self._reserve = Reserve(state.files, f"{self._folder}/reserve")

    def begin(self, command: str, hosts: Iterable[str]) -> None:
        """Keep what the run is about to do."""
        about = About(command, now(), who(), tuple(hosts))
        self._keep("about.json", json.dumps(asdict(about)))

    def agree(self, terms: Mapping[str, object]) -> None:
        """Keep what was agreed to, for whoever resumes the run."""
        self._keep("terms.json", json.dumps(terms))

    @property
    def terms(self) -> Mapping[str, Any] | None:
        """What was agreed to; None of a run of an earlier version."""
        return self._read("terms.json")

    @contextmanager
    def under_way(self, n_at_once: int) -> Iterator[None]:
        """Hold the run's lock, and room for so many routers at once, until the block ends."""
        with ExitStack() as until_over:
            try:
                lock = self._files.hold(f"{self._folder}/lock", f"process {os.getpid()}")
                until_over.enter_context(lock)
            except HeldError as error:
                message = f"run {self.name} is under way"
                hint = f"{error.by}; `show` tells how far it is"
                raise InputError(Mistake(message, hint)) from None
            self._files.forget(f"{self._folder}/stop")
            with self._reserve.kept(n_at_once):
                yield

    @property
    def is_under_way(self) -> bool:
        """Whether it is being carried out now."""
        return self._files.is_held(f"{self._folder}/lock")

    @property
    def is_short_of_room(self) -> bool:
        """Whether no other router may begin: the disk has room for those in flight alone."""
        return self._reserve.is_spent

    def ask_to_stop(self) -> None:
        """Have the run start no further router."""
        self._files.write(f"{self._folder}/stop", b"")

    @property
    def is_asked_to_stop(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._files.has(f"{self._folder}/stop")

    def keep_before(self, host: str, before: Before) -> None:
        """Keep a router's configuration durably.

        Only the first is kept: a run that is resumed may find its own lines.
        """
        name, packed = self._of(host), before.packed()
        write = partial(self._files.write, name, packed, is_new=True, is_durable=True)
        self._reserve.used_for(write)

    def note(self, host: str, event: Event, reverts: str = "") -> str | None:
        """Note that something has happened; return why that could not be noted.

        A router in the middle of its change does not fail for it.
        """
        return self._add([event_line(host, event, reverts)])

    def begun(self, hosts: Iterable[str]) -> str | None:
        """Note that turns begin, all at once; return why that could not be noted."""
        return self._add([event_line(host, Event.BEGUN) for host in hosts])

    def ended(self, outcomes: Mapping[str, object]) -> str | None:
        """Note what became of routers, redacted; return why that could not be noted."""
        return self._add([outcome_line(host, each) for host, each in outcomes.items()])

    def _add(self, lines: Sequence[str]) -> str | None:
        file, text = f"{self._folder}/events.jsonl", "".join(lines)
        try:
            self._reserve.used_for(partial(self._files.append, file, text.encode()))
        except InputError as error:
            return str(error)
        return None

    def finish(self, result: Mapping[str, object]) -> None:
        """Keep the redacted document of the run."""
        self._keep("result.json", json.dumps(result))

    @property
    def about(self) -> About:
        """What the run was; what is not known of one that was cut short has its default."""
        if (data := self._read("about.json")) is None:
            return About()
        try:
            command, started, by, hosts = (data[each.name] for each in fields(About))
        except KeyError:
            raise self._damaged("about.json") from None
        if not isinstance(hosts, list) or not are_texts(command, started, by, *hosts):
            raise self._damaged("about.json")
        return About(command, started, by, tuple(hosts))

    @property
    def began(self) -> str:
        """When the run began, in UTC; where nothing tells it any more, its name does."""
        named = written(moment_of(self.name))
        try:
            return self.about.started or named
        except InputError:  # damaged; what it found on each router is not
            return named

    @property
    def result(self) -> Mapping[str, Any] | None:
        """The document of the run; None where it has not ended, or was killed."""
        result = self._read("result.json")
        if result is not None and not have_outcomes(result):
            raise self._damaged("result.json")
        return result

    @property
    def events(self) -> tuple[Happened, ...]:
        """What was noted, in order; a line that was cut short was not."""
        return events_in(self._lines())

    @property
    def endings(self) -> Mapping[str, Mapping[str, Any] | None]:
        """What became of each host whose turn was begun; None where that was not noted."""
        return endings_in(self._lines())

    @property
    def ended_once(self) -> frozenset[str]:
        """The hosts whose turn is over, and which were not checked after the soak."""
        return ended_once(self._lines())

    def _lines(self) -> Iterator[dict[str, Any]]:
        content = self._files.read(f"{self._folder}/events.jsonl") or b""
        yield from filter(None, map(loaded, BytesIO(content)))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of which there is a backup."""
        names = self._files.names(self._folder)
        return tuple(unquote(each[: -len(_BEFORE)]) for each in names if each.endswith(_BEFORE))

    def before(self, host: str) -> Before:
        """Return what a router was like before the run.

        Raises:
            InputError: nothing was kept of it, or the file is damaged.
        """
        if (packed := self._files.read(self._of(host))) is None:
            hint = nearest(host, list(self.hosts)) if self.hosts else "no line was sent to any"
            message = f"run {self.name} has no configuration of {quoted(host)}"
            raise InputError(Mistake(message, hint, host=host))
        if (before := unpacked(packed)) is None:
            raise self._damaged(f"{quote(host, safe='')}{_BEFORE}")
        return before

    def _of(self, host: str) -> str:
        return f"{self._folder}/{quote(host, safe='')}{_BEFORE}"

    def _keep(self, file: str, text: str) -> None:
        self._files.write(f"{self._folder}/{file}", f"{text}\n".encode(), is_durable=True)

    def _read(self, file: str) -> dict[str, Any] | None:
        if (content := self._files.read(f"{self._folder}/{file}")) is None:
            return None
        if (data := loaded(content)) is None:
            raise self._damaged(file)
        return data

    def _damaged(self, file: str) -> InputError:
        path = str(self._path / file)
        return InputError(Mistake("the file is damaged", DAMAGED.get(file, NO_BACKUP), path))


class Runs:
    """The runs made from here, in ``state``."""

    def __init__(self, state: StateDir) -> None:
        self._state = state

    def begin(self, name: str, command: str, hosts: Iterable[str]) -> Run:
        """Begin a run; by another name, where another process has begun one of this name."""
        while not self._state.files.claim(f"{_RUNS}/{name}"):
            name = new_name()
        run = Run(self._state, name)
        run.begin(command, hosts)
        return run

    def names(self) -> list[str]:
        """Return the names of all runs, the newest first; an empty folder, of no room, is none."""
        named = filter(is_name, self._state.files.names(_RUNS))
        return sorted(filter(self._has_files, named), reverse=True)

    def _has_files(self, name: str) -> bool:
        try:
            return bool(self._state.files.names(f"{_RUNS}/{name}"))
        except InputError:  # somebody else's, say: whoever opens it is told
            return True

    def all(self) -> list[Run]:
        """Return all runs, the newest first."""
        return [Run(self._state, name) for name in self.names()]

    def open(self, prefix: str) -> Run:
        """Return the run of this name, the one that begins so, or the latest.

        Raises:
            InputError: there is none, or there are several.
        """
        names = self.names()
        if prefix == LATEST:
            found = names[:1]
        else:
            found = [name for name in names if prefix and name.startswith(prefix)]
        if len(found) == 1:
            return Run(self._state, found[0])
        file, key = str(self._state.path / _RUNS), "RUN"
        if found:
            message = f"{len(found)} runs begin with {quoted(prefix)}"
            raise InputError(Mistake(message, nearest("", found), file, key=key))
        hint = nearest(prefix, names) if names else "no runs from this project yet"
        raise InputError(Mistake(f"there is no run {quoted(prefix)}", hint, file, key=key))
