"""The event manager: registration, triggers, conditions, one policy at a time (ios-facts §3)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.applet import AppletError, applet_of
from knockdeploy.ios.parse import parse
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.regexp import RegexpError, compiled

from .bench import BASE, KNOCK, RECIPE, Bench, applet


def bench_with(*lines: str, trigger: str = 'event syslog pattern "GO"', **choice: object) -> Bench:
    """Return a router with one applet T of these actions."""
    actions = [f" action {10 * i:04d} {line}" for i, line in enumerate(lines)]
    text = "\n".join(["event manager applet T", f" {trigger}", *actions, ""])
    return Bench(BASE + text, Behaviour(**choice))  # type: ignore[arg-type]


def said(bench: Bench) -> list[str]:
    return [line.split(": ", 3)[3] for line in bench.logged("%HA_EM-6-LOG: ")]


def go(bench: Bench, message: str = "GO") -> list[str]:
    bench.router.log(f"%TEST-6-{message}: x")
    bench.clock.advance()
    return said(bench)


def test_actions_run_in_the_order_of_their_labels_as_strings() -> None:
    """§3: ascending alphanumeric key sequence."""
    text = """
event manager applet T
 event syslog pattern "GO"
 action 9 puts "last"
 action 10 puts "first"
 action 2 puts "second"
