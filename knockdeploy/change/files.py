"""The files that a change puts on a router: typed before what rests on them, deleted last of all.

Until a change is confirmed the router may go back by itself, and would find a file gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from knockdeploy.command import Command
from knockdeploy.device import flash
from knockdeploy.device.refusals import is_authorization
from knockdeploy.device.session import Pause, RouterSession
from knockdeploy.errors import RefusedLineError, UnsupportedError
from knockdeploy.ios.policy_file import KIND, is_file, path_and_digest
from knockdeploy.recipe.placement import Placement

Contents = Mapping[str, bytes]
"""What can be typed, by digest."""


def concerned(*placements: Placement) -> tuple[str, ...]:
    """Return the paths of files that are ours, or would be."""
    rows = (row for at in placements for row in at.owned)
    return tuple(dict.fromkeys(row.name for row in rows if row.kind == KIND))


def refuse_unknown(commands: Iterable[Command], contents: Contents) -> None:
    """Refuse to type a file that this version does not have.

    Raises:
        UnsupportedError: naming it; nothing was sent.
    """
    for command in filter(_puts, commands):
        path, digest = path_and_digest(command.line)
        if digest not in contents:
            raise UnsupportedError(
                f"{path} was there, and this version has no file with the MD5 digest {digest}",
                "the version of knockdeploy that put it there has it; deploy puts this one's",
            )


def send(
    session: RouterSession,
    commands: Sequence[Command],
    contents: Contents,
    on_accepted: Callable[[Command], None] = lambda _: None,
    pause: Pause = lambda _n_lines: None,
) -> None:
    """Send commands, files among them; those that are to go stay for ``delete_gone``.

    Raises:
        RouterError: as ``RouterSession.configure`` and ``flash.put``.
    """
    for about_files, group in groupby(commands, key=lambda command: is_file(command.line)):
        if not about_files:
            session.configure(tuple(group), on_accepted, pause)
            continue
        for command in group:
            path, digest = path_and_digest(command.line)
            if _puts(command) and digest in contents:
                flash.put(session, path, contents[digest])
            on_accepted(command)


def delete_gone(session: RouterSession, commands: Iterable[Command]) -> list[str]:
    """Delete the files that commands say are to go; return what to tell of those that stay."""
    notes: list[str] = []
    paths = sorted(gone(commands))
    answers = session.ask(*map(flash.verifying, paths)) if paths else ()
    there = flash.verified(dict(zip(paths, answers, strict=True)))
    for path, answer in zip(paths, answers, strict=True):
        try:
            if path in there or is_authorization(answer):  # or else it is gone already
                flash.delete(session, path)
        except RefusedLineError as error:
            notes.append(f"{path} stays on flash: {error.message}")
    return notes


def staying(commands: Iterable[Command]) -> list[str]:
    """Return what to tell of files that are to go, where startup-config may name them still."""
    return [
        f"{path} stays on flash, since startup-config may name it: once that is saved, "
        f"`delete /force {path}`"
        for path in sorted(gone(commands))
    ]


def gone(commands: Iterable[Command]) -> frozenset[str]:
    """Return the paths of the files that commands say are to go."""
    return frozenset(
        path_and_digest(each.line)[0] for each in commands if is_file(each.line) and not _puts(each)
    )


def _puts(command: Command) -> bool:
    return is_file(command.line) and not command.line.startswith("no ")
