"""What holds for every removal and rollback, over the routers of situations.py."""

from __future__ import annotations

from brute import OWN, Probe, admitted
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from planning import make_removal, make_rollback
from situations import drifted, intents, plan_of, routers, situations, unless_refused
from test_properties import _beyond, _lines, _protected

from knockdeploy.command import Phase
from knockdeploy.errors import OpensError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.model import Plan
from knockdeploy.plan.typist import type_line

Change = tuple[Node, Node, Intent, bool]


@st.composite
def deployments(draw: st.DrawFn, *, is_first: bool = False) -> Change:
    """Return a router before and after a deployment, its intent, and whether it is picky."""
    if is_first:
        is_shared = draw(st.booleans())
        before = draw(routers(is_shared=is_shared))
        intent = draw(intents(is_shared=is_shared))
    else:
        before, intent = draw(situations())
    is_picky = draw(st.booleans())
    with unless_refused():
        return before, plan_of(before, intent, is_picky=is_picky).after, intent, is_picky


def _dialect(is_picky: bool) -> Dialect:
    return Dialect(numbered_dynamic=not is_picky)


def _typed(plan: Plan) -> Node:
    """Return what comes of typing each line, which is what the plan says each time."""
    state = plan.before
    for step in plan.steps:
        state = type_line(state, step.command)
        assert to_text(state) == to_text(step.after), step.command.line
    phases = [step.command.phase for step in plan.steps]
    assert phases == sorted(phases, key=[Phase.OPEN, Phase.CLOSE].index)
    return state


def _opened(plan: Plan, intent: Intent) -> set[Probe]:
    services = _protected(plan.before, intent)
    return {
        probe
        for interface in intent.interface
        for probe in admitted(plan.after, interface) - admitted(plan.before, interface)
        if probe.opens and probe.destination in OWN and (probe.protocol, probe.port) in services
    }


@given(deployments(is_first=True))
@settings(max_examples=16)
def test_a_removal_gives_back_the_text_of_before(change: Change) -> None:
    before, deployed, intent, is_picky = change
    plan = make_removal(deployed, intent, allow_open=True, dialect=_dialect(is_picky))
    assert to_text(_typed(plan)) == to_text(before)
    assert not _beyond(plan, intent)
    assert make_removal(plan.after, intent).steps == ()
    opened = _opened(plan, intent)
    event("opens" if opened else "opens nothing")
    assert bool(opened) <= bool(plan.opens)
    state = plan.after
    for command in plan.undo():
        state = type_line(state, command)
    assert _lines(state) == _lines(deployed)


@given(deployments(is_first=True), st.integers(0, 2**16))
@settings(max_examples=12)
def test_a_drifted_deployment_is_removed_or_refused(change: Change, seed: int) -> None:
    _, deployed, intent, is_picky = change
    running = drifted(deployed, seed)
    try:
        plan = make_removal(running, intent, allow_open=True, dialect=_dialect(is_picky))
    except UnsupportedError:
        assume(False)
        raise
    except OpensError as error:
        assume("for a moment" not in error.message)
        raise
    text = to_text(_typed(plan))
    assert "nock" not in text
    assert not _beyond(plan, intent)


@given(deployments())
@settings(max_examples=12)
def test_a_rollback_gives_back_what_the_run_changed(change: Change) -> None:
    before, deployed, intent, is_picky = change
    with unless_refused():
        plan = make_rollback(deployed, before, intent, allow_open=True, dialect=_dialect(is_picky))
    state = _typed(plan)
    assert _lines(state) == _lines(before)
    assert not _beyond(plan, intent)
    again = make_rollback(plan.after, before, intent, allow_open=True, dialect=_dialect(is_picky))
    assert again.steps == ()
