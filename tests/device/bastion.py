"""A bastion: OpenSSH's own server, one process a connection, on a port of ours."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SSHD = Path("/usr/sbin/sshd")
SETTINGS = "UsePAM no\nStrictModes no\nPidFile none\nPermitRootLogin prohibit-password\n"


@dataclass
class Bastion:
    """``ssh_config`` has the host ``bastion``; ``servers`` is who served each connection."""

    folder: Path
    ssh_config: Path
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Have a server of its own serve each connection, as inetd does."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, (self.folder / "sshd.log").open("ab") as log:
                command = [str(SSHD), "-i", "-e", "-f", str(self.folder / "sshd_config")]
                server = subprocess.Popen(  # noqa: S603
                    command, stdin=connection.fileno(), stdout=connection.fileno(), stderr=log
                )
                self.servers.append(server)

    def break_off(self) -> None:
        """End all connections; the next ones are served."""
        for server in self.servers:
            server.kill()
            server.wait()


def _key(file: Path) -> Path:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)]
    subprocess.run(command, check=True)  # noqa: S603
    return file


@contextlib.contextmanager
def bastion(folder: Path, *settings: str) -> Iterator[Bastion]:
    """Run a bastion, with more settings of sshd_config."""
    if not SSHD.exists():
        missing = "needs OpenSSH's server: apt-get install openssh-server"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # which it wants as root
    host_key, user_key = _key(folder / "host-key"), _key(folder / "user-key")
    lines = [*settings, f"HostKey {host_key}", f"AuthorizedKeysFile {user_key}.pub", SETTINGS]
    (folder / "sshd_config").write_text("\n".join(lines))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = folder / "ssh_config"
        config.write_text(f"""\
Host bastion
  HostName 127.0.0.1
  Port {listener.getsockname()[1]}
  IdentityFile {user_key}
  IdentitiesOnly yes
  StrictHostKeyChecking accept-new
  UserKnownHostsFile {folder}/bastion-known
""")
        running = Bastion(folder, config)
        thread = threading.Thread(target=running.serve, args=(listener,))
        thread.start()
        try:
            yield running
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            running.break_off()
