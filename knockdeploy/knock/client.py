"""The knock client: a datagram or a SYN to each port, in order, with a pause between."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from knockdeploy.errors import InputError, Mistake, UnreachableError
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

    Each comes from a port of its own: of a flow IOS-XE logs the first packet (iosxe-facts §1a).
    Nobody answers a knock: whether it was right shows at the service alone.

    Raises:
        InputError: if ``source`` is not an address of this machine; nothing was sent.
        UnreachableError: if this machine has no way there; some knocks may have been sent.
    """
    target = _resolve(address)
    for at, knock in enumerate(sequence):
        if at:
            sleep(pause_ms / 1000)
        if knock.protocol is Protocol.TCP:
            # Closed before an answer: the kernel repeats no SYN of a socket that is gone.
            with _socket(socket.SOCK_STREAM, source) as caller:
                _send(target, partial(caller.connect, (target, knock.port)))
        else:
            with _socket(socket.SOCK_DGRAM, source) as sender:
                _send(target, partial(sender.sendto, _KNOCK, (target, knock.port)))


def _resolve(address: str) -> str:
    try:
        found = socket.getaddrinfo(address, None, socket.AF_INET, socket.SOCK_DGRAM)
    except (OSError, ValueError):
        raise UnreachableError(
            f"the name {address!r} has no IPv4 address", "check outside_address"
        ) from None
    return str(found[0][4][0])


def _socket(kind: socket.SocketKind, source: str | None) -> socket.socket:
    sender = socket.socket(socket.AF_INET, kind)
    sender.settimeout(0)
    try:
        if source is not None:
            sender.bind((source, 0))
    except (OSError, ValueError, TypeError):  # TypeError: no name of a host
        sender.close()
        raise InputError(
            Mistake(f"{source!r} is not an address of this machine", key="--source")
        ) from None
    return sender


def _send(target: str, way: Callable[[], object]) -> None:
    try:
        way()
    except (ConnectionRefusedError, BlockingIOError):
        # A refusal is that of an earlier knock, by ICMP: the router does hear us. A connection
        # takes longer than we wait. A full buffer loses the datagram as the network may.
        return
    except OSError as error:
        raise UnreachableError(f"cannot send to {target}: {error.strerror}") from None
