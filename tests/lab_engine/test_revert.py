"""The revert timer of `configure terminal revert timer` (ios-facts §9)."""

from __future__ import annotations

import pytest

from knockdeploy.lab.behaviour import Behaviour

from .bench import RECIPE, Bench


def test_without_archive_path_it_is_refused() -> None:
    """§9: literal text."""
    bench = Bench(RECIPE.replace("archive\n path flash:saved\n", ""))
    answer = bench.router.revert.arm(5, bench.session())
    assert answer == "%Turn config archive on before using Rollback Confirmed Change"
    assert bench.router.revert.pending is None
    assert bench.router.flash == {}


def test_arming_saves_the_configuration_and_says_where() -> None:
    """§9, the real session: file name, answer and two messages."""
    bench = Bench()
    line = bench.session()
    name = "saved-Mar--1-00-26-40.000-0"
    assert bench.router.revert.arm(5, line) == (
        f"Rollback Confirmed Change: Backing up current running config to flash:{name}\n"
    )
    assert bench.router.flash == {name: bench.router.running_text()}
    assert [entry.split(": ", 2)[2] for entry in bench.router.log_buffer.lines] == [
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP: Backing up current running config to "
        f"flash:{name}",
        "%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: User: ops(Priv: 15, View: 0): "
        f"Scheduled to rollback to config flash:{name} in 5 minutes",
    ]
    pending = bench.router.revert.pending
    assert pending is not None
    assert (pending.minutes, pending.user, pending.line.number) == (5, "ops", 0)
    assert pending.due_s - bench.clock.now() == 300


def test_expiry_brings_the_configuration_back_with_its_numbers() -> None:
    """§9: else reverted; §11: numbers are memory, what stays keeps them."""
    bench = Bench()
    bench.type("ip access-list extended ACL_Internet_In", "5 permit tcp any any eq 8080")
    before, listed = bench.router.running_text(), bench.router.access_lists()
    bench.router.revert.arm(2, bench.session())
    bench.type(
        "hostname other", "no event manager applet EEM_Knock",
        "ip access-list extended ACL_Internet_In", "no 60", "15 deny udp any any",
        "interface GigabitEthernet0/0", "no ip access-group ACL_Internet_In in",
    )  # fmt: skip
    bench.clock.advance(119)
    assert bench.router.running_text() != before
    bench.clock.advance(2)
    assert bench.router.running_text() == before
    assert bench.router.access_lists() == listed
    assert bench.router.revert.pending is None
    assert bench.logged("%SYS-5-CONFIG_R: Config Replace is Done")
    bench.knock()  # the applet is registered again
    assert len(bench.entries()) == 1


def test_leaving_the_session_does_not_stop_the_timer() -> None:
    """§9: leaving config mode does not stop the timer."""
    bench = Bench()
    line = bench.session()
    bench.router.revert.arm(1, line)
    bench.type("hostname other")
    bench.router.left_configuration(line)
    bench.router.lines.close_line(line)
    bench.clock.advance(60)
    assert bench.router.running.child("hostname r1")


def test_confirm_keeps_the_change() -> None:
    """§9."""
    bench = Bench()
    line = bench.session()
    bench.router.revert.arm(1, line)
    bench.type("hostname other")
    assert bench.router.revert.confirm(line) == ""
    assert bench.router.revert.confirm(line) == "%No Rollback Confirmed Change pending"
    bench.clock.advance(61)
    assert bench.router.running.child("hostname other")


@pytest.mark.parametrize("elsewhere", [True, False])
def test_confirm_from_another_session(elsewhere: bool) -> None:
    """§9: the device's rule is unknown; refused, the timer still shows pending."""
    bench = Bench(behaviour=Behaviour(confirm_elsewhere=elsewhere))
    first, second = bench.session(), bench.session()
    bench.router.revert.arm(1, first)
    bench.router.revert.confirm(second)
    assert (bench.router.revert.pending is None) is elsewhere
    bench.router.revert.confirm(first)
    assert bench.router.revert.pending is None


def test_revert_now_does_not_wait() -> None:
    """§9: configure revert now."""
    bench = Bench()
    line = bench.session()
    assert bench.router.revert.revert_now() == "%No Rollback Confirmed Change pending"
    bench.router.revert.arm(120, line)
    bench.type("hostname other")
    answer = bench.router.revert.revert_now()
    assert answer.startswith("Rollback Confirmed Change: Rolling to:flash:saved-")
    assert bench.router.running.child("hostname r1")
    assert bench.router.revert.pending is None


def test_one_timer_at_a_time_and_in_its_range() -> None:
    """§9: N is 1..120."""
    bench = Bench()
    line = bench.session()
    for minutes in (0, 121):
        assert bench.router.revert.arm(minutes, line).startswith("%")
        assert bench.router.revert.pending is None
    bench.router.revert.arm(1, line)
    assert bench.router.revert.arm(5, bench.session()).startswith("%")
    pending = bench.router.revert.pending
    assert pending is not None
    assert pending.minutes == 1


def test_confirmed_timer_never_fires_even_when_another_runs() -> None:
    """§9: else reverted; the next change has its own time."""
    bench = Bench()
    line = bench.session()
    bench.router.revert.arm(1, line)
    bench.router.revert.confirm(line)
    bench.router.revert.arm(5, line)
    bench.type("hostname other")
    bench.clock.advance(299)
    assert bench.router.running.child("hostname other")
    bench.clock.advance(1)
    assert bench.router.running.child("hostname r1")
