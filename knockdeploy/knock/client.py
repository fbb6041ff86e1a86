"""The knock client: a datagram to each port, in order, with a pause between."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Final

from knockdeploy.errors import InputError, Mistake, UnreachableError, UnsupportedError
from knockdeploy.sequence import KnockSequence, Protocol

_KNOCK: Final = b"\0"
"""What knock(1) sends: one byte, since some paths drop datagrams without any."""


def send_knock(
    address: str,
    sequence: KnockSequence,
    *,
    pause_ms: int,
    source: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Send ``sequence`` to ``address``, an IPv4 address or a name, and wait for nothing.

    Nobody answers a knock: whether it was right shows at the service alone.

    Raises:
        UnsupportedError: if a knock is not UDP; nothing was sent.
        InputError: if ``source`` is no address of this machine; nothing was sent.
        UnreachableError: if this machine has no way there; some knocks may have been sent.
    """
    if any(knock.protocol is not Protocol.UDP for knock in sequence):
        raise UnsupportedError("a TCP knock is not supported yet", "knock with UDP alone")
    target = _resolve(address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(0)
        if source is not None:
            _bind(sender, source)
        for at, knock in enumerate(sequence):
            if at:
                sleep(pause_ms / 1000)
            _send(sender, target, knock.port)


def _resolve(address: str) -> str:
    try:
        found = socket.getaddrinfo(address, None, socket.AF_INET, socket.SOCK_DGRAM)
    except (OSError, ValueError):
        raise UnreachableError(
            f"the name {address!a} has no IPv4 address", "check outside_address"
        ) from None
    return str(found[0][4][0])


def _bind(sender: socket.socket, source: str) -> None:
    try:
        sender.bind((source, 0))
    except (OSError, ValueError):
        raise InputError(
            Mistake(f"{source!a} is no address of this machine", key="--source")
        ) from None


def _send(sender: socket.socket, target: str, port: int) -> None:
    try:
        sender.sendto(_KNOCK, (target, port))
    except (ConnectionRefusedError, BlockingIOError):
        # A refusal is that of an earlier knock, by ICMP: the router does hear us. A full buffer
        # loses the datagram as the network may.
        return
    except OSError as error:
        raise UnreachableError(f"cannot send to {target}: {error.strerror}") from None
