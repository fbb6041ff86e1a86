"""EEM on IOS-XE: timers, counters, loops, texts, sessions (iosxe-facts §3, §4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.eem_timers import fits

from .xe_bench import ACL, BASE, KNOCKER, LINES, XeBench

NEVER = 'event syslog pattern "GO"'


def applet(*actions: str, event: str = NEVER, name: str = "T", options: str = "") -> str:
    lines = [f" action {10 * i:04d} {line}" for i, line in enumerate(actions)]
    return "\n".join([f"event manager applet {name}{options}", f" {event}", *lines, ""])


def bench_with(*applets: str, more: str = "", **choice: object) -> XeBench:
    text = BASE + "".join(applets) + more + LINES
    return XeBench(text, Behaviour(**choice))  # type: ignore[arg-type]


def said(bench: XeBench) -> list[str]:
    return [line.split("%HA_EM-6-LOG: ")[1] for line in bench.logged("%HA_EM-6-LOG: ")]


def go(bench: XeBench, message: str = "GO") -> list[str]:
    bench.router.log(f"%TEST-6-{message}: x")
    bench.clock.advance(1)
    return said(bench)


def ran(*actions: str, **choice: object) -> list[str]:
    """Return what an applet of these actions says."""
    return [line.removeprefix("T: ") for line in go(bench_with(applet(*actions), **choice))]  # type: ignore[arg-type]


def test_a_watchdog_runs_again_and_again_from_its_registration_and_after_a_boot() -> None:
    bench = bench_with(applet("puts tick", event="event timer watchdog time 60 maxrun 30"))
    bench.clock.advance(59)
    assert said(bench) == []
    bench.clock.advance(122)
    assert said(bench) == ["T: tick"] * 3
    bench.router.reload()
    bench.clock.advance(61)
    assert said(bench) == ["T: tick"]
    bench.type("no event manager applet T")
    bench.clock.advance(600)
    assert said(bench) == ["T: tick"]


def test_a_countdown_runs_once() -> None:
    bench = bench_with(applet("puts tick", event="event timer countdown time 5"))
    bench.clock.advance(60)
    assert said(bench) == ["T: tick"]


def test_an_event_that_is_typed_again_takes_the_place_of_the_one_before() -> None:
    """§3: re-arm by re-entering `event timer countdown time N`."""
    bench = bench_with(applet("puts tick", event="event timer countdown time 5"))
    bench.type("event manager applet T", "event timer countdown time 50")
    bench.clock.advance(49)
    assert said(bench) == []
    bench.clock.advance(2)
    assert said(bench) == ["T: tick"]


def test_cron_runs_when_the_time_fits() -> None:
    event = 'event timer cron name C cron-entry "30 0 * * *"'
    bench = bench_with(applet("puts tick", event=event))  # it is 00:26:40
    bench.clock.advance(199)
    assert said(bench) == []
    bench.clock.advance(2 + 3600)
    assert said(bench) == ["T: tick"]


@pytest.mark.parametrize(
    ("entry", "time", "is_due"),
    [
        ("* * * * *", "2002-03-01 00:27", True), ("27 0 1 3 5", "2002-03-01 00:27", True),
        ("*/5 * * * *", "2002-03-01 00:25", True), ("*/5 * * * *", "2002-03-01 00:27", False),
        ("0,27 0-3 * * *", "2002-03-01 00:27", True), ("* * * * 0", "2002-03-03 00:00", True),
        ("* * 31 * *", "2002-03-01 00:00", False), ("* * *", "2002-03-01 00:00", False),
        ("x * * * *", "2002-03-01 00:00", False),
    ],
)  # fmt: skip
def test_cron_entries(entry: str, time: str, is_due: bool) -> None:
    assert fits(entry, datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp()) == is_due


COUNT = "counter name C op inc value 1"
TELL = 'puts "$_counter_value_remain"'


def test_counters_are_shared_and_begin_at_nothing() -> None:
    """§3: shared between applets, not in running-config; §9.7: after a reload open."""
    other = applet(
        "counter name C op dec value 2", TELL, name="U", event='event syslog pattern "BACK"'
    )
    bench = bench_with(applet(COUNT, COUNT, COUNT, TELL), other)
    assert go(bench) == ["T: 3"]
    assert go(bench, "BACK")[-1] == "U: 1"
    assert "op inc" in bench.router.running_text()
    assert "C 3" not in bench.router.running_text()
    bench.router.reload()
    assert go(bench) == ["T: 3"]
    assert ran("counter name C op set value 7", "counter name C op nop", TELL) == ["7"]


def test_counters_may_belong_to_an_applet_or_outlive_a_reload() -> None:
    other = applet(COUNT, TELL, name="U", event='event syslog pattern "BACK"')
    bench = bench_with(applet(COUNT, TELL), other, counters_shared=False, counters_kept=True)
    go(bench)
    assert go(bench, "BACK")[-1] == "U: 1"
    bench.router.reload()
    assert go(bench)[-1] == "T: 2"


@pytest.mark.parametrize(
    ("value", "lt", "holds"),
    [("9", "numeric", False), ("10", "numeric", True), ("9", "string", True)],
)
def test_ge_compares_numbers(value: str, lt: str, holds: bool) -> None:
    said_ = ran(f"set v {value}", 'if $v ge "10"', "puts yes", "end", lt=lt)
    assert said_ == (["yes"] if holds else [])


def test_loops() -> None:
    skipping = ("foreach w a b c", "if $w eq b", "continue", "end", 'puts "$w"', "end", "puts z")
    assert ran(*skipping) == ["a", "c", "z"]
    assert ran('set l "x y"', 'foreach w "$l"', "foreach v 1 2", 'puts "$w$v"', "end", "end") == [
        "x1", "x2", "y1", "y2",
    ]  # fmt: skip
    counting = ("set n 0", "while $n lt 9", "increment n 1", "if $n gt 2", "break", "end", "end")
    assert ran(*counting, 'puts "$n"') == ["3"]
    assert ran("if 1 eq 2", "while 1 eq 1", "puts no", "end", "else", "puts yes", "end") == ["yes"]


def test_a_loop_without_an_end_is_ended_by_maxrun() -> None:
    bench = bench_with(applet("while 1 eq 1", "end"))
    go(bench)
    bench.clock.advance(25)
    assert bench.logged("%HA_EM-3-FMPD_ERROR: Error executing applet T")
    assert bench.router.event_manager.pending == bench.router.event_manager.active == ()


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ('string trim " x "', "x"), ('string trimleft "..x." "."', "x."),
        ('string trimright "..x." "."', "..x"), ("string tolower ABC", "abc"),
        ("string toupper abc", "ABC"), ("string length abcd", "4"), ("string first b abcb", "1"),
        ("string last b abcb", "3"), ("string index abc 1", "b"), ("string range abcd 1 2", "bc"),
        ("string replace abcd 1 2 x", "axd"), ("string match a*c abc", "1"),
        ("string equal a b", "0"), ("string compare a b", "-1"),
    ],
)  # fmt: skip
def test_texts(action: str, result: str) -> None:
    assert ran(action, 'puts "<$_string_result>"') == [f"<{result}>"]


def test_arithmetic() -> None:
    for action, result in (
        ("add 3 4", "7"),
        ("subtract 3 4", "-1"),
        ("multiply 3 4", "12"),
        ("divide 9 4", "2"),
    ):
        assert ran(action, 'puts "$_result"') == [result]
    assert ran("set n 5", "decrement n 2", 'puts "$n"') == ["3"]
    assert ran("divide 9 0", "puts no") == []


def test_a_session_configures_line_by_line_and_says_who_did() -> None:
    """§4: two blanks, the applet's name in parentheses."""
    commands = (
        "enable",
        "configure terminal",
        "interface GigabitEthernet0/0/1",
        "description by EEM",
    )
    bench = bench_with(applet(*(f'cli command "{text}"' for text in commands)))
    go(bench)
    section = bench.router.running.child("interface GigabitEthernet0/0/1")
    assert section
    assert section.child("description by EEM")
    assert bench.logged("%SYS-5-CONFIG_I: Configured from console by  on vty0 (EEM:T)")


