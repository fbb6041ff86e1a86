"""The ``show`` commands about the router itself, its sessions and its interfaces."""

from __future__ import annotations

from knockdeploy.ios.view import interfaces as interfaces_of
from knockdeploy.lab.router import stamps
from knockdeploy.lab.router.copp import NO_CEF, has_cef
from knockdeploy.lab.shell.session import Session

# On a C2911 the console is line 0 and the first VTY line 388.
_FIRST_VTY = 388
_USER_COLUMNS = 10  # what `show users` has room for; `wide` shows the whole name
_SSH_PORT = 22

EVENT_MANAGER = """\
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


def clock(session: Session) -> str:
    """``show clock``, with the mark that log messages have as well."""
    mark = session.router.behaviour.clock_mark
    return stamps.clock(session.machine.clock.now(), mark) + "\n"


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
    for each, port in session.machine.foreign_ports().items():
        local, foreign = f"{each.local}.{_SSH_PORT}", f"{each.source}.{port}"
        text += f"{0x3000A000 + each.number * 0x5C4:08X}  {local:<27} {foreign:<27} ESTAB\n"
    return text


def cef(session: Session) -> str:
    """``show ip cef summary``."""
    if not has_cef(session.router.running):
        return NO_CEF
    return (
        "IPv4 CEF is enabled and running\nVRF Default\n 14 prefixes (14/0 fwd/non-fwd)\n"
        " Table id 0x0\n Database epoch:        0 (14 entries at this epoch)\n\n"
    )


def lock(session: Session) -> str:
    """``show configuration lock``."""
    holder = session.router.faults.locked_by
    owner = ("13", holder, "0", "EXCLUSIVE", "LOCKED") if holder else None
    pid, user, tty, kind, state = owner or ("-1", "unknown", "-1", "NO LOCK", "FREE")
    return (
        "\nParser Configure Lock\n---------------------\n"
        f"Owner PID         : {pid}\nUser              : {user}\nTTY               : {tty}\n"
        f"Type              : {kind}\nState             : {state}\nClass             : unknown\n"
        f"Count             : {int(holder is not None)}\nPending Requests  : 0\n"
        "User debug info   : \n\n"
    )


def interfaces(session: Session) -> str:
    """``show ip interface brief``."""
    text = "Interface                  IP-Address      OK? Method Status                Protocol\n"
    for each in interfaces_of(session.router.running).values():
        status = ("administratively down", "down") if each.shutdown else ("up", "up")
        address = each.address or "unassigned"
        text += f"{each.name:<26} {address:<15} YES NVRAM  {status[0]:<21} {status[1]:<8}\n"
    return text
