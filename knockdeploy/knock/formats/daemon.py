"""knockd.conf, which Knock on Ports imports."""

from __future__ import annotations

import re

from knockdeploy.knock.formats.door import Door


def knockd(door: Door) -> str:
    """Return a section; host and pause, which the file has no key for, stand in a comment."""
    name = re.sub(r"[^\w.-]", "_", door.name, flags=re.ASCII)
    name += "_" if name.lower() == "options" else ""  # the daemon's own section
    knocks = ",".join(f"{knock.port}:{knock.protocol.value}" for knock in door.sequence)
    return (
        f"# host {door.word(door.address)}, {door.pause_ms()} ms between two knocks\n"
        f"[{name}]\n"
        f"\tsequence    = {knocks}\n"
        f"\tseq_timeout = {door.window_s}\n"
        f"\ttcpflags    = syn\n"
    )
