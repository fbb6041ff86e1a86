"""Each real router is changed, as the device would type it, and changed back.

Twice: by the undo of the change, and by a removal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from planning import make_plan, make_removal, render, survey

from knockdeploy.command import Command
from knockdeploy.device.sending import writes
from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import view, zones
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.edition import IOS_XE
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter
from knockdeploy.plan.model import Plan

from .support import (
    CLASSIC,
    XE,
    config_of,
    each,
    intent_for,
    needs_corpus,
    reasons,
    text_of,
)

ENFORCEMENTS = ("interface-acl", "copp")


def _plan(running: Node, intent: Intent, platform: str = "ios") -> Plan:
    at = survey(running, intent, platform=platform)
    wanted = parse(render(intent, at, platform=platform))
    return make_plan(running, wanted, intent, allow_open=True, platform=platform)


def _type(router: VirtualRouter, commands: Sequence[Command]) -> None:
    line = router.lines.open_line("netops", "192.0.2.5")
    assert line is not None
    mode: tuple[str, ...] = ()
    for typed in (one for write in writes(commands) for one in write if one.text != "end"):
        new, answer = router.configure(mode, typed.text)
        assert answer == "", f"{typed.text}: {answer}"
        assert new is not None
        mode = new
    router.lines.close_line(line)


def _router(file: Path) -> VirtualRouter:
    return VirtualRouter(text_of(file), name=file.stem, clock=ManualClock())


def _is_refused(enforcement: str) -> Mapping[str, str]:
    return reasons("refused" if enforcement == "interface-acl" else f"refused_{enforcement}")


def _each(*, refused: bool) -> pytest.MarkDecorator:
    """Return each file with each enforcement."""
    return pytest.mark.parametrize(
        ("file", "enforcement"),
        [
            pytest.param(file, enforcement, id=f"{enforcement}-{file.stem}")
            for enforcement in ENFORCEMENTS
            for file in CLASSIC
            if (file.name in _is_refused(enforcement)) is refused
        ],
    )


@needs_corpus
@_each(refused=False)
def test_a_real_router_is_changed_and_changed_back(file: Path, enforcement: str) -> None:
    router = _router(file)
    before, intent = router.running_text(), intent_for(router.running, enforcement)
    plan = _plan(router.running, intent)
    _type(router, plan.commands)
    assert router.running == plan.after, "what was predicted"
    assert _plan(router.running, intent).commands == ()
    after = iter(router.running_text().splitlines())
    assert all(line in after for line in before.splitlines()), "every line is there, in order"
    removal = make_removal(router.running, intent, allow_open=True)
    assert to_text(removal.after) == to_text(plan.before), "what a removal would leave"
    _type(router, plan.undo())
    assert router.running_text() == before


@needs_corpus
@_each(refused=True)
def test_a_refusal_is_listed_with_its_reason(file: Path, enforcement: str) -> None:
    config = config_of(file)
    with pytest.raises(UnsupportedError) as caught:
        _plan(_router(file).running, intent_for(config, enforcement))
    assert _is_refused(enforcement)[file.name] in caught.value.message
    assert caught.value.hint


def _xe_router(file: Path, *, prints_numbers: bool) -> VirtualRouter:
    behaviour = Behaviour(ace_numbers=prints_numbers)
    clock = ManualClock()
    return VirtualRouter(
        text_of(file), name=file.stem, clock=clock, behaviour=behaviour, edition=IOS_XE
    )


@needs_corpus
@pytest.mark.parametrize("prints_numbers", [True, False])
@each([file for file in XE if file.name not in reasons("refused_xe")])
def test_a_real_ios_xe_router_is_changed_and_changed_back(file: Path, prints_numbers: bool) -> None:
    router = _xe_router(file, prints_numbers=prints_numbers)
    before, intent = router.running_text(), intent_for(router.running)
    plan = _plan(parse(before), intent, "cisco_xe")
    _type(router, plan.commands)
    shown = parse(router.running_text())
    assert _plan(shown, intent, "cisco_xe").commands == ()
    removal = make_removal(shown, intent, allow_open=True, platform="cisco_xe")
    assert to_text(removal.after) == to_text(plan.before), "what a removal would leave"
    _type(router, plan.undo())
    assert router.running_text() == before


@needs_corpus
@each([file for file in XE if file.name in reasons("refused_xe")])
def test_a_refusal_of_ios_xe_is_listed_with_its_reason(file: Path) -> None:
    config = config_of(file)
    with pytest.raises(UnsupportedError, match=reasons("refused_xe")[file.name]):
        _plan(config, intent_for(config), "cisco_xe")


@needs_corpus
@each(XE)
def test_ios_xe_that_is_said_to_be_classic_is_refused(file: Path) -> None:
    config = config_of(file)
    with pytest.raises(UnsupportedError, match="no control-plane logging"):
        survey(config, intent_for(config))


@needs_corpus
def test_the_list_names_files_that_are_there() -> None:
    names = {file.name for file in (*CLASSIC, *XE)}
    assert names >= set(reasons("not_typeable"))
    for enforcement in ENFORCEMENTS:
        assert names >= set(_is_refused(enforcement))
        assert len(_is_refused(enforcement)) < len(CLASSIC) / 8, "few"


ZONED = [file for file in CLASSIC if zones.zones(config_of(file))]


@needs_corpus
@each(ZONED)
def test_a_zone_takes_our_classes_and_gives_them_back_or_says_why_not(file: Path) -> None:
    router = _router(file)
    before, intent = router.running_text(), intent_for(router.running, enforcement="zone")
    if not any(each.zone for each in view.interfaces(router.running).values()):
        with pytest.raises(UnsupportedError, match="is in no zone"):
            _plan(router.running, intent)
        return
    plan = _plan(router.running, intent)
    _type(router, plan.commands)
    assert router.running == plan.after
    assert _plan(router.running, intent).commands == ()
    removal = make_removal(router.running, intent, allow_open=True)
    assert to_text(removal.after) == to_text(plan.before)
    _type(router, plan.undo())
    assert router.running_text() == before


@needs_corpus
@each([file for file in CLASSIC if file not in ZONED])
def test_without_zones_none_is_made(file: Path) -> None:
    config = config_of(file)
    with pytest.raises(UnsupportedError) as caught:
        survey(config, intent_for(config, enforcement="zone"))
    assert caught.value.hint
