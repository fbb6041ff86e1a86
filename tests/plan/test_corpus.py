"""Plans for routers that already have a life: configurations that nobody here wrote."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios import view
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.model import Plan
from knockdeploy.plan.planner import make_plan, type_line
from knockdeploy.plan.site import survey
from knockdeploy.rendering import render

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def _classic() -> list[Path]:
    index = CORPUS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [CORPUS / row["file"] for row in rows if row["train"] == "ios"]


FILES = _classic()


def _outside(running: Node) -> str:
    """Choose where the Internet comes in: the interface that is filtered, else one that is up."""
    known = view.interfaces(running).values()
    filtered = (each.name for each in known if each.acl_in and not each.shutdown)
    up = (each.name for each in known if each.address and not each.shutdown)
    return next(filtered, None) or next(up, None) or next(iter(known)).name


def _plan(running: Node, intent: Intent) -> Plan:
    wanted = parse(render(intent, survey(running, intent)))
    return make_plan(running, wanted, intent, allow_open=True)


@pytest.mark.skipif(not FILES, reason="the corpus of real configurations is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_real_router_is_changed_and_changed_back(file: Path) -> None:
    running = with_numbers(parse(file.read_text(errors="replace")))
    intent = intent_from(
        {
            "weak": True,
            "ports": [46543, 28654, 40204],
            "services": ["22/tcp", "80/tcp"],
            "interface": _outside(running),
            "management_sources": ["192.0.2.0/24"],
            "new_acl_entries": ["permit ip any any"],
        }
    )
    try:
        plan = _plan(running, intent)
    except UnsupportedError:
        return  # which ones, and why, is for a later version to list
    assert _plan(plan.after, intent).commands == ()
    after = iter(to_text(plan.after).splitlines())
    assert all(line in after for line in to_text(running).splitlines()), "in their order"
    state = plan.after
    for command in plan.undo():
        state = type_line(state, command)
    assert to_text(state) == to_text(running)