@pytest.mark.parametrize(
    ("form", "result"),
    [
        ("bare", "<>"), ("prompt", "<x1#>"),
        ("echo", "<show ip access-lists ODD|x1#>"),
    ],
)  # fmt: skip
def test_a_result_has_around_it_what_the_image_puts_there(form: str, result: str) -> None:
    """§9.6."""
    commands = ('cli command "enable"', 'cli command "show ip access-lists ODD"')
    shown = ran(*commands, 'puts "<$_cli_result>"', cli_result=form)[0]
    assert shown.replace("\r\n", "|") == result


AUTHORIZED = "aaa authorization commands 15 default group tacacs+ local\n"


@pytest.mark.parametrize(
    ("options", "more", "choice", "is_run"),
    [
        ("", "", {}, True),
        ("", AUTHORIZED, {}, False),
        (" authorization bypass", AUTHORIZED, {}, True),
        (" authorization bypass", AUTHORIZED, {"bypass_authorizes": False}, False),
        ("", AUTHORIZED + "event manager session cli username ops\n", {}, True),
        ("", AUTHORIZED, {"asks_authorization": False}, True),
    ],
)
def test_command_authorization(
    options: str, more: str, choice: dict[str, object], is_run: bool
) -> None:
    """§3: without either, "Command authorization failed": EEM sends no username."""
    actions = (
        'cli command "enable"',
        'cli command "configure terminal"',
        'cli command "hostname y"',
    )
    bench = bench_with(applet(*actions, options=options), more=more, **choice)
    go(bench)
    assert (bench.router.running.child("hostname y") is not None) == is_run


