"""How a router will go back by itself while a change is under way. Pure.

What that takes on the router is there for the time of the change alone, and known by its name.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from knockdeploy.command import Command
from knockdeploy.ios import view
from knockdeploy.ios.applet import APPLET, applet_name, lacks_user
from knockdeploy.ios.tree import Node

_COPY: Final = "flash:knockdeploy-revert{mark}.cfg"
_ARCHIVE: Final = (Command("archive"), Command("path flash:knockdeploy-", ("archive",)))
_OUR_PATH: Final = re.compile(r"path \w+:/?knockdeploy-$")  # images print flash0: for flash:
_NAME: Final = "knockdeploy_revert_"
_MAXRUN_S: Final = 900  # replacing a configuration takes longer than the 20 s of ios-facts §3
_MINUTE_S: Final = 60
MAX_MINUTES: Final = 120
"""What `configure terminal revert timer` takes (ios-facts §9)."""


class Rung(enum.StrEnum):
    """What brings a router back, the best first."""

    TIMER = "timer"
    ARCHIVE = "archive"
    COPY = "copy"
    NONE = "none"


_BY: Final = {
    Rung.TIMER: "the router's own timer, copy at {path}",
    Rung.ARCHIVE: "the router's own timer, copy in flash (`archive` gets a path for the time of "
    "the change)",
    Rung.COPY: "an applet that restores a copy in flash (the archive is on a server, which may "
    "not answer when it is needed)",
    Rung.NONE: "the router cannot revert by itself: if it can no longer be reached after a "
    "failure, it keeps what was sent until then",
}


@dataclass(frozen=True, slots=True)
class Arming:
    """What brings a router back while a change is under way."""

    rung: Rung
    minutes: int
    """After which it does, at first."""
    by: str
    """What it is, in words."""
    lines: tuple[Command, ...] = ()
    """Typed before the change, taken away after it."""
    leftovers: tuple[Command, ...] = ()
    """What takes away what an earlier run could not."""
    bypasses: bool = False
    """Whether its applet needs `authorization bypass`."""
    mark: str = ""
    """In the names of this run's copy and applets: no run takes those of another for its own."""

    @property
    def copy(self) -> str:
        """The file that this run's applet puts back."""
        return _COPY.format(mark=f"-{self.mark}" if self.mark else "")

    def applet(self, number: int) -> str:
        """Return the name of the n-th applet: the next one counts before this one is removed."""
        return f"{_NAME}{self.mark}{'_' if self.mark else ''}{number}"

    @property
    def summary(self) -> str:
        """What to tell of it."""
        return f"{'NOT armed:' if self.rung is Rung.NONE else 'armed by'} {self.by}"

    def countdown(self, minutes: int, number: int = 1) -> tuple[Command, ...]:
        """Return applet ``number``, which puts the copy back after so many minutes."""
        header = f"{APPLET}{self.applet(number)}"
        header += " authorization bypass" if self.bypasses else ""
        lines = (
            f"event timer countdown time {minutes * _MINUTE_S} maxrun {_MAXRUN_S}",
            'action 1.0 cli command "enable"',
            f'action 2.0 cli command "configure replace {self.copy} force"',
        )
        return (Command(header), *(Command(line, (header,)) for line in lines))


def arming(running: Node, minutes: int, *, reverts: bool = True, mark: str = "") -> Arming:
    """Return what will bring this router back; without ``reverts`` nothing does."""
    path = view.archive_path(disarmed(running))
    rung = _rung(path) if reverts else Rung.NONE
    left = tuple(removal(running))
    by = _BY[rung].format(path=path)
    found = Arming(rung, minutes, by, leftovers=left, bypasses=lacks_user(running), mark=mark)
    lines = {Rung.ARCHIVE: _ARCHIVE, Rung.COPY: found.countdown(minutes)}.get(rung, ())
    return replace(found, lines=lines)


def _rung(path: str | None) -> Rung:
    if path is None:
        return Rung.ARCHIVE
    return Rung.COPY if view.is_remote(path) else Rung.TIMER


def disarmed(config: Node) -> Node:
    """Return a configuration without what arms it."""
    return config.with_children(tuple(_without(config)))


def _without(config: Node) -> Iterator[Node]:
    for node in config.children:
        if _is_applet(node):
            continue
        if node.text == "archive":
            kept = tuple(each for each in node.children if not _OUR_PATH.match(each.text))
            if kept:  # an empty section is none
                yield node.with_children(kept)
        else:
            yield node


def removal(config: Node) -> Iterator[Command]:
    """Yield the lines that take away what arms a configuration."""
    for node in config.children:
        if _is_applet(node):
            yield Command(f"no {APPLET}{applet_name(node.text)}", alone=True)
        elif node.text == "archive":
            for line in node.children:
                if _OUR_PATH.match(line.text):
                    yield Command(f"no {line.text}", ("archive",), alone=True)


def countdowns(config: Node) -> tuple[str, ...]:
    """Return the names of the applets that would put a copy back.

    One whose last line was never typed, since its session was lost, does nothing.
    """
    found = (
        applet_name(node.text)
        for node in config.children
        if _is_applet(node) and any("configure replace" in line.text for line in node.children)
    )
    return tuple(filter(None, found))


def counting(registered: str) -> frozenset[str]:
    """Return the names of such applets in what a router shows of those it has registered."""
    return frozenset(re.findall(rf"\b{_NAME}\w+", registered))


def _is_applet(node: Node) -> bool:
    return node.text.startswith(f"{APPLET}{_NAME}")


def is_ours(file: str) -> bool:
    """Tell whether a file of flash is one that arming made: the copy, or one of our archive."""
    return bool(re.fullmatch(r"knockdeploy-(?:revert(?:-\w+)?\.cfg|\S*\d)", file))
