"""A file typed in `tclsh` (ios-facts-more §C): written when it is left, seen by its digest."""

from __future__ import annotations

from hashlib import md5
from types import SimpleNamespace
from typing import Any

import pytest

from device.script import session
from knockdeploy.change import files
from knockdeploy.command import Command
from knockdeploy.device import flash
from knockdeploy.device.tclsh import refused
from knockdeploy.errors import RefusedLineError

PATH, CONTENT = "flash:watch.tcl", b"one\ntwo\n"
DIGEST = md5(CONTENT, usedforsecurity=False).hexdigest()
ENTER = ("tclsh\n", "tclsh\r\nR1(tcl)#")
FIRST = f'puts [open "{PATH}" w+] {{one'
SHOWN = f"verify /md5 {PATH}\r\n.MD5 of {PATH} Done!\r\nverify /md5 ({PATH}) = {{}}\r\nR1#"


def typed(last: str = "") -> tuple[str, str]:
    return (f"{FIRST}\rtwo}}\r", f"{FIRST}\r\n+>(tcl)#two}}\r\n{last}R1(tcl)#")


def left(says: str = "") -> tuple[str, str]:
    return ("tclquit\n", f"tclquit\r\n{says}R1#")


def verified(digest: str = DIGEST) -> tuple[str, str]:
    return (f"verify /md5 {PATH}\n", SHOWN.format(digest))


def test_a_file_is_typed_line_by_line_and_seen_by_its_digest() -> None:
    opened, script = session(ENTER, typed(), left(), verified())
    flash.put(opened, PATH, CONTENT)
    assert script.is_done


@pytest.mark.parametrize(
    ("exchanges", "says"),
    [
        ((typed('couldn\'t open "flash:watch.tcl"\r\n'), left()), "couldn't open"),
        ((typed(), left("%Error writing: No space left on device\r\n")), "No space left"),
        ((typed(), left(), verified("0" * 32)), f"({PATH}) = 0000"),
    ],
    ids=["a line is refused", "what was typed is not written", "another file is there"],
)
def test_what_the_router_says_of_a_file_is_an_error(
    exchanges: tuple[tuple[str, str], ...], says: str
) -> None:
    opened, script = session(ENTER, *exchanges)
    with pytest.raises(RefusedLineError) as caught:
        flash.put(opened, PATH, CONTENT)
    assert says in str(caught.value)
    assert "engine: applet" in caught.value.hint
    assert script.is_done


def test_a_router_without_the_shell_says_so() -> None:
    unknown = "% Unknown command or computer name, or unable to find computer address"
    opened, _ = session(("tclsh\n", f"tclsh\r\n{unknown}\r\nR1#"))
    assert unknown.removeprefix("% ") in refused(opened)
    opened, script = session(ENTER, left())
    assert refused(opened) == ""
    assert script.is_done


def test_a_file_that_was_put_there_is_told_so_that_an_undo_takes_it_away() -> None:
    line = Command(f"policy-file {PATH} {DIGEST}")
    ours = Command("event manager policy watch.tcl")
    told: list[Command] = []
    there: Any = SimpleNamespace(
        configure=lambda commands, on_accepted, _: [*map(on_accepted, commands)]
    )
    opened, script = session(ENTER, typed(), left(), verified())
    files.send(opened, [line], {DIGEST: CONTENT}, told.append)
    files.send(there, [ours, Command(f"no {line.line}")], {}, told.append)
    assert told == [line, ours, Command(f"no {line.line}")]
    assert script.is_done


OTHER = "flash:other.tcl"
GONE = [Command(f"no policy-file {PATH} {DIGEST}"), Command(f"no policy-file {OTHER} {DIGEST}")]


def asked(*answers: str) -> tuple[str, str]:
    paths = sorted([PATH, OTHER])
    lines = [f"verify /md5 {path}" for path in paths]
    told = "".join(f"{a}\r\n{b}\r\nR1#" for a, b in zip(lines, answers, strict=True))
    return ("".join(f"{line}\n" for line in lines), told)


def deleted(path: str, says: str = "") -> tuple[str, str]:
    return (f"delete /force {path}\n", f"delete /force {path}\r\n{says}R1#")


THERE, AWAY = f"verify /md5 (flash:x) = {DIGEST}", "%Error verifying (File not found)"
DENIED = "Command authorization failed."


def test_files_that_are_to_go_are_deleted_where_they_are() -> None:
    opened, script = session(asked(AWAY, THERE), deleted(PATH))
    assert files.delete_gone(opened, [*GONE, Command("no event manager policy watch.tcl")]) == []
    assert script.is_done


def test_who_may_not_look_tries_all_the_same_and_what_stays_is_told() -> None:
    busy = "%Error deleting flash:watch.tcl (Device or resource busy)\r\n"
    opened, script = session(asked(DENIED, THERE), deleted(OTHER), deleted(PATH, busy))
    (note,) = files.delete_gone(opened, GONE)
    assert note.startswith(f"{PATH} stays on flash: ")
    assert "busy" in note
    assert script.is_done


def test_without_a_file_that_is_to_go_nothing_is_asked() -> None:
    opened, script = session()
    assert files.delete_gone(opened, [Command(f"policy-file {PATH} {DIGEST}")]) == []
    assert files.staying(GONE[:1]) == [
        f"{PATH} stays on flash, since startup-config may name it: once that is saved, "
        f"`delete /force {PATH}`"
    ]
    assert script.is_done
