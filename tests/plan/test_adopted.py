"""What somebody typed by hand under our names: adopted, and taken away with the rest."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from benchmarks.drift.deployed import DEPLOYMENTS, Deployment, deployed
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.model import Deployed, Restored, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running

WITH_TCL = dict.fromkeys(replace(each, engine="tcl") for each in DEPLOYMENTS)
EACH = tuple(dict.fromkeys((*DEPLOYMENTS, *WITH_TCL)))
RECORD = re.compile(r"event manager environment _knock_Owned .*\n")
OURS = re.compile(r"[A-Z]_.*Knock|EEM_Knock|_knock_|knockdeploy-")


@pytest.mark.parametrize("what", EACH, ids=str)
def test_what_stands_there_is_recorded_alone_and_leaves_nothing(what: Deployment) -> None:
    intent, config, _ = deployed(what)
    running = Running(parse(RECORD.sub("", to_text(config))))
    recipe = recipe_for(intent, what.platform)
    at = recipe.place(running, intent)
    adopted = plan(running, Deployed(wanted(recipe, intent, at), at), Terms(intent, recipe))
    (command,) = adopted.commands
    assert command.line.startswith("event manager environment _knock_Owned v2")

    there = Running(adopted.after)
    goal = Restored(Node(""), recipe.placements(there, Node(""), intent))
    removed = plan(there, goal, Terms(intent, recipe, allow_open=True))
    assert OURS.search(to_text(adopted.after))
    assert OURS.findall(to_text(removed.after)) == []
