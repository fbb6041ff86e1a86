"""The ``show`` commands about addresses and the way back to one."""

from __future__ import annotations

from ipaddress import IPv4Address

from knockdeploy.ios.view import interfaces as interfaces_of
from knockdeploy.lab.commands import InvalidWordError
from knockdeploy.lab.router import forwarding
from knockdeploy.lab.shell.session import Session


def cef(session: Session, destination: str) -> str:
    """``show ip cef ADDRESS``: the longest prefix, and the interface it leads to."""
    try:
        address = IPv4Address(destination)
    except ValueError:
        raise InvalidWordError(destination) from None
    return forwarding.entry(session.router.running, address)


def interfaces(session: Session) -> str:
    """``show ip interface brief``."""
    text = "Interface                  IP-Address      OK? Method Status                Protocol\n"
    for each in interfaces_of(session.router.running).values():
        status = ("administratively down", "down") if each.shutdown else ("up", "up")
        address = each.address or "unassigned"
        text += f"{each.name:<26} {address:<15} YES NVRAM  {status[0]:<21} {status[1]:<8}\n"
    return text
