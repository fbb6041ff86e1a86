"""What a check says of a configuration, as the task has it: a saved one, for no router is asked."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.compliance.check import beside, exposed, misplaced
from knockdeploy.compliance.facts import Router
from knockdeploy.compliance.findings import Finding, findings
from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.bulk import without_bulk
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.ios.view import interface_name
from knockdeploy.plan.diff import planned
from knockdeploy.plan.difference import difference
from knockdeploy.plan.model import Deployed, Terms
from knockdeploy.recipe.platforms import recipe_for
from knockdeploy.recipe.rendering import wanted
from knockdeploy.recipe.running import Running


def judged(config: Node, intent: Intent, platform: str) -> tuple[Finding, ...]:
    """Return the findings that make a router drifted."""
    return tuple(each for each in _found(config, intent, platform) if each.severity != "info")


def _found(config: Node, intent: Intent, platform: str) -> Iterator[Finding]:
    kept = tuple(map(interface_name, intent.interface))
    recipe, running = (
        recipe_for(intent, platform),
        Running(parse(without_bulk(to_text(config), kept))),
    )
    owned, rendered = recipe.offline(intent).owned, Node("")
    try:
        at = recipe.place(running, intent)
        owned = at.owned
        rendered = wanted(recipe, intent, at, None)
        needed = difference(running, Deployed(rendered, at), Terms(intent, recipe))
        yield from findings(planned(needed), at)
    except (UnsupportedError, IntentError) as error:
        yield misplaced(error)
    yield from exposed(running, intent)
    router = Router(running.config, rendered=rendered, owned=owned, recipe=recipe)
    yield from beside(router, intent, is_live=False)