"""
    assert go(Bench(BASE + text)) == ["T: first", "T: second", "T: last"]


def test_else_and_elseif_take_the_one_branch_that_holds() -> None:
    """§3: if, elseif, else, end."""
    lines = [
        "if $v eq 1", "puts one", "elseif $v eq 2", "if $v ne 2", "puts no", "else",
        "puts two", "end", "else", "puts other", "end", "puts done",
    ]  # fmt: skip
    for value, expected in (("1", "one"), ("2", "two"), ("3", "other")):
        assert go(bench_with(f"set v {value}", *lines)) == [f"T: {expected}", "T: done"]


@pytest.mark.parametrize(
    ("comparison", "lt", "holds"),
    [
        ("9 lt 10", "numeric", True), ("9 lt 10", "string", False),
        ("10 gt 9", "numeric", True), ("10 gt 9", "string", False),
        ("000089 le 000089", "numeric", True), ("2 ge 10", "string", True),
        ("01 eq 1", "numeric", False), ("01 ne 1", "numeric", True),
    ],
)  # fmt: skip
def test_comparisons(comparison: str, lt: str, holds: bool) -> None:
    """§3: lt numeric or by string is unknown; eq and ne compare text."""
    lines = (f"if {comparison}", "puts yes", "end")
    assert bool(go(bench_with(*lines, lt=lt))) is holds


def test_regexp_without_match_leaves_variables_and_says_so() -> None:
    """§10: a variable stays unset, and the next use aborts."""
    bench = bench_with('set a "kept"', 'regexp "(N+)" "GO" w a', 'puts "$_regexp_result $a"',
                       'puts "$w"', 'puts "never"')  # fmt: skip
    assert go(bench) == ["T: 0 kept"]
    assert [line.split(": ", 2)[2] for line in bench.logged("%HA_EM-3")] == [
        "%HA_EM-3-FMPD_UNKNOWN_ENV: fh_parse_var: could not find environment variable: w",
        "%HA_EM-3-FMPD_ERROR: Error executing applet T statement 0030",
    ]


def test_regexp_gives_the_whole_match_and_then_the_groups() -> None:
    """§3."""
    assert go(bench_with('regexp "a(.)(.)" "xabcx" w p q', 'puts "$w $p $q $_regexp_result"')) == [
        "T: abc b c 1"
    ]


def test_only_what_every_flavour_knows_is_a_regexp() -> None:
    """§3: no \\d, \\s, ? laziness or {n}; the flavour of classic IOS is unknown."""
    for pattern in (r"\d+", r"a\s", "(?:a)", "a{3}", "a+?", "("):
        with pytest.raises(RegexpError):
            compiled(pattern)
    assert not compiled("a$").search("a\n")  # $ is the end of the message, not of a line
    assert compiled("a.b").search("a\nb")
    assert compiled(r"\(1\)[$]").search("(1)$")


def test_syslog_message_begins_with_a_newline_or_not() -> None:
    """§2: almost certainly."""
    for newline, expected in ((True, "0"), (False, "1")):
        bench = bench_with('regexp "^[0-9]" "$_syslog_msg"', 'puts "$_regexp_result"',
                           message_newline=newline)  # fmt: skip
        assert go(bench) == [f"T: {expected}"]


def test_label_words_goto_exit_increment_and_append() -> None:
    """§3: the smaller actions."""
    lines = ["set n 1", "increment n 2", 'append t "$n"', "if $n eq 3 goto 0060", "puts no",
             "exit", 'puts "$t"', "exit", "puts never"]  # fmt: skip
    assert go(bench_with(*lines)) == ["T: 3"]


def test_unknown_action_aborts() -> None:
    """§10: Error executing applet."""
    bench = bench_with("frobnicate")
    go(bench)
    assert bench.logged("%HA_EM-3-FMPD_ERROR: Error executing applet T statement 0000")


def test_maxrun_ends_a_policy_after_twenty_seconds() -> None:
    """§3: default 20 s; its VTY is closed then."""
    bench = bench_with('cli command "enable"', "wait 30", 'puts "never"')
    go(bench)
    assert len(list(bench.router.lines)) == 1
    bench.clock.advance(19.9)
    assert len(list(bench.router.lines)) == 1
    bench.clock.advance(0.2)
    assert list(bench.router.lines) == []
    bench.clock.advance(30)
    assert said(bench) == []


def test_one_policy_runs_at_a_time_and_the_next_waits() -> None:
    """Design §5: EEM one policy at a time."""
    bench = bench_with('puts "begin"', "wait 5", 'puts "end"')
    go(bench)
    go(bench)
    bench.clock.advance(4.9)
    assert said(bench) == ["T: begin"]
    bench.clock.advance(0.1)
    assert said(bench) == ["T: begin", "T: end", "T: begin"]


def test_reload_ends_what_runs_and_forgets_what_waits() -> None:
    """A reload starts from nothing: no policy, no event that a tag remembers."""
    bench = bench_with("wait 5", 'puts "never"')
    go(bench)
    go(bench)
    bench.router.reload()
    bench.clock.advance(60)
    assert said(bench) == []
    knocked = Bench()
    knocked.knock(KNOCK[:4])
    knocked.router.reload()
    knocked.knock(KNOCK[4:])
    assert knocked.entries() == []


def test_commands_need_a_free_vty_and_give_it_back() -> None:
    """§3 and §13: five VTYs; one for each policy that runs commands."""
    bench = Bench()
    taken = [bench.router.lines.open_line("ops", "192.0.2.1") for _ in range(5)]
    assert bench.router.lines.open_line("ops") is None
    bench.knock()
    assert bench.entries() == []
    assert bench.logged("%HA_EM-3-FMPD_CLI_CONNECT")
    assert taken[0] is not None
    bench.router.lines.close_line(taken[0])
    bench.forget()
    bench.knock()
    assert len(bench.entries()) == 1
    assert len(list(bench.router.lines)) == 4


def test_cli_starts_in_user_exec() -> None:
    """§3: access-template needs enable."""
    bench = Bench(RECIPE.replace('cli command "enable"', 'cli command "disable"'))
    bench.knock()
    assert bench.entries() == []


def test_commands_go_where_the_router_is_told_to_send_them() -> None:
    """§3: AAA may refuse what EEM types; the answer is $_cli_result."""
    bench = bench_with('cli command "enable"', 'cli command "show x"', 'puts "$_cli_result"')
    seen = []

    def run_exec(command: str, *, is_privileged: bool) -> str:
        seen.append((is_privileged, command))
        return "Command authorization failed."

    bench.router.run_exec = run_exec  # type: ignore[method-assign]
    assert go(bench) == ["T: Command authorization failed."]
    assert seen == [(True, "show x")]


def test_applet_is_registered_when_its_mode_is_left() -> None:
    """Brief of the engine: compiled when the mode is left, gone with its line."""
    bench = Bench(RECIPE.replace(applet(), ""))
    line = bench.router.lines.open_line("ops", "192.0.2.1")
    assert line is not None
    mode: tuple[str, ...] | None = ()
    for text in applet().splitlines():
        mode, answer = bench.router.configure(mode or (), text)
        assert answer == ""
    events = bench.router.event_manager
    assert [each.name for each in events.applets] == []
    bench.router.configure(mode or (), "exit")
    bench.router.left_configuration(line, ("event manager applet EEM_Knock",))
    assert [each.name for each in events.applets] == ["EEM_Knock"]
    bench.type("no event manager applet EEM_Knock")
    assert [each.name for each in events.applets] == []


def test_occurs_counts_the_whole_correlation() -> None:
    """§3: number of times the total correlation occurs before an event is raised."""
    trigger = """event tag A syslog pattern "GO-A"
 event tag B syslog pattern "GO-B"
 trigger occurs 2 period 10
  correlate event A and event B"""
    bench = bench_with("puts raised", trigger=trigger)
    go(bench, "GO-A")
    assert go(bench, "GO-B") == []
    go(bench, "GO-A")
    assert go(bench, "GO-B") == ["T: raised"]


@pytest.mark.parametrize(
    ("correlate", "messages", "count"),
    [
        ("A or event B", "B", 1),
        ("A andnot event B", "A", 1),
        ("A andnot event B", "BA", 0),
        ("A and event B", "AB", 1),
    ],
)
def test_correlations(correlate: str, messages: str, count: int) -> None:
    """§3: and, or, andnot."""
    trigger = f"""event tag A syslog pattern "GO-A"
 event tag B syslog pattern "GO-B"
 trigger
  correlate event {correlate}"""
    bench = bench_with("puts raised", trigger=trigger)
    for message in messages:
        go(bench, f"GO-{message}")
    assert len(said(bench)) == count


def test_window_without_period_is_three_minutes() -> None:
    """§3: the default trigger occurrence window is three minutes."""
    trigger = """event tag A syslog pattern "GO-A"
 event tag B syslog pattern "GO-B"
 trigger
  correlate event A and event B"""
    for pause_s, count in ((180, 1), (181, 0)):
        bench = bench_with("puts raised", trigger=trigger)
        go(bench, "GO-A")
        bench.clock.advance(pause_s)
        assert len(go(bench, "GO-B")) == count


@pytest.mark.parametrize(
    "text",
    [
        "event manager applet T\n action 1 exit\n",
        'event manager applet T\n event tag A syslog pattern "x"\n trigger\n'
        "  correlate event A and event B\n",
    ],
    ids=["no-event", "unknown-tag"],
)
def test_applet_without_events_is_none(text: str) -> None:
    """§10: no event registered."""
    with pytest.raises(AppletError):
        applet_of(parse(text).children[0])
