"""What checks found over time: stored after each check, and listed."""

from __future__ import annotations

import datetime
import glob
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.fleet import asked_by
from knockdeploy.cli.option_checks import check_rule
from knockdeploy.errors import InputError
from knockdeploy.inventory.nornirfile import read_config
from knockdeploy.inventory.selected_hosts import choose
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.outcome import Outcome
from knockdeploy.store.findings import Checked, FindingsStore, Spell

_MINUTE: Final = len("2026-01-02T03:04")


def remember(
    console: Console, store: FindingsStore, keep_days: int, outcomes: Mapping[str, Outcome]
) -> None:
    """Store what a check found; if that fails, say so: the check itself is still valid.

    No secret is stored.
    """
    now = datetime.datetime.now(datetime.UTC)
    oldest = now - datetime.timedelta(days=keep_days)
    checked = (
        (name, Checked(each.status, each.findings))
        for name, each in outcomes.items()
        if isinstance(each, CheckOutcome)
    )
    try:
        store.record(_written(now), checked, _written(oldest))
    except InputError as error:
        console.say(f"the findings of this check were not stored: {error}")


def findings_over_time(console: Console, config: Path, host: str | None, rule: str | None) -> int:
    """Print what was found of a router, or by a rule, the latest first.

    Raises:
        InputError: nothing was, and there is no such host or rule.
    """
    _, settings = read_config(config)
    spells = FindingsStore(settings.database).spells(host=host, rule=rule)
    for spell in spells if not console.json else ():
        console.out(_line(spell))
    if not spells and host is not None:
        with asked_by("--host"):
            choose(config, (glob.escape(host),), ())
    if not spells and rule is not None:
        check_rule(rule)
    if not spells:
        console.say("no check of this project has found that")
    return console.finish({}, more={"findings": [asdict(spell) for spell in spells]})


def _written(moment: datetime.datetime) -> str:
    return moment.isoformat("T", "milliseconds")


def _line(spell: Spell) -> str:
    until = "gone, last seen" if spell.is_gone else "last seen"
    where = ", ".join((*spell.parents, spell.line)) if spell.line else ""
    what = f"{spell.rule}: {spell.message}{': ' if where else ''}{where}"
    first, last = (f"{each[:_MINUTE]}Z" for each in (spell.first_seen, spell.last_seen))  # in UTC
    often = f", seen {spell.times} times in 30 days" if spell.is_flapping else ""
    return f"{spell.host}  first seen {first}, {until} {last}{often}  {spell.severity}: {what}"
