"""``show logging``: what is switched on, and the buffer."""

from __future__ import annotations

from knockdeploy.ios.log_buffer import LEVELS
from knockdeploy.ios.tree import Node
from knockdeploy.lab.router.log_buffer import LogBuffer


def logging(running: Node, buffer: LogBuffer) -> str:
    """Return what is printed."""
    lines = buffer.lines
    room = buffer.room(running)
    word = "disabled" if running.child("no logging on") else "enabled"
    kept = f"level {LEVELS[room.highest]}, {len(lines)} messages logged, xml disabled,"
    header = (
        f"Syslog logging: {word} (0 messages dropped, 0 messages rate-limited, 0 flushes, "
        "0 overruns, xml disabled, filtering disabled)\n\n"
        "No Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n"
        f"    Console logging: {_console(running, len(lines))}\n"
        f"    Monitor logging: level debugging, {len(lines)} messages logged, xml disabled,\n"
        "                     filtering disabled\n"
        f"    Buffer logging:  {kept if room.n_bytes else 'disabled, xml disabled,'}\n"
        "                    filtering disabled\n"
        "    Exception Logging: size (8192 bytes)\n"
        "    Count and timestamp logging messages: disabled\n"
        "    Persistent logging: disabled\n\n"
        "No active filter modules.\n\n"
        f"    Trap logging: level informational, {len(lines)} message lines logged\n\n"
        f"Log Buffer ({room.n_bytes} bytes):\n\n"
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
