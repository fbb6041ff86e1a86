"""A page to print, for apps without an import: as text, and as HTML that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import Final

import segno

from knockdeploy.knock.formats import shell
from knockdeploy.knock.formats.door import Door

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{name}</title>
<style>
body {{ font: 12pt sans-serif; margin: 2em; }}
td, th {{ padding: .1em 1em .1em 0; text-align: left; }}
code {{ font-size: 10pt; overflow-wrap: anywhere; }}
</style>
<h1>{name}</h1>
<table>
{rows}
</table>
<p><code>{line}</code></p>
{code}
<p>This page is a secret: whoever has it can knock.</p>
</html>
"""


def card(door: Door) -> str:
    """Return the card as text."""
    rows = _rows(door)
    width = max(len(name) for name, _ in rows)
    table = "".join(f"{name:<{width}}  {value}\n" for name, value in rows)
    return f"{door.name}\n\n{table}\n{shell.line(door)}\n"


def page(door: Door) -> str:
    """Return the card as a page, with the command as a QR code."""
    rows = "\n".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in _rows(door)
    )
    line = shell.line(door)
    code = segno.make(line, micro=False).svg_inline(scale=4)
    return _PAGE.format(name=escape(door.name), rows=rows, line=escape(line), code=code)


def _rows(door: Door) -> list[tuple[str, str]]:
    pause_ms, last = door.pause_ms(), len(door.sequence)
    knocks = [
        (f"Knock {at} of {last}", f"{knock.port} {knock.protocol.name}")
        for at, knock in enumerate(door.sequence, 1)
    ]
    opened = ", ".join(door.services) + (f"; log in at port {door.port}" if door.port else "")
    return [
        ("Address", door.address),
        *knocks,
        ("Pause", f"{pause_ms} ms between two knocks; all within {door.window_s} s"),
        ("Opens", opened),
    ]
