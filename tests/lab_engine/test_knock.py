"""The corrected recipe on the virtual router: who gets in, and who does not."""

from __future__ import annotations

from itertools import combinations, permutations, product

import pytest

from knockdeploy.lab.behaviour import Behaviour

from .bench import CLIENT, INSIDE, KNOCK, RECIPE, STRANGER, WINDOW_S, Bench, applet

EITHER_WAY = [
    Behaviour(message_newline=newline, drop_blanks=blanks)  # type: ignore[arg-type]  # one of two
    for newline, blanks in product((True, False), (2, 1))
]
either_way = pytest.mark.parametrize(
    "behaviour",
    EITHER_WAY,
    ids=lambda b: f"newline-{b.message_newline}-blanks-{b.drop_blanks}",
)


@either_way
def test_right_knock_opens_the_services_for_its_source_alone(behaviour: Behaviour) -> None:
    """Design, first paragraph: for that source alone."""
    bench = Bench(behaviour=behaviour)
    assert not any(bench.tcp(port) for port in (22, 80, 443))
    bench.knock()
    assert all(bench.tcp(port) for port in (22, 80, 443))
    assert bench.udp(443)
    assert not any(bench.tcp(port, STRANGER) for port in (22, 80, 443))
    assert not bench.tcp(22, destination=INSIDE)  # the entry has the template's destination


@either_way
def test_all_119_wrong_orders_stay_shut(behaviour: Behaviour) -> None:
    """Issue 2; scenarios a window and a second apart (ios-facts §13)."""
    bench = Bench(behaviour=behaviour)
    wrong = [order for order in permutations(KNOCK) if order != KNOCK]
    assert len(wrong) == 119
    for order in wrong:
        bench.knock(order)
        assert not bench.tcp(), order
        bench.forget()
    assert bench.entries() == []
    assert bench.logged("%HA_EM-3") == []
    bench.knock()  # and it was not broken all the while
    assert bench.tcp()


@either_way
def test_all_shorter_subsets_stay_shut(behaviour: Behaviour) -> None:
    """Issue 2."""
    bench = Bench(behaviour=behaviour)
    for size in range(1, len(KNOCK)):
        for some in combinations(KNOCK, size):
            bench.knock(some)
            assert bench.entries() == [], some
            bench.forget()


@either_way
def test_two_sources_taking_turns_stay_shut(behaviour: Behaviour) -> None:
    """Issue 2: every way to share five knocks between two sources."""
    bench = Bench(behaviour=behaviour)
    for sources in product((CLIENT, STRANGER), repeat=len(KNOCK)):
        if len(set(sources)) > 1:
            bench.knock(KNOCK, *sources)
            assert bench.entries() == [], sources
            bench.forget()


@either_way
def test_knocks_spread_beyond_the_window_stay_shut(behaviour: Behaviour) -> None:
    """Design §3: all knocks must arrive within window_seconds."""
    bench = Bench(behaviour=behaviour)
    bench.knock(pause_s=WINDOW_S / 4 + 0.1)
    assert bench.entries() == []
    bench.forget()
    bench.knock(pause_s=WINDOW_S / 4)
    assert len(bench.entries()) == 1


def test_last_knock_counts_until_the_window_ends_whatever_came_between() -> None:
    """ios-facts §13: 1,2,3,4 and, inside the window, 5 are the whole knock."""
    bench = Bench()
    bench.knock(KNOCK[:4])
    bench.clock.advance(WINDOW_S - 5)
    bench.udp(33434, STRANGER)
    bench.knock(KNOCK[4:])
    assert len(bench.entries()) == 1


@pytest.mark.parametrize(("keeps", "opens"), [("last", True), ("first", False)])
def test_tag_remembers_its_last_event_or_its_first(keeps: str, opens: bool) -> None:
    """ios-facts §13: the last; so the other is an open behaviour."""
    bench = Bench(behaviour=Behaviour(tag_keeps=keeps))  # type: ignore[arg-type]  # a parameter
    bench.knock((KNOCK[2], *KNOCK))
    assert bool(bench.entries()) is opens


def test_state_is_cleared_after_a_match() -> None:
    """ios-facts §3, 'clean correlate data'; so it is an open behaviour."""
    right_after_wrong = (KNOCK[4], *KNOCK[:4], KNOCK[4])
    cleared = Bench()
    cleared.knock(right_after_wrong)
    assert cleared.entries() == []
    kept = Bench(behaviour=Behaviour(cleared_after_match=False))
    kept.knock(right_after_wrong)
    assert len(kept.entries()) == 1


