"""For how long the recipe of IOS-XE opens, on a virtual router: nothing keeps a door open."""

from __future__ import annotations

import pytest

from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.faults import Faults

from .recipe_xe_bench import TIMEOUT_MINUTES, RecipeBench, intent
from .xe_bench import KNOCK

OTHER = "198.51.100.70"
MINUTE_S = 60


def test_a_door_stands_for_its_minutes_and_at_most_one_more(bench: RecipeBench) -> None:
    bench.knock_xe()
    bench.clock.advance(MINUTE_S * TIMEOUT_MINUTES - 5)
    assert bench.is_open()
    bench.clock.advance(MINUTE_S + 5)
    assert bench.doors() == []


def test_as_many_people_as_there_are_slots_are_in_at_once(bench: RecipeBench) -> None:
    people = [f"198.51.100.{number}" for number in range(1, 6)]
    for each in people:
        bench.knock_xe(source=each)
    assert [bench.is_open(each) for each in people] == [True] * 4 + [False]
    assert bench.logged("no slot is free for 198.51.100.5")


def test_a_slot_that_was_freed_is_the_next_ones_for_its_whole_time(bench: RecipeBench) -> None:
    for each in range(1, 5):
        bench.knock_xe(source=f"198.51.100.{each}")
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 1))
    assert bench.doors() == []
    bench.knock_xe(source=OTHER)
    bench.clock.advance(MINUTE_S * TIMEOUT_MINUTES - 10)
    assert bench.is_open(OTHER)


def test_an_entry_of_somebody_elses_in_a_slot_is_neither_used_nor_taken_away(
    bench: RecipeBench,
) -> None:
    theirs = "2 permit tcp host 203.0.113.5 any eq 22"
    bench.type("ip access-list extended WAN-IN", theirs)
    bench.knock_xe()
    assert bench.is_open()
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 1))
    assert bench.doors() == []
    assert any(theirs in line for line in bench.router.access_lists("WAN-IN"))


@pytest.mark.parametrize("keeps_numbers", [True, False])
def test_a_door_that_somebody_saved_is_shut_after_a_reload(
    keeps_numbers: bool, engine: str
) -> None:
    bench = RecipeBench(Behaviour(ace_numbers=keeps_numbers), intent(engine=engine))
    bench.to_second(10)
    bench.knock_xe()
    bench.router.save()
    bench.router.reload()
    assert bench.is_open()
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 1) + 1)
    assert bench.doors() == []
    bench.to_second(10)
    bench.knock_xe()
    assert bench.is_open()


def test_a_lock_keeps_the_door_shut_and_shutting_it_is_tried_again(bench: RecipeBench) -> None:
    locked = Faults(locked_by="ops")
    bench.router.box.current = locked
    bench.knock_xe()
    assert bench.doors() == []
    bench.router.box.current = Faults()
    bench.knock_xe()
    bench.router.box.current = locked
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 2))
    assert bench.doors()
    bench.router.box.current = Faults()
    bench.clock.advance(MINUTE_S)
    assert bench.doors() == []


def shuts_in_time(bench: RecipeBench) -> bool:
    """Tell whether every door is shut once the time that docs/limits.md promises is over."""
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 1))
    return bench.doors() == [] and not bench.is_open()


def test_a_reload_shuts_what_nobody_saved(bench: RecipeBench) -> None:
    bench.router.save()
    bench.knock_xe()
    bench.router.reload()
    assert bench.doors() == []


def test_a_full_buffer_keeps_no_door_open(bench: RecipeBench) -> None:
    bench.knock_xe()
    for number in range(3000):
        bench.router.log(f"%TEST-6-NOISE: {'x' * 80} {number}")
    bench.send(KNOCK[-1])
    assert shuts_in_time(bench)


def test_a_lost_line_keeps_no_door_open(bench: RecipeBench) -> None:
    bench.knock_xe()
    bench.clock.advance(MINUTE_S)
    bench.knock_xe((*KNOCK[:2], *KNOCK[3:]))
    bench.clock.advance(MINUTE_S * TIMEOUT_MINUTES)
    assert bench.doors() == []


def test_what_cannot_run_shuts_within_a_minute_of_when_it_can(bench: RecipeBench) -> None:
    bench.knock_xe()
    lines = [bench.router.lines.open_line("ops", "10.1.1.2") for _ in range(5)]
    bench.clock.advance(MINUTE_S * (TIMEOUT_MINUTES + 3))
    assert bench.logged("Error executing applet EEM_Knock_Close")
    assert bench.doors()
    for line in filter(None, lines):
        bench.router.lines.close_line(line)
    assert shuts_in_time(bench)


def test_what_opens_and_dies_between_two_entries_leaves_none_for_longer(
    bench: RecipeBench,
) -> None:
    def lock(line: str) -> None:
        if "(EEM:" in line:
            bench.router.box.current = Faults(locked_by="ops")

    stop = bench.router.log_buffer.subscribe(lock)
    bench.knock_xe()
    stop()
    assert bench.doors(), "the applet types one of two before somebody locks the configuration"
    bench.router.box.current = Faults()
    assert shuts_in_time(bench)


def test_who_comes_as_soon_as_a_slot_is_free_has_it_for_the_whole_time(engine: str) -> None:
    """Whatever opens: counters need not be shared between applets (§9.7)."""
    bench = RecipeBench(Behaviour(counters_shared=False), intent(engine=engine, grant_slots=1))
    bench.to_second(10)
    bench.knock_xe()
    while bench.doors():
        bench.clock.advance(1)
    bench.knock_xe(source=OTHER)
    bench.clock.advance(MINUTE_S * TIMEOUT_MINUTES - 10)
    assert bench.is_open(OTHER)
    bench.clock.advance(MINUTE_S + 10)
    assert not bench.is_open(OTHER)
