"""What a person or a program sees that types at a router (ios-facts §9, §10, §13)."""

from __future__ import annotations

import pytest

from knockdeploy.lab.faults import Faults
from lab_io.conftest import Console


def test_each_line_runs_in_the_mode_that_is_really_current(console: Console) -> None:
    seen = console.type(
        "conf t\nip access-list extended NEW\npermit ip any any\nhostname other\nexit\nexit\n"
    )
    # `hostname` leaves the sub-mode by itself, so two exits are one too many: the session ends.
    assert "r2#conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\n" in seen
    assert "r2(config)#ip access-list extended NEW\nr2(config-ext-nacl)#permit ip any any\n" in seen
    assert "\nother(config)#exit\n" in seen
    assert seen.endswith("other#exit\n")


def test_long_hostname_is_cut_in_configuration_prompts_only(console: Console) -> None:
    seen = console.type("conf t\nhostname abcdefghijklmnopqrstuvwxyz\nend\n")
    assert "\nabcdefghijklmnopqrst(config)#end\nabcdefghijklmnopqrstuvwxyz#" in seen


def test_empty_lines_are_answered_with_a_bare_prompt(console: Console) -> None:
    assert console.type("\n\n").startswith("r2#\nr2#\nr2#")


@pytest.mark.parametrize("end_of_line", ["\n", "\r", "\r\n"])
def test_every_kind_of_newline_is_one(console: Console, end_of_line: str) -> None:
    assert console.type(f"show privilege{end_of_line}exit{end_of_line}") == (
        "r2#show privilege\nCurrent privilege level is 15\nr2#exit\n"
    )


def test_caret_stands_below_the_word_that_is_wrong(console: Console) -> None:
    seen = console.type("show nonsense\nconf t\nbogus line\ndo  show nonsense\n")
    assert "r2#show nonsense\n        ^\n% Invalid input detected at '^' marker.\n\nr2#" in seen
    assert "r2(config)#bogus line\n           ^\n% Invalid input detected at '^' marker." in seen
    assert f"r2(config)#do  show nonsense\n{' ' * (11 + 4 + 5)}^\n% Invalid input" in seen


def test_wrong_argument_is_pointed_at(console: Console) -> None:
    seen = console.type("terminal length many\n")
    assert seen.startswith("r2#terminal length many\n" + " " * (3 + 16) + "^\n% Invalid input")


def test_unknown_word_is_taken_for_a_host(console: Console) -> None:
    assert console.type("wirte\n").startswith(
        'r2#wirte\nTranslating "wirte"...domain server (255.255.255.255)\n'
        "% Unknown command or computer name, or unable to find computer address\n"
    )


@pytest.mark.parametrize(
    ("line", "answer"),
    [("show ip", "% Incomplete command."), ("co t", '% Ambiguous command:  "co t"')],
)
def test_incomplete_and_ambiguous_commands_are_named_so(
    console: Console, line: str, answer: str
) -> None:
    assert f"r2#{line}\n{answer}\n" in console.type(f"{line}\n")


def test_do_runs_an_exec_command_in_configuration_mode(console: Console) -> None:
    seen = console.type("conf t\nint gi0/2\ndo show privilege\nno shut\n")
    assert "r2(config-if)#do show privilege\nCurrent privilege level is 15\nr2(config-if)#" in seen
    interface = console.machine.router.running.child("interface GigabitEthernet0/2")
    assert interface is not None
    assert interface.child("shutdown") is None


def test_control_z_runs_the_line_and_leaves(console: Console) -> None:
    seen = console.type("conf t\nhostname z\x1a")
    assert seen.endswith("hostname z^Z\nz#")


def test_control_c_drops_the_line_and_leaves(console: Console) -> None:
    assert console.type("conf t\nhostname z\x03").endswith("hostname z\nr2#")


def test_rubout_and_erase_keys_edit_the_line(console: Console) -> None:
    seen = console.type("show privilegX\x7fe\nnonsense\x15show clock\nshow xyz\x17clock\n")
    assert seen.count("Current privilege level is 15") == 1
    assert seen.count("00:26:40.000 UTC Fri Mar 1 2002") == 2


def test_question_mark_helps_at_once_and_keeps_the_line(console: Console) -> None:
    seen = console.type("show ip ?cef 127.0.0.1\n")
    assert "r2#show ip ?\n  access-lists\n  cef\n  interface\n\nr2#show ip cef 127.0.0.1\n" in seen


def test_question_mark_never_becomes_part_of_a_configuration_line(console: Console) -> None:
    console.type("conf t\ninterface Loopback5\ndescription a?b\n")
    node = console.machine.router.running.at(("interface Loopback5", "description ab"))
    assert node is not None


