"""What `knock` says of a door that it found open, opened, or did not open."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import knockdeploy

from knockdeploy.cli import knocking
from knockdeploy.knock.probe import Seen

from .support import project

OPEN, SHUT = Seen(is_open=True, how="ssh"), Seen(is_open=False, how="timeout")


@pytest.mark.parametrize(
    ("before", "after", "status", "exit_status"),
    [
        (SHUT, OPEN, "open", 0),
        (OPEN, OPEN, "was-open", 0),  # the knock has shown nothing
        (SHUT, SHUT, "shut", 1),
        (OPEN, SHUT, "shut", 1),
    ],
)
def test_a_door_that_was_open_is_not_called_opened(  # noqa: PLR0913, PLR0917
    before: Seen,
    after: Seen,
    status: str,
    exit_status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = [before]
    monkeypatch.setattr(knocking, "probe", lambda *_, **__: door[-1])
    monkeypatch.setattr(knocking, "send_knock", lambda *_, **__: door.append(after))
    monkeypatch.setattr(knocking, "probe_until_open", lambda *_, **__: door[-1])
    config = project(tmp_path, r1={})
    ran = knockdeploy("knock", "r1", "-c", str(config), "--json")
    assert (ran.host()["status"], ran.status) == (status, exit_status)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("knock", "r9"), "HOST"),
        (("client", "r9", "--format", "knock"), "HOST"),
        (("check", "--explain", "r9", "exposed", "--from", "."), "--explain"),
    ],
)
def test_a_host_that_is_not_there_is_the_commands_own_argument(
    tmp_path: Path, words: tuple[str, ...], key: str
) -> None:
    ran = knockdeploy(*words, "-c", str(project(tmp_path, r1={})), "--json")
    (mistake,) = ran.document["errors"]
    assert ran.status == 64
    assert (mistake["key"], mistake["message"]) == (key, "no host or group matches 'r9'")
