"""The ports command: a knock for each host that has none, in a file for its owner alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from knockdeploy.cli.arguments.hosts import Selection
from knockdeploy.cli.console import Console
from knockdeploy.cli.private_files import keep
from knockdeploy.compliance.new_sequence import draw_ports, port_text
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory.knock_files import KnockFile, knock_files
from knockdeploy.report.offline_outcomes import PortsOutcome
from knockdeploy.report.outcome import UNMANAGED, Outcome

_ELSEWHERE = "its knock is not in a file of its own"
_HOW = "knock.ports: file:knocks/{name}, in the host's group or in the defaults"


def ports(console: Console, selection: Selection, *, new: bool) -> int:
    """Draw a knock for each selected host whose file is not there; ``new``: for each of them.

    Raises:
        InputError: the project cannot be used, or a file cannot be written.
    """
    files = knock_files(selection.config, selection.limit or (), selection.filters or ())
    elsewhere = [name for name, file in files.items() if file and not file.path]
    InputError.raise_for(Mistake(_ELSEWHERE, _HOW, host=name) for name in elsewhere if new)
    drawn: set[Path] = set()
    outcomes: dict[str, Outcome] = {}
    for name, file in files.items():
        outcomes[name] = _kept(file, drawn, new=new) if file else UNMANAGED
    console.table(outcomes)
    if any(outcome.status == "written" for outcome in outcomes.values()):
        console.say(
            "a router knows its new knock once it is deployed; protect these files like passwords"
        )
    return console.finish(outcomes)


def _kept(file: KnockFile, drawn: set[Path], *, new: bool) -> PortsOutcome:
    path = file.path
    if path is None:
        return PortsOutcome("kept")
    if path not in drawn and (new or not path.exists()):
        keep(path.parent, path.name, port_text(draw_ports(_taken(file.knock))))
        drawn.add(path)
    return PortsOutcome("written" if path in drawn else "kept", str(path))


def _taken(knock: Mapping[str, object]) -> set[int]:
    """Return all numbers in services and outside ports; a few too many do no harm."""
    text = f"{knock.get('services')} {knock.get('outside_ports')}"
    return set(map(int, re.findall(r"\d+", text)))
