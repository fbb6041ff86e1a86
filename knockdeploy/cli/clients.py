"""The client command: a knock in the formats of other programs."""

from __future__ import annotations

from pathlib import Path

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import ended
from knockdeploy.cli.knocking import CannotKnock, door_of, target_of
from knockdeploy.cli.private_files import keep
from knockdeploy.knock.formats import FormatName
from knockdeploy.knock.formats.table import FORMATS, PAGES
from knockdeploy.report.offline_outcomes import RenderedFile, RenderOutcome
from knockdeploy.report.outcome import Outcome


def client(  # noqa: PLR0913  # whose knock, for what, and where it goes
    console: Console,
    config: Path,
    wanted: str,
    name: FormatName,
    output: Path | None,
    *,
    force: bool,
) -> int:
    """Print the knock of one host, or write it to a file that only its owner can read."""
    host = target_of(console, config, wanted)
    if isinstance(host, CannotKnock):
        return ended(console, {host.name: host.outcome(RenderOutcome)})
    is_page = output is not None and output.suffix == ".html"
    text = (PAGES.get(name, FORMATS[name]) if is_page else FORMATS[name])(door_of(host))
    if output is None:
        if not console.json:
            console.secret(text.rstrip("\n"))
        outcome: Outcome = RenderOutcome("rendered", text)
    else:
        path = keep(output.parent, output.name, text, replaces=force)
        outcome = RenderedFile("rendered", str(path))
        console.say(f"{output}: readable only by you; it has the knock in clear text")
    return console.finish({host.name: outcome}, shows_secrets=True)
