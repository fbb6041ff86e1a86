"""A sample of the attacks, and that the page says of them what they come to."""

from __future__ import annotations

import re

import pytest

from benchmarks.attacks import attacks, noise
from benchmarks.attacks.doors import ENFORCEMENTS, XE, Kind
from benchmarks.attacks.noise import Noise, opened_of
from benchmarks.attacks.table import ATTACKS, PAGE, Tried, outcome

QUICK = (
    attacks.log_text,
    attacks.forged,
    attacks.replay,
    attacks.acknowledged,
    attacks.past_host_path,
)
BY_ATTACK = {tried.attack: tried for tried in ATTACKS}
OPENED_BEFORE = {attacks.log_text, attacks.forged}  # with the applet; and stay shut now
PAST_COPP = attacks.past_host_path  # was open under copp alone
INHERENT = {attacks.replay, attacks.acknowledged}


@pytest.fixture(params=["applet", "tcl"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "tcl":
        request.getfixturevalue("tclsh")
    return str(request.param)


@pytest.mark.parametrize("enforcement", ENFORCEMENTS)
@pytest.mark.parametrize("tried", [BY_ATTACK[each] for each in QUICK], ids=lambda tried: tried.told)
def test_what_is_inherent_opens_and_all_else_stays_shut(
    tried: Tried, engine: str, enforcement: str
) -> None:
    before, now = (
        outcome(tried, Kind(engine, enforcement, is_hardened)) for is_hardened in (False, True)
    )
    assert now.is_open is (tried.attack in INHERENT)
    was_past = tried.attack is PAST_COPP and enforcement == "copp"
    if engine == "applet" or was_past:
        assert before.is_open is (was_past or tried.attack in INHERENT | OPENED_BEFORE)
    _on_page(tried, engine, rf"(each|.*`{enforcement}`).*", f"{before} \\| {now}")


@pytest.mark.parametrize("tried", [BY_ATTACK[each] for each in QUICK], ids=lambda tried: tried.told)
def test_the_same_on_ios_xe(tried: Tried, engine: str) -> None:
    kind = Kind(engine, "interface-acl", platform="iosxe")
    now = outcome(tried, kind)
    assert now.is_open is (tried.attack in INHERENT)
    _on_page(tried, engine, f"(.*, )?{XE}", f".* \\| {now}")


def _on_page(tried: Tried, engine: str, where: str, ends: str) -> None:
    row = rf"^\| {re.escape(tried.told)} \| `{engine}` \| {where} \| {ends} \|$"
    assert re.search(row, PAGE.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("per_second", "to_decoy", "applet", "tcl"),
    [(0.5, False, 0, 4), (2, False, 0, 4), (0.1, True, 0, 4)],
)
def test_noise_keeps_everybody_out_where_sources_are_not_told_apart(
    per_second: float, to_decoy: bool, applet: int, tcl: int, engine: str
) -> None:
    opened = opened_of(Kind(engine, "interface-acl"), Noise(per_second, 1, to_decoy), n_people=4)
    assert opened == {"applet": applet, "tcl": tcl}[engine]


def test_without_noise_all_get_in(engine: str) -> None:
    assert opened_of(Kind(engine, "interface-acl"), Noise(0.001), n_people=4) == 4
    assert noise.N_PEOPLE == 16
