"""For a command line: knock(1) and knockd.conf of the knockd package, and OpenSSH's client."""

from __future__ import annotations

import re

from knockdeploy.knock.formats.door import Door


def line(door: Door) -> str:
    """Return the knock as one command; without a protocol knock(1) takes TCP."""
    knocks = " ".join(f"{knock.port}:{knock.protocol.value}" for knock in door.sequence)
    return f"knock -d {door.pause_ms()} {door.word(door.address)} {knocks}"


def knock(door: Door) -> str:
    """Return a line for a script."""
    return f"{line(door)}\n"


def openssh(door: Door) -> str:
    """Return a stanza for ``~/.ssh/config``.

    ProxyCommand runs when ssh(1) connects; what ``Match exec`` has would run at every reading of
    the file, ``ssh -G`` included (ios-facts-more §E).
    """
    opens_s = door.opens_within_s
    return (
        f"# Knocks, waits {opens_s} s for the door, connects. Needs knock and nc.\n"
        f"Match originalhost {door.word(door.name)}\n"
        f"  HostName {door.address}\n"
        f"  Port {door.login_port()}\n"
        f"  ProxyCommand sh -c '{line(door)}; sleep {opens_s}; exec nc %h %p'\n"
    )


def knockd(door: Door) -> str:
    """Return a section of knockd.conf; host and pause, for which it has no key, are a comment."""
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
