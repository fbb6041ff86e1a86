"""EEM policies in Tcl on the virtual router, as ios-facts-more §C has them."""

from __future__ import annotations

import pytest

from knockdeploy.lab.tcl.process import shared

from .bench import ACL, BASE, ENVIRONMENT, GROUPS, KNOCK, POLICING, Bench

NAME = "watch.tcl"
HEAD = "::cisco::eem::event_register_syslog pattern {%CP-6-UDP: DROP } maxrun 20\n"
IMPORTS = "namespace import ::cisco::eem::*\nnamespace import ::cisco::lib::*\n"
DIRECTORY = 'event manager directory user policy "flash:/"'
pytestmark = pytest.mark.usefixtures("tclsh")


def bench(body: str, *lines: str) -> Bench:
    """Return a router with a policy of this body registered, and no applet."""
    made = Bench(BASE + GROUPS + POLICING + ACL + ENVIRONMENT)
    made.router.flash[NAME] = HEAD + IMPORTS + body
    answers = made.type(DIRECTORY, f"event manager policy {NAME} type user", *lines)
    assert answers == []
    return made


def says(router: Bench) -> list[str]:
    """Return what policies said."""
    return [line.partition(f"{NAME}: ")[2] for line in router.logged(f"LOG: {NAME}: ")]


def test_a_run_takes_half_a_second_and_runs_are_serial() -> None:
    """§C: messages at 34.972 and 35.224 were handled at 35.416 and 35.916."""
    router = bench("array set e [event_reqinfo]\naction_syslog msg $e(event_pub_msec)\n")
    for port in KNOCK[:3]:
        router.udp(port)
    router.clock.advance(0.4)
    assert says(router) == []
    router.clock.advance(0.7)
    assert len(says(router)) == 2
    router.clock.advance(0.5)
    assert len(says(router)) == 3


def test_event_time_is_the_message_s() -> None:
    """§C: event_pub_sec and event_pub_msec are the time of the message, not of the run."""
    router = bench(
        "array set e [event_reqinfo]\n"
        'action_syslog msg "$e(event_pub_sec).[format %03d $e(event_pub_msec)]"\n'
    )
    start_s = router.clock.now()
    router.udp(KNOCK[0])
    router.clock.advance(0.25)
    router.udp(KNOCK[1])
    router.clock.advance(2)
    assert [float(each) - start_s for each in says(router)] == [0.0, 0.25]


def test_what_is_retrieved_is_gone() -> None:
    """§C: "Retrieved information is automatically deleted"; what is missing is an error."""
    router = bench(
        "if {[catch {context_retrieve C n} n]} {\n"
        '    action_syslog msg "none"\n    set n {one {two three}}\n    context_save C n\n'
        "} else {\n    action_syslog msg $n\n}\n"
    )
    for port in KNOCK[:4]:
        router.udp(port)
    router.clock.advance(5)
    assert says(router) == ["none", "one {two three}", "none", "one {two three}"]


def test_contexts_and_what_waits_are_in_ram() -> None:
    """§C: a reload forgets them; the file and its registration stay."""
    router = bench(
        "if {[catch {context_retrieve C n} n]} {set n 0}\nincr n\ncontext_save C n\n"
        "action_syslog msg $n\n"
    )
    router.router.save()
    router.udp(KNOCK[0])
    router.clock.advance(1)
    router.udp(KNOCK[0])
    router.router.reload()
    router.udp(KNOCK[0])
    router.clock.advance(1)
    assert says(router) == ["1"]


def test_a_changed_file_does_nothing_until_it_is_registered_again() -> None:
    """§C, id 18461865370."""
    router = bench("action_syslog msg old\n")
    router.router.flash[NAME] = HEAD + IMPORTS + "action_syslog msg new\n"
    router.udp(KNOCK[0])
    router.clock.advance(1)
    router.type(f"no event manager policy {NAME}")
    router.udp(KNOCK[0])
    router.clock.advance(1)
    router.type(f"event manager policy {NAME} type user")
    router.udp(KNOCK[0])
    router.clock.advance(1)
    assert says(router) == ["old", "new"]


