"""What runs on the machine of `--proof-from`: it looks no longer than it was told."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from knockdeploy.errors import UnreachableError
from knockdeploy.knock import remote_script
from knockdeploy.knock.remote import Elsewhere


def test_service_that_trickles_is_not_looked_at_for_ever() -> None:
    """A byte now and then never lets a single read time out: the whole look has a deadline."""
    looked = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def trickle() -> None:
            session, _ = listener.accept()
            with session:
                for _ in range(remote_script.ENOUGH):
                    session.sendall(b"x")
                    if looked.wait(0.002):
                        return

        thread = threading.Thread(target=trickle)
        thread.start()
        began = time.monotonic()
        found = remote_script.look("127.0.0.1", listener.getsockname()[1], "", 10.0)
        seconds = time.monotonic() - began
        looked.set()
        thread.join()
    assert 0 < len(bytes.fromhex(found["received"])) < remote_script.ENOUGH
    assert found["how"] == "TimeoutError"
    assert seconds < 2  # MORE_WITHIN_S after the first byte; the 10 s are for that one


@pytest.mark.parametrize("printing", ["yes", "tr '\\0' y < /dev/zero"], ids=["lines", "one-line"])
def test_machine_that_prints_without_an_end_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printing: str
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\nexec {printing}\n")
    ssh.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with Elsewhere("far") as far, pytest.raises(UnreachableError, match="far prints and prints"):
        far.ready("192.0.2.1", 22)
