"""The router as a whole: saving, reloading, its log, its lines."""

from __future__ import annotations

import asyncio

import pytest

from knockdeploy.ios.match import Packet
from knockdeploy.lab.behaviour import Behaviour, table
from knockdeploy.lab.router.clock import LoopClock, ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

from .bench import BASE, CLIENT, KNOCK, OUTER, OUTSIDE, RECIPE, Bench

ODD = """
ip access-list extended ODD
 7 permit tcp any any eq 22
 13 remark kept
 100 deny   ip any any
"""


def test_reload_starts_from_startup_with_everything_else_gone() -> None:
    """ios-facts §11: numbers 10, 20, 30 after a reload; §5: temporary entries gone."""
    bench = Bench(RECIPE + ODD)
    assert bench.router.access_lists("ODD")[1:] == (
        "    7 permit tcp any any eq 22",
        "    100 deny ip any any",
    )
    bench.knock()
    line = bench.router.lines.open_line("ops", "192.0.2.1")
    assert line is not None
    bench.router.revert.arm(1, line)
    bench.type("hostname unsaved")
    dropped = []
    bench.router.on_reload = lambda: dropped.append(list(bench.router.lines))
    bench.router.reload()
    assert dropped == [[line]]
    assert bench.router.running.child("hostname r1")
    assert list(bench.router.lines) == []
    assert bench.router.log_buffer.lines == ()
    assert bench.router.revert.pending is None
    assert bench.entries() == []
    assert not any("match" in text for text in bench.router.access_lists())
    assert bench.router.data_plane.class_counts()[0][1] == 0
    assert bench.router.access_lists("ODD")[1:] == (
        "    10 permit tcp any any eq 22",
        "    20 deny ip any any",
    )
    bench.clock.advance(61)  # the timer does not fire
    bench.knock()  # and the applet is registered
    assert len(bench.entries()) == 1


def test_save_makes_running_the_startup() -> None:
    """ios-facts §11: without the numbers, which are in neither."""
    bench = Bench(RECIPE + ODD)
    assert bench.router.startup == bench.router.running_text()
    assert " permit tcp any any eq 22\n" in bench.router.startup
    bench.type("hostname other")
    assert bench.router.startup != bench.router.running_text()
    bench.router.save()
    bench.router.reload()
    assert bench.router.running.child("hostname other")


def test_numbers_survive_configure_replace_where_entries_stay() -> None:
    """ios-facts §9, §11: only what differs is changed."""
    bench = Bench(RECIPE + ODD)
    changed = ODD.replace(" 13 remark kept\n", " permit tcp any any eq 80\n")
    bench.router.replace(RECIPE + changed.replace(" 7 ", " ").replace(" 100 ", " "))
    assert bench.router.access_lists("ODD")[1:] == (
        "    7 permit tcp any any eq 22",
        "    53 permit tcp any any eq 80",
        "    100 deny ip any any",
    )


def test_leaving_configuration_is_logged() -> None:
    """ios-facts §2, §3: %SYS-5-CONFIG_I with the line and where it comes from."""
    bench = Bench()
    bench.type("hostname other")
    assert bench.logged("%SYS-5")[0].endswith(
        "%SYS-5-CONFIG_I: Configured from console by ops on vty0 (192.0.2.1)"
    )


def test_refused_line_changes_nothing_and_is_answered() -> None:
    """ios-facts §6: an object-group in use cannot go."""
    bench = Bench()
    before = bench.router.running
    assert len(bench.type("no object-group service OG_Knock")) == 1
    assert bench.router.running is before


def test_log_lines_reach_who_asked_until_he_does_no_longer() -> None:
    """Design §5: prints log lines into sessions."""
    bench = Bench()
    seen: list[str] = []
    stop = bench.router.log_buffer.subscribe(seen.append)
    bench.udp(KNOCK[0])
    stop()
    bench.udp(KNOCK[1])
    assert len(seen) == 1
    assert seen[0] == bench.router.log_buffer.lines[0]


@pytest.mark.parametrize(
    ("config", "mark", "line"),
    [
        ("service timestamps log datetime msec\n", "*", "*Mar  1 00:26:40.000: %X-6-Y: z"),
        ("service timestamps log datetime msec\n", ".", ".Mar  1 00:26:40.000: %X-6-Y: z"),
        ("service timestamps log datetime\n", "", "Mar  1 00:26:40: %X-6-Y: z"),
        (
            "service timestamps log datetime msec localtime show-timezone year\n",
            "*",
            "*Mar  1 2002 00:26:40.000 UTC: %X-6-Y: z",
        ),
        ("service timestamps log uptime\n", "*", "00:00:00: %X-6-Y: z"),
        ("no service timestamps log\n", "*", "%X-6-Y: z"),
        ("", "*", "%X-6-Y: z"),
        ("service sequence-numbers\n", "*", "000001: %X-6-Y: z"),
    ],
)
def test_line_is_stamped_as_configured(config: str, mark: str, line: str) -> None:
    """ios-facts §2: forms of sequence number and timestamp."""
    bench = Bench("hostname r1\n" + config, Behaviour(clock_mark=mark))  # type: ignore[arg-type]
    bench.router.log("%X-6-Y: z")
    assert bench.router.log_buffer.lines == (line,)