def test_registration_wants_the_directory_and_the_file() -> None:
    """§C: directory first; a file that is not there cannot be registered."""
    router = Bench(BASE)
    assert router.type(f"event manager policy {NAME}")
    assert router.type(DIRECTORY) == []
    assert router.type(f"event manager policy {NAME}")
    assert "event manager policy" not in router.router.running_text()
    router.router.flash[NAME] = "puts {no registration}\n"
    assert router.type(f"event manager policy {NAME}")


def test_a_policy_has_the_router_s_variables_and_a_vty_of_its_own() -> None:
    """§3: it starts in user EXEC, and `enable` needs no password; a VTY is taken meanwhile."""
    router = bench(
        "array set c [cli_open]\n"
        'cli_exec $c(fd) "access-template ACL_Internet_In DACL_Internet_In host 9.9.9.9 any"\n'
        'cli_exec $c(fd) "enable"\n'
        'set shown [cli_exec $c(fd) "show object-group OG_Knock"]\n'
        'action_syslog msg "$_knock_Timeout [llength [split $shown \\r]]"\n'
        'cli_exec $c(fd) "access-template $_knock_Services D$_knock_Services host 8.8.8.8 any"\n'
        "cli_close $c(fd) $c(tty_id)\n"
    )
    router.udp(KNOCK[0])
    router.clock.advance(1)
    assert says(router) == ["60 7"]
    assert [entry for entry in router.entries() if "8.8.8.8" in entry]
    assert not [entry for entry in router.entries() if "9.9.9.9" in entry]
    assert list(router.router.lines) == []


def test_without_a_free_vty_the_policy_ends_in_an_error() -> None:
    """§C: it fails, and that is logged; the next one runs."""
    router = bench("array set c [cli_open]\naction_syslog msg opened\n")
    taken = [router.router.lines.open_line("ops") for _ in range(5)]
    router.udp(KNOCK[0])
    router.clock.advance(1)
    assert says(router) == []
    assert router.logged("%HA_EM-3-FMPD_ERROR")
    router.router.lines.close_line(next(filter(None, taken)))
    router.udp(KNOCK[0])
    router.clock.advance(1)
    assert says(router) == ["opened"]


@pytest.mark.parametrize(
    "newer",
    [
        "dict create a b", "lassign {1 2} a b", "string reverse abc", "lsearch -all {a b} a",
        "clock milliseconds", "lset x 0 1", "lrepeat 3 a", "try {set a 1}", "exec true", "socket",
        "lreverse {a b}", "lmap a {1 2} {set a}", "source /etc/passwd", "load x",
    ],
)  # fmt: skip
def test_what_tcl_8_3_4_lacks_is_refused(newer: str) -> None:
    """§C: Tcl 8.3.4; a policy has no processes, sockets or files of the machine."""
    router = bench(f"{newer}\naction_syslog msg ran\n")
    router.udp(KNOCK[0])
    router.clock.advance(1)
    assert says(router) == []


def test_an_applet_does_not_wait_for_a_tcl_policy() -> None:
    """§C: they have threads of their own."""
    router = bench("action_syslog msg ran\n")
    router.type(
        "event manager applet OTHER", 'event syslog pattern "DROP"', 'action 1.0 syslog msg "seen"',
        "exit",
    )  # fmt: skip
    router.udp(KNOCK[0])
    router.clock.advance(0.1)
    assert router.logged("OTHER: seen")
    assert says(router) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, AssertionError])
def test_a_run_that_is_broken_off_takes_no_other_one_for_its_answer(
    error: type[BaseException],
) -> None:
    """All routers of a process share a tclsh: it would open for who is not asked about."""

    def breaks_off(_command: str, _words: tuple[str, ...]) -> tuple[str, ...]:
        raise error

    asked: list[str] = []

    def answers(_command: str, words: tuple[str, ...]) -> tuple[str, ...]:
        asked.append(words[-1])
        return ("fine",)

    says = "::cisco::eem::action_syslog msg [::cisco::lib::cli_exec 1 {}]"
    with pytest.raises(error):
        shared().run(says.format("one"), {}, breaks_off)
    shared().run(says.format("two"), {}, answers)
    assert asked == ["two", "fine"]
