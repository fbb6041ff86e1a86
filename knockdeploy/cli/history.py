"""Earlier runs: which there were, and what became of each router."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet_text import show_diffs
from knockdeploy.cli.option_checks import refuse_together
from knockdeploy.cli.outcome_lines import proof_text, steps_text
from knockdeploy.cli.past import outcomes_then, runs_of, state_of
from knockdeploy.compliance.transcript import redacted
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, Names
from knockdeploy.inventory import load
from knockdeploy.inventory.selected_hosts import choose
from knockdeploy.octets import readable
from knockdeploy.recipe.platforms import CLASSIC_IOS
from knockdeploy.report.fold import few, folds
from knockdeploy.report.past_runs import Backup, RunRow, Unfinished
from knockdeploy.secrets import MATCHED, Masker, Redactor
from knockdeploy.sequence import MAX_PORT, Knock, KnockSequence
from knockdeploy.store.runs import Run, Runs


def history(console: Console, config: Path, limit: Sequence[str] = ()) -> int:
    """Print the runs, newest first; with ``limit`` only those about such hosts.

    Raises:
        InputError: no run was about such a host, and the inventory has none either.
    """
    wanted = [part for item in limit for part in item.split(",")]
    unknown: InputError | None = None
    try:
        hosts = choose(config, limit, ()).nornir.inventory.hosts if limit else ()
        wanted += map(glob.escape, hosts)
    except InputError as error:  # a host that is gone still has its runs
        unknown = error
    rows = [_row(run) for run in runs_of(config).all() if _concerns(run, wanted)]
    if unknown and not rows:
        raise unknown
    if not console.json:
        for row in rows:
            counts = ", ".join(f"{n} {status}" for status, n in row.summary.items())
            began = f"{row.started[:19]}Z" if row.started else ""
            console.out("  ".join((row.run, began, row.command, row.who, counts)))
    if not rows:
        console.say("no runs for these hosts yet" if limit else "no runs from this project yet")
    return console.finish({}, more={"runs": [asdict(row) for row in rows]})


def _concerns(run: Run, patterns: Sequence[str]) -> bool:
    try:
        hosts = run.about.hosts if patterns else ()
    except InputError:  # it is listed as damaged
        return True
    return not patterns or any(fnmatchcase(host, each) for host in hosts for each in patterns)


def refuse_pointless(page: str | None, backup: str | None, *, full: bool, reveal: bool) -> None:
    """Refuse combinations of `show`'s options in which one would do nothing.

    Raises:
        InputError: there are such.
    """
    if reveal and backup is None:
        raise InputError(Mistake("there is nothing to reveal", "--reveal goes with --backup HOST"))
    refuse_together({"--format": page, "--backup": backup, "--full": full})


def show(console: Console, config: Path, prefix: str, *, backup: str | None, reveal: bool) -> int:
    """Print what became of each router in a run, or what one was like before."""
    state = state_of(config)
    run = Runs(state).open(prefix)
    console.run = run.name
    if backup is not None:
        mask = None if reveal else partial(_masked, _intent(config, backup), state.key())
        return _show_backup(console, run, backup, mask)
    outcomes = outcomes_then(run)
    about = asdict(run.about)
    if not console.json:
        console.out(f"{run.name}: {about['command']}, {about['started']}, by {about['who']}")
        show_diffs(console, outcomes)
        for name, outcome in outcomes.items():
            for text in filter(None, (proof_text(name, outcome), steps_text(name, outcome))):
                console.out(text)
    console.table(outcomes)
    if not console.json:
        how = _how_it_is_unfinished(run)
        seen = ((name, e.seen) for name, e in outcomes.items() if isinstance(e, Unfinished))
        for fold in folds(seen):
            console.out(f"{fold.hosts}: {how}; {fold.text}")
    console.finish(outcomes, more={"about": about})
    return 0


def _how_it_is_unfinished(run: Run) -> str:
    if run.is_under_way:
        return "under way"
    if errors := (run.result or {}).get("errors"):
        return f"the run ended: {errors[0]['message']}"
    return "ended without a result: the run was killed"


def stop(console: Console, config: Path, prefix: str) -> int:
    """Have a run that is under way start no further router.

    Raises:
        InputError: there is no such run, or it is not under way.
    """
    runs = runs_of(config)
    run = runs.open(prefix)
    console.run = run.name
    if not run.is_under_way:
        others = [each.name for each in runs.all() if each.is_under_way]
        hint = f"under way: {few(others)}" if others else "`show` tells how it ended"
        raise InputError(Mistake(f"run {run.name} is not under way", hint))
    run.ask_to_stop()
    console.say(f"run {run.name} finishes the routers in flight and starts no others")
    return console.finish({})


def _show_backup(console: Console, run: Run, host: str, mask: Callable[[str], str] | None) -> int:
    before = run.before(host)
    kept = Backup("kept", before.running, before.startup)
    if mask:
        kept = replace(kept, running=mask(kept.running), startup=mask(kept.startup))
    if not console.json:
        (console.whole if mask else console.secret)(kept.running)
    printable = replace(kept, running=readable(kept.running), startup=readable(kept.startup))
    return console.finish({host: printable}, shows_secrets=mask is None)


def _masked(intent: Intent | None, key: bytes, text: str) -> str:
    """Mask the secrets of a backup, whatever the names of its knock were then."""
    ports = dict.fromkeys(map(int, re.findall(r"\d+", " ".join(MATCHED.findall(text)))))
    heard = KnockSequence(tuple(Knock(port) for port in ports if 1 <= port <= MAX_PORT))
    known = intent.silent if intent else {"knock": heard.knocks}
    names = intent.names if intent else Names()
    mask = Masker(known, key, CLASSIC_IOS.secrets(names))
    return Redactor((), [heard])(redacted(text, mask))


def _intent(config: Path, host: str) -> Intent | None:
    try:
        return load(config, (glob.escape(host),)).intents.get(host)
    except InputError:  # the host is gone, or nobody can say what is wanted of it now
        return None


def _row(run: Run) -> RunRow:
    try:
        about = run.about
        statuses = Counter(outcome.status for outcome in outcomes_then(run).values())
    except InputError as error:  # the other runs can be read
        return RunRow(run.name, str(error), "", "unknown", {"damaged": 1})
    return RunRow(run.name, about.command, about.started, about.who, dict(statuses))
