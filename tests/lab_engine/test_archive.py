"""The archive, flash and the applet that counts down (ios-facts §3 and §9)."""

from __future__ import annotations

from knockdeploy.lab.faults import Faults

from .bench import RECIPE, Bench

COUNTDOWN = (
    "event manager applet back authorization bypass",
    "event timer countdown time 300 maxrun 900",
    'action 1.0 cli command "enable"',
    'action 2.0 cli command "configure replace flash:copy.cfg force"',
)


def test_oldest_file_goes_where_the_maximum_is_reached() -> None:
    """§9: maximum 1-14, 10 where nothing is said."""
    bench = Bench(RECIPE.replace(" path flash:saved\n", " path flash:saved\n maximum 2\n"))
    line = bench.session()
    for _ in range(3):
        bench.router.revert.arm(1, line)
        bench.router.revert.confirm(line)
    stem = "saved-Mar--1-00-26-40.000-"
    assert list(bench.router.flash) == [f"{stem}1", f"{stem}2"]
    assert bench.router.archive.files == (f"flash:{stem}1", f"flash:{stem}2")
    assert bench.router.archive.next_file == "flash:saved-<timestamp>-3"


def test_saving_archives_where_that_is_configured() -> None:
    """§9: archive / write-memory."""
    bench = Bench()
    bench.router.save()
    assert not bench.router.flash
    bench.type("archive", "write-memory")
    bench.router.save()
    assert list(bench.router.flash) == ["saved-Mar--1-00-26-40.000-0"]


def test_timer_is_not_armed_where_its_copy_cannot_be_written() -> None:
    for fault in (Faults(flash_bytes=100), Faults(flash_read_only=True)):
        bench = Bench()
        bench.router.box.current = fault
        assert bench.router.revert.arm(5, bench.session()).startswith("%Error")
        assert bench.router.revert.pending is None
        assert not bench.router.flash


def test_server_answers_nobody() -> None:
    bench = Bench(RECIPE.replace("flash:saved", "tftp://192.0.2.9/r1"))
    assert "tftp://192.0.2.9/r1" in bench.router.revert.arm(5, bench.session())
    assert bench.router.revert.pending is None


def test_timer_that_is_set_again_counts_from_then() -> None:
    """§9: configure revert timer N."""
    bench = Bench()
    line = bench.session()
    assert bench.router.revert.extend(5, line) == "%No Rollback Confirmed Change pending"
    bench.router.revert.arm(1, line)
    bench.type("hostname other")
    bench.clock.advance(50)
    assert not bench.router.revert.extend(2, line)
    bench.clock.advance(119)
    assert bench.router.running.child("hostname other")
    bench.clock.advance(2)
    assert bench.router.running.child("hostname r1")
    assert bench.router.revert.pending is None


def counting() -> Bench:
    bench = Bench()
    bench.router.flash.write("copy.cfg", bench.router.running_text())
    bench.type(*COUNTDOWN)
    bench.type("hostname other")
    return bench


def test_countdown_runs_once_and_replaces_the_configuration() -> None:
    bench = counting()
    bench.clock.advance(299)
    assert bench.router.running.child("hostname other")
    bench.clock.advance(2)
    assert bench.router.running_text() == bench.router.flash["copy.cfg"]
    assert bench.logged("%SYS-5-CONFIG_R: Config Replace is Done")
    assert [each.name for each in bench.router.event_manager.applets] == ["EEM_Knock"]
    bench.type("hostname another")
    bench.clock.advance(3000)
    assert bench.router.running.child("hostname another")


def test_countdown_is_over_with_its_applet() -> None:
    bench = counting()
    bench.clock.advance(200)
    bench.type("no event manager applet back")
    bench.clock.advance(3000)
    assert bench.router.running.child("hostname other")


def test_countdown_begins_anew_when_the_applet_is_typed_again_or_after_a_reload() -> None:
    bench = counting()
    bench.clock.advance(200)
    bench.type(COUNTDOWN[0], "event timer countdown time 600 maxrun 900")
    bench.clock.advance(500)
    assert bench.router.running.child("hostname other")
    bench.router.save()  # somebody does
    bench.router.reload()
    bench.clock.advance(599)
    assert bench.router.running.child("hostname other")
    bench.clock.advance(2)
    assert bench.router.running.child("hostname r1")


def test_countdown_needs_a_free_vty() -> None:
    """§3: one for each policy that runs CLI commands."""
    bench = counting()
    for _ in range(5):
        bench.session()
    bench.clock.advance(301)
    assert bench.router.running.child("hostname other")
    assert bench.logged("Unable to establish CLI session")
