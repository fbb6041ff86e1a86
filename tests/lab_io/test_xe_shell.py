"""What a session on a virtual IOS-XE router sees (iosxe-facts §6, §7)."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from netmiko import ConnectHandler

from knockdeploy.ios.version import version_of
from knockdeploy.lab import configs_xe
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.configs import PASSWORD, USERNAME
from knockdeploy.lab.fabric import LabOptions, fabric
from knockdeploy.lab.faults import Faults

from .conftest import PLACE, Console, console_of, hang_up

XE = dataclasses.replace(PLACE, platform="iosxe")
START = configs_xe.starting(1, XE.name, XE.inside, XE.outside)


def xe(**choice: object) -> Console:
    return console_of(XE, START, Behaviour(**choice))  # type: ignore[arg-type]


@pytest.fixture
def console() -> Console:
    return xe()


@pytest.mark.parametrize(("is_17", "number"), [(True, "17.9.4a"), (False, "16.6.4")])
def test_show_version_is_that_of_the_train(is_17: bool, number: str) -> None:
    """Numbers of entries are printed from 16.9 to 17 on; 17 tells its mode (C1117)."""
    console = xe(ace_numbers=is_17)
    shown = console.type("show version\n")
    assert version_of(shown).is_xe
    assert version_of(shown).number == number
    assert re.search(r"^Cisco IOS XE Software, Version 1[67]\.", shown, re.MULTILINE)
    assert ("Router operating mode: Autonomous" in shown) == is_17


@pytest.mark.parametrize("is_17", [True, False])
def test_running_config_numbers_entries_or_does_not(is_17: bool) -> None:
    shown = xe(ace_numbers=is_17).type("show running-config\n")
    assert (" 40 permit esp any any\n" in shown) == is_17
    assert (" permit esp any any\n" in shown.replace(" 40 permit", "40-permit")) != is_17
    order = ["version 17", "platform qfp", "hostname", "archive", "username", "interface Gig",
             "ip access-list extended", "control-plane", "banner", "line con", "ntp "]  # fmt: skip
    places = [re.search(f"^{word}", shown, re.MULTILINE) for word in order]
    assert [place.start() for place in places if place] == sorted(p.start() for p in places if p)
    assert all(places)


def test_controller_mode_has_no_configure_terminal(console: Console) -> None:
    console.machine.faults = Faults(is_controlled=True)
    shown = console.type("show version\nconfigure terminal\nhostname other\n")
    assert "Router operating mode: Controller-Managed" in shown
    assert "% Invalid input detected at '^' marker." in shown
    assert console.machine.router.running.child("hostname other") is None


def test_revert_timer_keeps_its_copy_on_bootflash(console: Console) -> None:
    shown = console.type("configure terminal revert timer 1\nhostname other\nend\ndir bootflash:\n")
    assert "Backing up current running config to bootflash:archive-" in shown
    assert "Directory of bootflash:/" in shown
    console.clock.advance(61)
    assert console.machine.router.running.child("hostname other") is None


def test_what_is_written_comes_back_with_its_numbers(console: Console) -> None:
    router = console.machine.router
    console.type(
        "copy running-config bootflash:before\n\nconfigure terminal\n"
        "ip access-list extended ACL_WAN\n15 permit tcp host 198.51.100.7 any eq 22\nend\n"
        "write memory\n"
    )
    assert " 15 permit tcp host" in router.startup
    console.type("configure replace flash:before force\n")
    assert router.running_text() == router.flash["before"]
    router.reload()
    assert "    15 permit tcp host 198.51.100.7 any eq 22" in router.access_lists("ACL_WAN")


@pytest.mark.parametrize(
    ("holder", "said"),
    [("ops", "locked exclusively by user 'ops'"), ("NETCONF", "is locked by process")],
)
def test_a_lock_keeps_everybody_out(console: Console, holder: str, said: str) -> None:
    console.machine.faults = Faults(locked_by=holder)
    shown = console.type("configure terminal\nconfigure terminal revert timer 1\n")
    assert shown.count(f"Configuration mode {said}") == 2


def test_a_change_that_an_applet_made_is_the_last_one(console: Console) -> None:
    """§4: the entry is in running-config while it stands; backup tools see the change."""
    commands = ("enable", "configure terminal", "hostname other")
    actions = "".join(f'action {n} cli command "{text}"\n' for n, text in enumerate(commands))
    console.type(
        f"configure terminal\nevent manager applet T\nevent timer countdown time 5\n{actions}end\n"
    )
    console.clock.advance(3600)
    shown = console.type("show running-config\n")
    assert "hostname other" in shown
    assert "! Last configuration change at 00:26:45 UTC Fri Mar 1 2002\n" in shown


@pytest.mark.parametrize(
    "command",
    [
        "access-template A D host 1.1.1.1 any",
        "clear access-template",
        "show policy-map control-plane all",
    ],
)
def test_commands_of_classic_ios_alone_are_unknown(console: Console, command: str) -> None:
    assert "% " in console.type(f"{command}\n")
    assert "% " not in xe(takes_access_template=True).type("clear access-template A\n")


WORDS = st.sampled_from(
    "configure terminal end exit no do ip access-list extended ACL_WAN 15 permit deny tcp udp any "
    "host 1.2.3.4 eq 22 log event manager applet T timer watchdog cron countdown time 1 syslog "
    "pattern maxrun action 010 020 counter name op inc value regexp cli command string trim "
    "foreach while if $x ge else break continue set add divide 0 show logging | include ( [ \\\\( "
    "running-config write memory reload y resequence object-group service OG remark policy "
    'logging buffered 4096 clock timezone X -7 timestamps localtime $_cli_result "'.split()
)


@settings(max_examples=60)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=7), max_size=12))
def test_no_line_ends_a_session(lines: list[list[str]]) -> None:
    console = xe()
    typed = "".join(" ".join(line).replace("exit", "end") + "\n" for line in lines)
    console.type(f"configure terminal\nevent manager applet T\n{typed}end\n")
    console.clock.advance(70)
    assert "operating mode" in console.type("\nend\nshow version\n")


@pytest.mark.lab
def test_a_mixed_fleet_speaks_what_each_speaks() -> None:
    """The last ones have IOS-XE, and modern algorithms; the inventory says which."""
    with fabric(2, LabOptions(n_iosxe=1), base_port=0) as lab:
        groups = (lab.folder / "inventory" / "groups.yaml").read_text()
        hosts = (lab.folder / "inventory" / "hosts.yaml").read_text()
        assert "platform: cisco_xe" in groups
        assert re.findall(r"groups: \[(\S+)\]", hosts) == ["branch", "branch-xe"]
        place = lab.routers["r2"].place
        connection = ConnectHandler(
            device_type="cisco_xe", host=place.inside, port=place.sockets[22],
            username=USERNAME, password=PASSWORD,
        )  # fmt: skip
        assert "IOS XE" in str(connection.send_command("show version | include Version"))
        hang_up(connection)
        assert lab.routers["r1"].router.edition.platform == "ios"
