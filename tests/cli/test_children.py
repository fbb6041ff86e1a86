"""What `knock --then` and `lab run --` run: its status is ours, and Ctrl-C is for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from knockdeploy.cli import children

RUN = "import os, sys; from knockdeploy.cli import children; sys.exit(children.run({}, os.environ))"
# As a deployment does, it takes its time to end.
SLOW = 'trap "sleep 0.5; exit 7" INT; echo up; while :; do sleep 0.1; done'


@pytest.mark.parametrize(
    ("does", "status"),
    [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 143), ("kill -KILL $$", 137)],
)
def test_status_is_the_one_a_shell_would_have(does: str, status: int) -> None:
    assert children.run(("sh", "-c", does), os.environ) == status


def test_ctrl_c_waits_for_the_command() -> None:
    program = RUN.format(("sh", "-c", SLOW))
    with subprocess.Popen(  # noqa: S603
        (sys.executable, "-c", program), stdout=subprocess.PIPE, start_new_session=True
    ) as ours:
        assert ours.stdout
        assert ours.stdout.readline() == b"up\n"
        os.killpg(ours.pid, signal.SIGINT)  # as a terminal does: all of them hear it
        assert ours.wait(60) == 7


def test_ctrl_c_is_ours_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(FileNotFoundError):
        children.run(("/nowhere",), os.environ)
    assert signal.getsignal(signal.SIGINT) is before
