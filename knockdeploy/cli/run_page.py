"""An earlier run as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet_page import keys_of
from knockdeploy.cli.formats import PAGE, fit_for_files, is_report, put_out
from knockdeploy.cli.past import outcomes_then, runs_of
from knockdeploy.cli.private_files import keep_pieces, refuse_other
from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import load
from knockdeploy.report.displayable import retold
from knockdeploy.report.fleet import Keys
from knockdeploy.report.page.html import html
from knockdeploy.report.page.model import Page, Title
from knockdeploy.store.runs import Run


def show_page(console: Console, config: Path, prefix: str, wanted: str) -> int:
    """Write a run as a page: to stdout for `html`, to the file of `html=FILE`.

    Raises:
        InputError: there is no such run or format, or the file cannot be written.
    """
    name, _, file = wanted.partition("=")
    if name != PAGE or (console.json and not file):
        hint = "html=FILE, or html without --json"
        raise InputError(Mistake(f"a run cannot be shown as {wanted!r}", hint, key="--format"))
    run = runs_of(config).open(prefix)
    console.run = run.name
    if not file:
        put_out(console, _page(console, config, run))
        return 0
    refuse_other(Path(file), is_report, "choose another name")
    keep_pieces(Path(file).parent, Path(file).name, _page(console, config, run))
    return console.finish({}, more={"about": asdict(run.about)})


def _page(console: Console, config: Path, run: Run) -> Iterator[str]:
    """Return the page of a run, with keys from the inventory if that can be read."""
    outcomes = outcomes_then(run)
    title = Title(run.about.command, run.name, run.began, run.about.who)
    shown = fit_for_files(console)
    keys = {name: each for name, each in _keys(config).items() if name in outcomes}
    return html(Page.of(retold(title, shown), retold(outcomes, shown), retold(keys, shown)))


def _keys(config: Path) -> dict[str, Keys]:
    try:
        project = load(config)
    except InputError:  # what became of the run is told all the same
        return {}
    return keys_of(project.nornir.inventory.hosts.values(), project.settings.page_keys)
