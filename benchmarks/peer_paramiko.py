"""What SSH itself costs in Python: paramiko alone, with as many logins and as much read as ours.

    python -m benchmarks.peer_paramiko deploy --inventory DIR
    python -m benchmarks.peer_paramiko check --inventory DIR

It types the rendered lines section by section, waits for each prompt, and looks at no answer. DIR
is that of ``peer_nornir``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import paramiko
import yaml

_N_WORKERS: Final = 20
_WITHIN_S: Final = 30.0
_CHUNK_BYTES: Final = 65536
_PREPARE: Final = ("terminal width 511", "terminal length 0", "show privilege")
_SURVEY: Final = ("show version", "show users wide", "show startup-config")
_RUNNING: Final = ("show running-config",)


class Shell:
    """A session on the router ``name``; ``type`` waits until each line has been answered."""

    def __init__(self, channel: paramiko.Channel, name: str) -> None:
        self._channel = channel
        self._prompt = f"\n{name}".encode()
        self._wait(1)

    def type(self, lines: Sequence[str]) -> None:
        """Type lines in one write."""
        self._channel.sendall("".join(f"{line}\n" for line in lines).encode())
        self._wait(len(lines))

    def _wait(self, n_prompts: int) -> None:
        seen = b"\n"
        while seen.count(self._prompt) < n_prompts or not seen.endswith(b"#"):
            chunk = self._channel.recv(_CHUNK_BYTES)
            if not chunk:
                message = f"the session ended behind {seen[-80:]!r}"
                raise RuntimeError(message)
            seen += chunk


@contextmanager
def logged_in(name: str, host: dict[str, Any]) -> Iterator[Shell]:
    """Log in, and have nothing paged."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.WarningPolicy())
        client.connect(**host, allow_agent=False, look_for_keys=False)
        channel = client.invoke_shell()
        channel.settimeout(_WITHIN_S)
        shell = Shell(channel, name)
        shell.type(_PREPARE)
        yield shell


def deploy(name: str, host: dict[str, Any], config: Path) -> None:
    """Send the rendered lines, look at them from a new session, and save."""
    with logged_in(name, host) as shell:
        shell.type(_SURVEY)
        shell.type(_RUNNING)
        shell.type(["configure terminal"])
        for header, *body in sections(config.read_text(encoding="ascii")):
            shell.type([header])
            if body:
                shell.type(body)
        shell.type(["end"])
        with logged_in(name, host) as second:
            second.type(_RUNNING)
            second.type(["write memory"])
            second.type(_SURVEY[-1:])


def check(name: str, host: dict[str, Any], _config: Path) -> None:
    """Read both configurations."""
    with logged_in(name, host) as shell:
        shell.type(_SURVEY)
        shell.type(_RUNNING)


def sections(config: str) -> Iterator[list[str]]:
    """Yield each line that is not indented, with those below it."""
    section: list[str] = []
    for line in config.splitlines():
        if line.startswith("!"):
            continue
        if section and not line.startswith(" "):
            yield section
            section = []
        section.append(line)
    if section:
        yield section


def targets(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what paramiko is told of each host."""
    hosts = yaml.safe_load((folder / "hosts.yaml").read_text())
    login = yaml.safe_load((folder / "defaults.yaml").read_text())
    return {
        name: {
            "hostname": host["hostname"],
            "port": host["port"],
            "username": login["username"],
            "password": login["password"],
        }
        for name, host in hosts.items()
    }


def main() -> None:
    """Run one verb on all hosts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("verb", choices=["deploy", "check"])
    parser.add_argument("--inventory", type=Path, required=True, metavar="DIR")
    chosen = parser.parse_args()
    verb = deploy if chosen.verb == "deploy" else check
    with ThreadPoolExecutor(_N_WORKERS) as workers:
        turns = [
            workers.submit(verb, name, host, chosen.inventory / "configs" / f"{name}.cfg")
            for name, host in targets(chosen.inventory).items()
        ]
    for turn in turns:
        turn.result()


if __name__ == "__main__":
    main()