@pytest.mark.parametrize(
    ("more", "choice", "n_seconds"),
    [
        ("", {}, 2), ("", {"applet_threads": 1}, 6),
        ("event manager scheduler applet thread class default number 2\n", {}, 4),
    ],
)  # fmt: skip
def test_threads_run_applets_at_a_time(
    more: str, choice: dict[str, object], n_seconds: int
) -> None:
    """§3: configured, or the model's default of five."""
    waits = [
        applet("wait 2", f"puts {name}", name=name, event='event syslog pattern "GO"')
        for name in ("A", "B", "C")
    ]
    bench = bench_with(*waits, more=more, **choice)
    bench.router.log("%TEST-6-GO: x")
    bench.clock.advance(n_seconds - 0.5)
    assert len(said(bench)) < 3
    bench.clock.advance(1)
    assert len(said(bench)) == 3


OF_CLASS_B = "event manager scheduler applet thread class B number 1\n"


@pytest.mark.parametrize(
    ("more", "choice", "seconds", "n_said"),
    [
        (OF_CLASS_B, "own", 3, 2), ("", "own", 60, 1),
        (OF_CLASS_B, "ignored", 3, 1), (OF_CLASS_B, "ignored", 5, 2),
        (OF_CLASS_B, "stuck", 60, 1),
    ],
)  # fmt: skip
def test_applets_of_a_class_wait_for_threads_of_their_own(
    more: str, choice: str, seconds: int, n_said: int
) -> None:
    """§3: threads are modelled for class default alone; what an image does with others is open."""
    busy = [
        applet("wait 2", f"puts {name}", name=name, event='event syslog pattern "GO"', options=of)
        for name, of in (("A", ""), ("B", " class B"))
    ]
    bench = bench_with(*busy, more=more, applet_threads=1, applet_classes=choice)
    bench.router.log("%TEST-6-GO: x")
    bench.clock.advance(seconds)
    assert len(said(bench)) == n_said


def test_what_an_applet_says_wakes_none() -> None:
    """§3: messages of an applet are not screened."""
    bench = bench_with(applet('syslog msg "GO again"'))
    go(bench)
    bench.clock.advance(60)
    assert len(said(bench)) == 1


TEXTS = st.sampled_from(
    ["a", "$v", "$_cli_result", "", "0", "10", "x y", "$", "([a-z]+)", "-1", "$w"]
)


@st.composite
def actions(draw: st.DrawFn) -> str:
    """Draw an action of some form, with whatever in it."""
    form = draw(
        st.sampled_from([
            "set v", "append v", "increment v", "decrement v", "add", "divide", "string trim",
            "string first", "string range abc", "counter name C op inc value", "counter name",
            "if {0} ge", "if 1 eq", "else", "end", "elseif {0} eq", "while {0} eq", "foreach w",
            "break", "continue", 'regexp "{0}"', "cli command", "puts", "syslog msg", "wait",
            "exit", "goto", "context save key K variable", "info type snmp", "reload",
        ])
    )  # fmt: skip
    return f'{form.format(draw(TEXTS))} "{draw(TEXTS)}"'


@settings(max_examples=60)
@given(st.lists(actions(), max_size=12))
def test_no_applet_stops_the_router(lines: list[str]) -> None:
    bench = bench_with(applet(*lines, event="event timer watchdog time 30 maxrun 1"))
    for _ in range(3):
        bench.clock.advance(35)
    assert bench.router.event_manager.pending == ()
    assert bench.type("hostname still-there") == []


POLICY = """\
::cisco::eem::event_register_syslog pattern {IPACCESSLOGP: .*46543} maxrun 20
namespace import ::cisco::eem::*
namespace import ::cisco::lib::*
array set e [event_reqinfo]
regexp {udp ([0-9.]+)\\(} $e(msg) whole source
array set cli [cli_open]
cli_exec $cli(fd) "enable"
cli_exec $cli(fd) "configure terminal"
cli_exec $cli(fd) "ip access-list extended WAN-IN"
cli_exec $cli(fd) "15 permit tcp host $source any eq 22"
cli_exec $cli(fd) "end"
cli_close $cli(fd) $cli(tty_id)
"""


@pytest.mark.usefixtures("tclsh")
def test_a_policy_in_tcl_hears_the_data_plane_and_configures() -> None:
    """§3, §8 V3: policies lie on bootflash."""
    bench = bench_with(more=ACL)
    bench.router.flash["door.tcl"] = POLICY
    directory = 'event manager directory user policy "bootflash:/"'
    assert bench.type(directory, "event manager policy door.tcl type user") == []
    bench.send(46543)
    bench.clock.advance(1)
    assert (bench.slot() or "").startswith(f"15 permit tcp host {KNOCKER} ")
    assert bench.logged("Configured from console by  on vty0 (EEM:door.tcl)")