def test_tabulator_spells_the_word_out(console: Console) -> None:
    assert "r2#show privilege \n" in console.type("show priv\t\n")


def test_tabulator_leaves_what_several_words_begin_with(console: Console) -> None:
    assert console.type("show c\t\n").startswith("r2#show c\n")


def test_pager_stops_after_a_screen_and_takes_keys_as_they_come(console: Console) -> None:
    seen = console.type("show run\n \nqshow privilege\n", height=24)
    assert seen.count(" --More-- ") == 3
    assert seen.endswith("r2#show privilege\nCurrent privilege level is 15\nr2#")


def test_terminal_length_0_switches_the_pager_off(console: Console) -> None:
    assert "--More--" not in console.type("term len 0\nshow run\n", height=24)


def test_line_beyond_the_terminal_width_is_shown_by_its_tail(console: Console) -> None:
    seen = console.type("! " + "x" * 100 + "\n", width=80)
    assert "\rr2#$" in seen
    assert "\rr2#$" not in console.type("terminal width 511\n! " + "x" * 100 + "\n", width=80)


def test_question_about_the_file_name_eats_what_was_typed_ahead(console: Console) -> None:
    before = console.machine.router.startup
    seen = console.type("conf t\nhostname new\nend\ncopy run start\nshow clock\n")
    assert "Destination filename [startup-config]? show clock\n" in seen
    assert console.machine.router.startup == before


def test_copy_saves_once_the_name_is_confirmed(console: Console) -> None:
    seen = console.type("conf t\nhostname new\nend\ncopy run start\n\n")
    assert "[startup-config]? \nBuilding configuration...\n[OK]\nnew#" in seen
    assert "hostname new\n" in console.machine.router.startup


def test_reload_asks_twice_and_starts_from_what_was_saved(console: Console) -> None:
    seen = console.type("conf t\nhostname new\nend\nreload\nno\n\n")
    assert "System configuration has been modified. Save? [yes/no]: no\n" in seen
    assert "Proceed with reload? [confirm]" in seen
    assert console.machine.router.running.child("hostname r2") is not None


def test_files_are_copied_listed_shown_replaced_and_deleted(console: Console) -> None:
    console.type("copy running-config flash:before\n\nconf t\nhostname new\nend\n")
    assert " before\n" in console.type("dir\n")
    assert "hostname r2\n" in console.type("more flash:before\n")
    assert "Rollback Done\n" in console.type("configure replace flash:before force\n")
    assert console.machine.router.running.child("hostname r2") is not None
    console.type("delete flash:before\n\n\n")
    assert "(No such file or directory)" in console.type("more flash:before\n")


def test_configure_replace_wants_a_y(console: Console) -> None:
    console.type("copy running-config flash:before\n\nconf t\nhostname new\nend\n")
    console.type("configure replace flash:before\nn\n")
    assert console.machine.router.running.child("hostname new") is not None
    console.type("configure replace flash:before\ny\n")
    assert console.machine.router.running.child("hostname r2") is not None


def test_revert_timer_goes_back_unless_confirmed(console: Console) -> None:
    seen = console.type("configure terminal revert timer 5\nhostname new\nend\n")
    assert "Rollback Confirmed Change: Backing up current running config to flash:archive" in seen
    pending = console.type("show archive config rollback timer\n")
    assert "Timer value: 5 min\nUser: admin\n" in pending
    console.clock.advance(300)
    assert console.machine.router.running.child("hostname r2") is not None
    assert "%No Rollback Confirmed Change pending" in console.type("configure confirm\n")


def test_confirmed_change_stays(console: Console) -> None:
    console.type("configure terminal revert timer 5\nhostname new\nend\nconfigure confirm\n")
    console.clock.advance(600)
    assert console.machine.router.running.child("hostname new") is not None


def test_revert_now_goes_back_at_once(console: Console) -> None:
    console.type("configure terminal revert timer 5\nhostname new\nend\nconfigure revert now\n")
    assert console.machine.router.running.child("hostname r2") is not None


def test_revert_timer_without_archive_is_refused_and_configures_nothing(console: Console) -> None:
    seen = console.type("conf t\nno archive\nend\nconf t revert timer 5\nhostname new\n")
    assert "%Turn config archive on before using Rollback Confirmed Change\nr2#" in seen
    assert console.machine.router.running.child("hostname r2") is not None


def test_log_lines_appear_in_sessions_that_asked_for_them(console: Console) -> None:
    line = "%SYS-5-CONFIG_I: Configured from console by admin on vty0 (127.0.0.1)"
    assert line not in console.type("conf t\nend\n")
    assert f": {line}\n" in console.type("terminal monitor\nconf t\nend\n")
    assert line in console.type("show logging\n")


