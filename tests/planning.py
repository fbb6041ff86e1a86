"""Plans of configurations, without a router: what the tests of planning ask for."""

from __future__ import annotations

from pathlib import Path

from knockdeploy.intent import Intent, Names
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.tree import Node
from knockdeploy.operator import Operator
from knockdeploy.plan.difference import difference
from knockdeploy.plan.model import Deployed, Plan, Restored, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe import rendering
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import CLASSIC_IOS, recipe_for
from knockdeploy.recipe.rendering import with_roles
from knockdeploy.recipe.running import Running
from knockdeploy.secrets import Masker
from knockdeploy.sequence import KnockSequence


def survey(
    running: Node, intent: Intent, dialect: Dialect = CLASSIC, platform: str = "ios"
) -> Placement:
    return recipe_for(intent, platform).place(Running(running), intent, dialect)


def edited_by_number(running: Node, intent: Intent) -> tuple[str, ...]:
    return recipe_for(intent).edited_by_number(Running(running), survey(running, intent))


def render(
    intent: Intent, at: Placement, templates: Path | None = None, platform: str = "ios"
) -> str:
    return rendering.render(recipe_for(intent, platform), intent, at, templates)


def offline_site(intent: Intent) -> Placement:
    return recipe_for(intent).offline(intent)


def make_plan(  # noqa: PLR0913
    running: Node,
    wanted: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
    binds_first: bool = False,
    judges: bool = True,
    platform: str = "ios",
) -> Plan:
    known, recipe = Running(running), recipe_for(intent, platform)
    at = recipe.place(known, intent, dialect)
    terms = Terms(intent, recipe, operator, allow_open, dialect, binds_first, judges)
    return plan(known, Deployed(with_roles(wanted, at), at), terms)


def make_difference(
    running: Node, wanted: Node, intent: Intent, dialect: Dialect, platform: str = "ios"
) -> Plan:
    known, recipe = Running(running), recipe_for(intent, platform)
    at = recipe.place(known, intent, dialect)
    terms = Terms(intent, recipe, dialect=dialect)
    return difference(known, Deployed(with_roles(wanted, at), at), terms)


def make_removal(  # noqa: PLR0913
    running: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
    platform: str = "ios",
) -> Plan:
    return make_rollback(
        running, Node(""), intent, operator,
        allow_open=allow_open, dialect=dialect, platform=platform,
    )  # fmt: skip


def make_rollback(  # noqa: PLR0913
    running: Node,
    before: Node,
    intent: Intent,
    operator: Operator | None = None,
    *,
    allow_open: bool = False,
    dialect: Dialect = CLASSIC,
    platform: str = "ios",
) -> Plan:
    known, then = Running(running), Running(before).config
    recipe = recipe_for(intent, platform)
    at = recipe.placements(known, then, intent)
    terms = Terms(intent, recipe, operator, allow_open, dialect)
    return plan(known, Restored(then, at), terms)


def masker(sequence: KnockSequence, key: bytes, names: Names) -> Masker:
    return Masker({"knock": sequence.knocks}, key, CLASSIC_IOS.secrets(names))
