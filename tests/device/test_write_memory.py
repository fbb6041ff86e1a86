"""Saving against a script: waited for where another session saves."""

from __future__ import annotations

import pytest

from device.script import session
from knockdeploy.device import write_memory
from knockdeploy.errors import LockedError, RefusedLineError

BUSY = "write memory\r\nstartup-config file open failed (Device or resource busy)\r\nR1#"


def test_saving_waits_for_another_session_that_saves() -> None:
    saved = "write memory\r\nBuilding configuration...\r\n[OK]\r\nR1#"
    opened, _ = session(("write memory\n", BUSY), ("write memory\n", saved))
    pauses: list[float] = []
    write_memory.save(opened, pauses.append)
    assert len(pauses) == 1


def test_saving_gives_up_on_a_file_that_stays_busy() -> None:
    opened, script = session(*[("write memory\n", BUSY)] * 6)
    pauses: list[float] = []
    with pytest.raises(LockedError):
        write_memory.save(opened, pauses.append)
    assert (len(pauses), script.is_done) == (5, True)


def test_saving_without_ok_is_not_saved() -> None:
    opened, _ = session(("write memory\n", "write memory\r\n%Error: no space\r\nR1#"))
    with pytest.raises(RefusedLineError, match="no space"):
        write_memory.save(opened)
