"""Which engine survives which open behaviour: the tables of docs/recipe.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from knockdeploy.intent import intent_from
from knockdeploy.lab.behaviour import Platform, table
from knockdeploy.rehearsal.behaviours import Rehearsed, choices, rehearse

_ENGINES: Final = ("applet", "tcl")
_HOST: Final = {
    "ports": [46543, 28654, 40204, 57566, 34515],
    "services": ["22/tcp"],
    "interface": "GigabitEthernet0/0",
    "timeout_minutes": 6,  # its end is waited for; a flow logs again after five (iosxe-facts §1a)
}


def engines(platform: Platform) -> str:
    """Return a row for each behaviour that makes a difference, and a sentence for the rest."""
    alone = [choice for choice in choices(platform) if len(choice) < 2]  # noqa: PLR2004  # no pairs
    hosts = [intent_from({**_HOST, "engine": name}) for name in _ENGINES]
    found = {
        choice: [rehearse(host, choice, is_thorough=False, platform=platform) for host in hosts]
        for choice in alone
    }
    facts = {row.name: row.metadata["fact"] for row in table(platform)}
    usual = found[()]
    heads = " | ".join(f"`{name}`" for name in _ENGINES)
    rows = [f"| behaviour | fact | {heads} |", f"|---|---|{'---|' * len(_ENGINES)}"]
    rows.append(f"| as usual | | {_cells(usual)} |")
    same = []
    for choice, seen in found.items():
        if not choice:
            continue
        ((name, value),) = choice
        if list(map(_told, seen)) == list(map(_told, usual)):
            same.append(f"`{name}` {value!r}")
        else:
            rows.append(f"| `{name}` {value!r} | {facts[name]} | {_cells(seen)} |")
    return "\n".join((*rows, "", f"The same as usual: {', '.join(same)}."))


def _cells(seen: Iterable[Rehearsed]) -> str:
    return " | ".join(map(_told, seen))


def _told(each: Rehearsed) -> str:
    if each.verdict == "works" and each.failing:
        return f"works, but not: {', '.join(each.failing)}"
    return each.verdict