def test_door_shuts_when_the_time_is_over_used_or_not() -> None:
    """ios-facts §5: access-template's timeout is absolute, in minutes."""
    bench = Bench()
    bench.knock()
    bench.clock.advance(59 * 60)
    assert bench.tcp()
    bench.clock.advance(59.9)
    assert bench.tcp()
    bench.clock.advance(0.2)
    assert not bench.tcp()
    assert bench.entries() == []


def test_idle_timeout_starts_anew_with_each_match() -> None:
    """The article says idle; so it is an open behaviour."""
    bench = Bench(behaviour=Behaviour(template_timeout="idle"))
    bench.knock()
    bench.clock.advance(59 * 60)
    assert bench.tcp()
    bench.clock.advance(59 * 60)
    assert bench.tcp()
    bench.clock.advance(60 * 60 + 1)
    assert not bench.tcp()


def test_sequence_above_999999_needs_numbers_compared_as_numbers() -> None:
    """ios-facts §2 and §3: as strings "1000000" comes before "999999"."""
    numeric = Bench(behaviour=Behaviour(first_sequence=999_997))
    numeric.knock()
    assert any(line.startswith("1000001: ") for line in numeric.router.log_buffer.lines)
    assert numeric.tcp()
    string = Bench(behaviour=Behaviour(first_sequence=999_997, lt="string"))
    string.knock()
    assert not string.tcp()
    string.forget()
    string.knock()
    assert string.tcp()


def test_last_message_only_leaves_the_door_shut() -> None:
    """ios-facts §3: a TAC engineer says reqinfo has the last message only."""
    bench = Bench(behaviour=Behaviour(reqinfo="last"))
    bench.knock()
    assert bench.entries() == []
    assert bench.logged("%HA_EM-3") == []


def test_interval_of_the_log_swallows_fast_knocks() -> None:
    """ios-facts §1.2: pause a second between knocks."""
    bench = Bench(behaviour=Behaviour(log_interval_ms=1000))
    bench.knock(pause_s=0.9)
    assert bench.entries() == []
    bench.forget()
    bench.knock(pause_s=1.0)
    assert len(bench.entries()) == 1


def test_without_sequence_numbers_nothing_opens() -> None:
    """ios-facts §2: six digits, which no timestamp has."""
    bench = Bench(RECIPE.replace("service sequence-numbers\n", ""))
    bench.knock()
    assert bench.logged("%CP-6-UDP: DROP")
    assert bench.entries() == []


def test_without_drop_nothing_is_logged_and_nothing_opens() -> None:
    """ios-facts §12.3: a class without action only counts."""
    bench = Bench(RECIPE.replace("  drop\n", ""))
    bench.knock()
    assert bench.logged("%CP-6") == []
    assert bench.entries() == []
    assert bench.router.data_plane.class_counts()[0][1] == len(KNOCK)


def test_window_is_the_applets() -> None:
    """ios-facts §3: period is the time in which the correlation must take place."""
    bench = Bench(RECIPE.replace(applet(), applet(window_s=2)))
    bench.knock(pause_s=0.6)
    assert bench.entries() == []


TEMPLATE = "dynamic DACL_Internet_In permit object-group OG_Knock_Services any host 203.0.113.10"


@pytest.mark.parametrize(
    ("behaviour", "opens"),
    [
        (Behaviour(), True),
        (Behaviour(group_matches_own=False), False),
        (Behaviour(group_in_dynamic=False), False),
        (Behaviour(numbered_dynamic=False), False),
        (Behaviour(log_needed=True), False),
        (Behaviour(reqinfo="refused"), False),
    ],
    ids=["default", "group-not-for-own", "no-group-in-dynamic", "no-number", "log", "no-reqinfo"],
)
def test_images_that_cannot_do_it_stay_shut(behaviour: Behaviour, opens: bool) -> None:
    """ios-facts §1.2, §3, §6, §11: what some images may not do."""
    bench = Bench(RECIPE.replace(f" {TEMPLATE}\n", "").replace(applet(), ""), behaviour)
    bench.type("ip access-list extended ACL_Internet_In", f"25 {TEMPLATE}", "exit")
    bench.type(*applet().splitlines())
    bench.knock()
    assert bool(bench.entries()) is opens
