"""Saved plans: what each router was like when its plan was made, and what the plan sends.

A plan file holds secrets and is for its owner alone. It proves nothing by itself: a deployment
plans anew and holds what it finds to the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from knockdeploy.command import Command, Phase
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, Names
from knockdeploy.octets import bytes_of
from knockdeploy.plain_files import NotPlainError, hint_for, reading, replacing
from knockdeploy.sequence import Knock
from knockdeploy.store import host_lines
from knockdeploy.store.packed import Packed

_SCHEMA: Final = "knockdeploy/planfile/1"
_NOTE: Final = "This file has knock ports: protect it like a password."
_BEGINS: Final = b'{"schema": "knockdeploy/planfile/'
_AGAIN: Final = "make it again with plan -o"


@dataclass(frozen=True, slots=True)
class PlanDigest:
    """One router's plan in digests, of what it was made from and of what it sends."""

    intent: str
    running: str
    positions: str
    commands: str

    def other_than(self, now: PlanDigest) -> str | None:
        """Return what has changed since it was planned; None if nothing has."""
        kept = (
            ("its running configuration", self.running == now.running),
            ("the numbers of the entries of its access lists", self.positions == now.positions),
            ("what would be sent", self.commands == now.commands),
        )
        return next((what for what, is_same in kept if not is_same), None)


@dataclass(frozen=True, slots=True)
class Planned:
    """One router's plan: digests of what it was made from, and what it sends, in order.

    ``diff`` is for people, without secrets.
    """

    intent: str
    running: str
    positions: str
    commands: tuple[Command, ...] = field(repr=False)
    summary: str = field(default="", compare=False)
    diff: str = field(default="", compare=False, repr=False)

    @property
    def digest(self) -> PlanDigest:
        """What a deployment is held to: of a whole fleet it is kept as long as the run lasts."""
        sent = [(each.line, each.parents, each.phase, each.alone) for each in self.commands]
        return PlanDigest(self.intent, self.running, self.positions, digest(json.dumps(sent)))


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan of several hosts: its run, and when (UTC) and by whom it was made."""

    run: str
    made: str
    who: str
    hosts: Mapping[str, Planned]


def digest(text: str) -> str:
    """Return the digest of a text."""
    return hashlib.sha256(bytes_of(text)).hexdigest()


def intent_digest(intent: Intent) -> str:
    """Return the digest of an intent."""
    return digest(json.dumps(dict(intent), sort_keys=True, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, Names):
        return dict(value)
    return asdict(value) if isinstance(value, Knock) else str(value)


def refuse_foreign(file: Path) -> None:
    """Refuse to write a plan over another kind of file, or where nothing can be written.

    Raises:
        InputError: the file is as it was.
    """
    try:
        if os.path.lexists(file) and _beginning(file) != _BEGINS:
            raise InputError(
                Mistake("already exists and is not a plan file", "choose another", str(file))
            )
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise _unusable(file, "written", error) from None


def _beginning(file: Path) -> bytes:
    with suppress(NotPlainError, IsADirectoryError), reading(file) as stream:
        return stream.read(len(_BEGINS))
    return b""


def save_plan(file: Path, plan: SavedPlan) -> None:
    """Write a plan, whole or not at all, for its owner alone.

    Raises:
        InputError: it cannot be written, or would replace a file that is not a plan.
    """
    refuse_foreign(file)
    words = {"run": plan.run, "made": plan.made, "who": plan.who}
    about = {"schema": _SCHEMA, "note": _NOTE, **words}
    hosts = ((name, asdict(each)) for name, each in plan.hosts.items())
    try:
        with replacing(file, is_durable=True) as stream:
            stream.writelines(piece.encode() for piece in host_lines.lines(about, hosts))
    except OSError as error:
        raise _unusable(file, "written", error) from None


def load_plan(file: Path) -> SavedPlan:
    """Return the plan of a file.

    Raises:
        InputError: it cannot be read, is damaged, of another version, or no plan.
    """
    try:
        with reading(file) as stream:
            return _plan(file, *host_lines.read(stream))
    except (NotPlainError, IsADirectoryError):
        message, hint = "is not a file", "--plan takes a file that plan -o wrote"
        raise InputError(Mistake(message, hint, str(file))) from None
    except OSError as error:
        raise _unusable(file, "read", error) from None
    except (ValueError, RecursionError):
        raise _damaged(file) from None


def _plan(file: Path, about: Mapping[str, Any], hosts: Iterable[tuple[str, Any]]) -> SavedPlan:
    schema = about.get("schema")
    if schema != _SCHEMA:
        is_plan = isinstance(schema, str) and schema.startswith(_SCHEMA.rpartition("/")[0])
        message = (
            "was written by another version of knockdeploy" if is_plan else "is not a plan file"
        )
        raise InputError(Mistake(message, _AGAIN, str(file), key="schema"))
    words = [about.get(key) for key in ("run", "made", "who")]
    if not all(isinstance(word, str) for word in words):
        raise _damaged(file)
    planned = Packed((host, _planned(file, host, each)) for host, each in hosts)
    if not planned:
        message = "has no host: none was planned when it was made"
        raise InputError(Mistake(message, _AGAIN, str(file), key="hosts"))
    return SavedPlan(about["run"], about["made"], about["who"], planned)


def _planned_from(data: Mapping[str, Any]) -> Planned:
    commands = tuple(
        Command(each["line"], tuple(each["parents"]), Phase(each["phase"]), each["alone"])
        for each in data["commands"]
    )
    intent, running, positions, summary = (
        str(data[key]) for key in ("intent", "running", "positions", "summary")
    )
    diff = str(data.get("diff", ""))  # which earlier versions did not keep
    return Planned(intent, running, positions, commands, summary, diff)


def _planned(file: Path, host: str, data: Mapping[str, Any]) -> Planned:
    try:
        return _planned_from(data)
    except (KeyError, TypeError, ValueError):
        raise _damaged(file, host, f"hosts.{host}") from None


def _damaged(file: Path, host: str | None = None, key: str | None = None) -> InputError:
    message = "is not a plan file, or is damaged or cut short"
    return InputError(Mistake(message, _AGAIN, str(file), host, key))


def _unusable(file: Path, what: str, error: OSError) -> InputError:
    message = f"cannot be {what}: {error.strerror}"
    return InputError(
        Mistake(
            message,
            hint_for(error, "choose another file, or give this user access"),
            str(file),
        )
    )
