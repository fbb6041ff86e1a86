"""The ``show`` commands about the router itself, its sessions and its routes."""

from __future__ import annotations

from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import hostname
from knockdeploy.lab.router import stamps
from knockdeploy.lab.shell.session import Session

# On a C2911 the console is line 0 and the first VTY line 388.
_FIRST_VTY = 388
_USER_COLUMNS = 10  # what `show users` has room for; `wide` shows the whole name
_SSH_PORT = 22

_VERSION = """\
Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2014 by Cisco Systems, Inc.
Compiled Thu 20-Mar-14 01:23 by prod_rel_team

ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)

{name} uptime is {uptime}
System returned to ROM by power-on
System image file is "flash0:c2900-universalk9-mz.SPA.152-4.M6.bin"
Last reload type: Normal Reload
Last reload reason: power-on


Cisco CISCO2911/K9 (revision 1.0) with 479232K/45056K bytes of memory.
Processor board ID {serial}
3 Gigabit Ethernet interfaces
1 terminal line
DRAM configuration is 64 bits wide with parity enabled.
255K bytes of non-volatile configuration memory.
250880K bytes of ATA System CompactFlash 0 (Read/Write)


License Info:

License UDI:

-------------------------------------------------
Device#   PID                   SN
-------------------------------------------------
*0        CISCO2911/K9          {serial}


Technology Package License Information for Module:'c2900'

-----------------------------------------------------------------
Technology    Technology-package           Technology-package
              Current       Type           Next reboot
------------------------------------------------------------------
ipbase        ipbasek9      Permanent      ipbasek9
security      securityk9    Permanent      securityk9
uc            None          None           None
data          None          None           None

Configuration register is 0x2102

"""

_EVENT_MANAGER = """\
Embedded Event Manager Version 4.00
Component Versions:
eem: (rel9)1.2.21
eem-gold: (rel1)1.0.2
eem-call-home: (rel2)1.0.4

Event Detectors:
Name                Version   Node        Type
application         01.00     node0/0     RP
syslog              01.00     node0/0     RP
none                01.00     node0/0     RP
timer               01.00     node0/0     RP

"""


def version(session: Session) -> str:
    """``show version`` of a classic ISR."""
    number = sum(session.router.name.encode()) % 1000
    return _VERSION.format(
        name=hostname(session.router.running),
        uptime=stamps.uptime(session.host.clock.now() - session.host.started_s),
        serial=f"FTX1628{number:03}A",
    )


def clock(session: Session) -> str:
    """``show clock``, with the mark that log messages have as well."""
    mark = session.router.behaviour.clock_mark
    return stamps.clock(session.host.clock.now(), mark) + "\n"


def privilege(session: Session) -> str:
    """``show privilege``."""
    return f"Current privilege level is {session.privilege}\n"


def users(session: Session) -> str:
    """``show users [wide]``: every session, ours with an asterisk."""
    text = "    Line       User       Host(s)              Idle       Location\n"
    for line in session.router.lines:
        mark = "*" if line is session.line else " "
        user = line.user[:_USER_COLUMNS]
        text += (
            f"{mark}{_FIRST_VTY + line.number:>3} vty {line.number:<5} {user:<10} {'idle':<20} "
            f"00:00:00 {line.source}\n"
        )
    return text + "\n  Interface    User               Mode         Idle     Peer Address\n\n"


def line(session: Session) -> str:
    """``show line``: which lines are in use."""
    text = "   Tty Line Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int\n"
    for each in session.router.lines:
        number = _FIRST_VTY + each.number
        text += (
            f"*{number:>6} {number:>4} VTY              -    -      -    -    -"
            "      1       0     0/0       -\n"
        )
    return text + "\n"


def tcp(session: Session) -> str:
    """``show tcp brief [numeric]``: SSH sessions, the port as the router sees it."""
    text = "TCB       Local Address               Foreign Address             (state)\n"
    for each, port in session.host.foreign_ports().items():
        local, foreign = f"{each.local}.{_SSH_PORT}", f"{each.source}.{port}"
        text += f"{0x3000A000 + each.number * 0x5C4:08X}  {local:<27} {foreign:<27} ESTAB\n"
    return text


def logging(session: Session) -> str:
    """``show logging``: the settings, then the buffer."""
    lines, running = session.router.log_lines, session.router.running
    word = "disabled" if running.child("no logging on") else "enabled"
    header = (
        f"Syslog logging: {word} (0 messages dropped, 0 messages rate-limited, 0 flushes, "
        "0 overruns, xml disabled, filtering disabled)\n\n"
        "No Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n"
        f"    Console logging: {_console(running, len(lines))}\n"
        f"    Monitor logging: level debugging, {len(lines)} messages logged, xml disabled,\n"
        "                     filtering disabled\n"
        f"    Buffer logging:  level debugging, {len(lines)} messages logged, xml disabled,\n"
        "                    filtering disabled\n"
        "    Exception Logging: size (8192 bytes)\n"
        "    Count and timestamp logging messages: disabled\n"
        "    Persistent logging: disabled\n\n"
        "No active filter modules.\n\n"
        f"    Trap logging: level informational, {len(lines)} message lines logged\n\n"
        "Log Buffer (16384 bytes):\n\n"
    )
    return header + "".join(f"{line.strip()}\n" for line in lines)


def _console(running: Node, n_lines: int) -> str:
    """Return how the console logs: at debugging level unless told otherwise (ios-facts §11)."""
    level = "debugging"
    for node in running.children:
        if node.text == "no logging console":
            return "disabled"
        if node.text.startswith("logging console "):
            level = node.text.split()[-1]
    return f"level {level}, {n_lines} messages logged, xml disabled,"


def event_manager(session: Session) -> str:  # noqa: ARG001  # the image's, whatever is configured
    """``show event manager version`` of 15.2 M."""
    return _EVENT_MANAGER


def cef(session: Session) -> str:
    """``show ip cef summary``."""
    if session.router.running.child("no ip cef"):
        return "%IPv4 CEF not running\n"
    return (
        "IPv4 CEF is enabled and running\nVRF Default\n 14 prefixes (14/0 fwd/non-fwd)\n"
        " Table id 0x0\n Database epoch:        0 (14 entries at this epoch)\n\n"
    )


def lock(session: Session) -> str:
    """``show configuration lock``."""
    holder = session.host.box.current.locked_by
    owner = ("13", holder, "0", "EXCLUSIVE", "LOCKED") if holder else None
    pid, user, tty, kind, state = owner or ("-1", "unknown", "-1", "NO LOCK", "FREE")
    return (
        "\nParser Configure Lock\n---------------------\n"
        f"Owner PID         : {pid}\nUser              : {user}\nTTY               : {tty}\n"
        f"Type              : {kind}\nState             : {state}\nClass             : unknown\n"
        f"Count             : {int(holder is not None)}\nPending Requests  : 0\n"
        "User debug info   : \n\n"
    )