def test_sequence_counts_all_messages_printed_or_not() -> None:
    """ios-facts §2: one counter."""
    bench = Bench()
    bench.router.log("%X-6-Y: z")
    bench.type("no service sequence-numbers")
    bench.type("service sequence-numbers")
    assert bench.router.log_buffer.lines[-1].startswith("000003: ")
    bench.router.log_buffer.clear()
    bench.router.log("%X-6-Y: z")
    assert [line[:8] for line in bench.router.log_buffer.lines] == ["000004: "]


def test_full_buffer_loses_its_oldest_lines() -> None:
    bench = Bench()
    for number in range(600):
        bench.router.log(f"%SYS-6-TEST: number {number}")
    kept = bench.router.log_buffer.lines
    assert 0 < len(kept) < 600
    assert [line.rpartition(" ")[2] for line in kept] == [
        str(number) for number in range(600 - len(kept), 600)
    ]


def test_vty_lines_are_as_many_as_configured() -> None:
    """ios-facts §13: 5 on many images, 16 on others."""
    for extra, count in (("", 5), ("line vty 5 15\n", 16)):
        lines = Bench(BASE + extra).router.lines
        opened = [lines.open_line("ops") for _ in range(count)]
        assert [line.number for line in opened if line] == list(range(count))
        assert lines.open_line("ops") is None


def test_line_that_was_given_back_is_not_given_back_again() -> None:
    """A session that ends after a reload must not free somebody else's line."""
    lines = Bench().router.lines
    first = lines.open_line("ops")
    lines.clear()
    second = lines.open_line("other")
    assert first is not None
    lines.close_line(first)
    assert list(lines) == [second]


def test_counts_go_with_their_lines_and_survive_others() -> None:
    """Brief of the engine: counters hang on configured lines."""
    bench = Bench()
    bench.tcp(25)
    bench.tcp()
    bench.type("ip access-list extended ACL_Internet_In", "no 60", "60 permit ip any any")
    counted = [line for line in bench.router.access_lists("ACL_Internet_In") if "match" in line]
    assert [line.split()[0] for line in counted] == ["40"]
    bench.router.data_plane.clear_counters("ACL_Internet_In")
    assert "match" not in "".join(bench.router.access_lists("ACL_Internet_In"))


def test_acl_that_is_undefined_or_empty_permits() -> None:
    """ios-facts §11: deleting an ACL still applied is permit-any."""
    bench = Bench(BASE)
    assert bench.tcp()


def test_table_of_behaviours_is_closed() -> None:
    """Design §5: each with its values, default and fact."""
    for row in table():
        assert row.default == row.metadata["values"][0]
        assert len(set(row.metadata["values"])) > 1
        assert row.metadata["fact"].startswith(("ios-facts §", "ios-facts-more §", "iosxe-facts §"))


def test_clock_runs_what_is_due_in_order_and_nothing_that_was_called_off() -> None:
    """Design §5: an injected clock."""
    clock = ManualClock(0.0)
    ran: list[str] = []
    clock.call_later(2, lambda: ran.append(f"b{clock.now()}"))

    def soon() -> None:
        clock.call_later(0.5, lambda: ran.append(f"a{clock.now()}"))

    clock.call_later(1, soon)
    clock.call_later(1, lambda: ran.append("never")).cancel()
    clock.call_later(4, lambda: ran.append("later"))
    clock.advance(3)
    assert ran == ["a1.5", "b2.0"]
    assert clock.now() == 3


def test_loop_clock_is_real_time() -> None:
    """The knock opens on an event loop as well."""

    async def scenario() -> tuple[str, ...]:
        loop = asyncio.get_running_loop()
        router = VirtualRouter(RECIPE, name="r1", clock=LoopClock(loop))
        opened = asyncio.Event()

        run_exec = router.run_exec

        def recorded(command: str, *, is_privileged: bool) -> str:
            opened.set()
            return run_exec(command, is_privileged=is_privileged)

        router.run_exec = recorded  # type: ignore[method-assign]
        for port in KNOCK:
            router.arrives(Packet("udp", CLIENT, 50000, OUTSIDE, port), OUTER)
        await asyncio.wait_for(opened.wait(), 60)
        return router.access_lists("ACL_Internet_In")

    assert any(CLIENT in line for line in asyncio.run(scenario()))
