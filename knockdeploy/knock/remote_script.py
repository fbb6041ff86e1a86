"""What `--proof-from` runs on the other machine; never imported here, but sent there as text.

Python 3.5 or later and its standard library, nothing else, so that nothing has to be installed.
Orders come line by line on stdin, where no `ps` shows them; each is answered by one line.
"""

import json
import socket
import sys
import time
from contextlib import suppress

ENOUGH = 512
MORE_WITHIN_S = 0.3  # what a service says first may come in pieces


def knock(address: str, port: int, protocol: str) -> "dict[str, str]":
    """Send one knock, as ``send_knock`` does."""
    with suppress(ConnectionRefusedError, BlockingIOError):
        if protocol == "udp":
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"\0", (address, port))
        else:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
                caller.settimeout(0)
                caller.connect((address, port))
    return {}


def look(address: str, port: int, opening: str, within_s: float) -> "dict[str, str]":
    """Connect, say ``opening`` (hex), and return what came back, and how it ended."""
    deadline = time.monotonic() + within_s
    received = b""
    how = "TimeoutError"
    try:
        with socket.create_connection((address, port), within_s) as stream:
            stream.sendall(bytes.fromhex(opening))
            while len(received) < ENOUGH and time.monotonic() < deadline:
                stream.settimeout(max(0.01, deadline - time.monotonic()))
                chunk = stream.recv(ENOUGH)
                if not chunk:
                    how = "closed"
                    break
                received += chunk
                deadline = min(deadline, time.monotonic() + MORE_WITHIN_S)
    except OSError as error:
        how = type(error).__name__
    return {"received": received.hex(), "how": how}


def serve() -> None:
    """Do what is ordered until stdin ends."""
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        do = order.pop("do")
        try:
            answer = knock(**order) if do == "knock" else look(**order)
        except (OSError, ValueError) as error:
            answer = {"error": str(error)}
        sys.stdout.write("{}\n".format(json.dumps({"outpost": answer})))
        sys.stdout.flush()