def test_input_beyond_a_small_buffer_is_lost(console: Console) -> None:
    seen = console.type("show privilege\nshow clock\n", buffer_chars=15)
    assert seen == "r2#show privilege\nCurrent privilege level is 15\nr2#"


def test_user_mode_knows_little(console: Console) -> None:
    seen = console.type("disable\nshow running-config\nenable\n")
    assert "r2>show running-config\n        ^\n% Invalid input" in seen
    assert seen.endswith("r2>enable\n% No password set\nr2>")


def test_pipes_filter_what_is_shown(console: Console) -> None:
    assert "r2#show run | include ^hostname\nBuilding configuration...\nhostname r2\nr2#" in (
        console.type("show run | include ^hostname\n")
    )
    section = console.type("show startup-config | section ^archive\n")
    assert section == (
        "r2#show startup-config | section ^archive\n"
        "archive\n path flash:archive\n maximum 10\n write-memory\nr2#"
    )
    assert "version" not in console.type("show run | begin ^line con\n")


@pytest.mark.parametrize(
    ("pipe", "left"),
    [
        ("include level", "Current privilege level is 15\n"),
        ("include LEVEL", ""),
        ("exclude level", ""),
        ("exclude nothing", "Current privilege level is 15\n"),
        ("begin privilege", "Current privilege level is 15\n"),
        ("e level", ""),
    ],
)
def test_pipe_keeps_the_lines_it_is_for(console: Console, pipe: str, left: str) -> None:
    seen = console.type(f"show privilege | {pipe}\n")
    assert seen == f"r2#show privilege | {pipe}\n{left}r2#"


EXISTS = "%Warning:There is a file already existing with this name\n"


@pytest.mark.parametrize(("key", "kept"), [("\n", "new"), ("y", "new"), ("n", "r2")])
def test_file_is_written_over_only_by_who_confirms_it(
    console: Console, key: str, kept: str
) -> None:
    assert EXISTS not in console.type("copy running-config flash:before\n\n")
    console.type("conf t\nhostname new\nend\n")
    assert EXISTS in console.type(f"copy running-config flash:before\n\n{key}")
    assert f"hostname {kept}\n" in console.machine.router.flash["before"]


def test_session_that_ends_gives_its_line_back_and_leaves_configuration(console: Console) -> None:
    console.type("conf t\nevent manager applet X\n")
    assert list(console.machine.router.lines) == []
    assert "%SYS-5-CONFIG_I" in console.machine.router.log_buffer.lines[-1]


@pytest.mark.parametrize(
    ("faults", "keys", "answer"),
    [
        (Faults(refuse_line=2), "conf t\nip cef\nhostname x\n", "      ^\n% Invalid input"),
        (Faults(refuse="hostname .*", refusal="% no"), "conf t\nhostname x\n", "hostname x\n% no"),
        (Faults(deny="show run.*"), "show run\n", "Command authorization failed.\n"),
        (Faults(deny="hostname .*"), "conf t\nhostname x\n", "Command authorization failed.\n"),
        (Faults(save_busy=True), "wr\n", "startup-config file open failed (Device or resource"),
        (Faults(locked_by="eve"), "conf t\nhostname x\n", "locked exclusively by user 'eve'"),
        (Faults(locked_by="eve"), "show configuration lock\n", "User              : eve\n"),
    ],
    ids=["line-2", "pattern", "aaa-exec", "aaa-config", "busy", "locked", "lock-shown"],
)
def test_fault_shows_as_ios_words_it(
    console: Console, faults: Faults, keys: str, answer: str
) -> None:
    before = (console.machine.router.running, console.machine.router.startup)
    console.machine.faults = faults
    assert answer in console.type(keys)
    assert (console.machine.router.running, console.machine.router.startup) == before


def test_faults_set_anew_count_from_the_start(console: Console) -> None:
    console.machine.faults = Faults(refuse_line=1)
    assert "% Invalid" in console.type("conf t\nhostname a\nhostname b\n")
    assert console.machine.box.n_lines == 2
    console.machine.faults = Faults(refuse_line=1)
    assert "% Invalid" in console.type("conf t\nhostname c\n")
    assert console.machine.router.running.child("hostname b") is not None


def test_a_section_is_left_by_a_line_whose_first_word_it_has_for_other_lines(
    console: Console,
) -> None:
    seen = console.type(
        "conf t\nobject-group service OG\nip\nip access-list extended NEW\n"
        "control-plane host\nservice sequence-numbers\nend\n"
    )
    assert "r2(config-service-group)#ip\nr2(config-service-group)#ip access-list ext" in seen
    assert "r2(config-ext-nacl)#control-plane host\n" in seen
    assert "r2(config-cp-host)#service sequence-numbers\nr2(config)#end\n" in seen
