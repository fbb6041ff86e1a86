"""Every mistake in one sentence, through the command line: nothing is sent, no secret is shown."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from commandline import knockdeploy, process

from . import rows_config, rows_files, rows_intent, rows_inventory
from .project import SECRETS, Row, write

ROWS = [*rows_files.ROWS, *rows_config.ROWS, *rows_inventory.ROWS, *rows_intent.ROWS]
USAGE = 64


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **more: object) -> None:
        pytest.fail(f"something was sent: {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("row", ROWS, ids=[row.name[:60] for row in ROWS])
def test_a_mistake_is_one_sentence(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config_file = str(write(tmp_path, row))
    ran = knockdeploy(*row.arguments, "-c", config_file, "--json")
    assert capfd.readouterr() == ("", ""), "a command of a secret printed past us"
    assert ran.status == USAGE
    expect(row, ran.err)
    document = ran.document
    assert document["hosts"] == {}
    expect_in(row, document["errors"])
    said = ran.out.replace(document["run"], "")  # at 13:45:15 it has a port in it
    assert not any(secret in said for secret in SECRETS)


def expect(row: Row, err: str) -> None:
    """See that some line says it all, and that no line says too much."""
    lines = err.splitlines()
    assert all(line.startswith("error: ") and line.isprintable() for line in lines), err
    assert not any(secret in err for secret in SECRETS)
    hosts = f"host{'s' * (', ' in row.host)} {row.host}" if row.host else None
    names = [row.place, hosts]
    names.append(row.key if row.key and row.key.startswith("-") else row.key and f"key {row.key}")
    parts = [part for part in (*names, *row.words) if part]
    assert any(all(part in line for part in parts) for line in lines), (parts, err)


def expect_in(row: Row, errors: list[dict[str, Any]]) -> None:
    """See that an error of the document names the same."""
    found = [
        error
        for error in errors
        if error["host"] == row.host and error["key"] == row.key
        if row.place is None or row.place in error["file"]
    ]
    texts = [f"{error['file']}: {error['message']} ({error['hint']})" for error in found]
    assert any(all(word in text for word in row.words) for text in texts), errors


@pytest.mark.parametrize("row", ROWS[:: len(ROWS) // 3], ids=lambda row: str(row.name)[:60])
def test_a_mistake_is_one_sentence_of_the_program_too(row: Row, tmp_path: Path) -> None:
    config_file = str(write(tmp_path, row))
    done = process(*row.arguments, "-c", config_file, cwd=tmp_path)
    assert done.status == USAGE
    assert done.out == ""
    expect(row, done.err)


@pytest.mark.parametrize("value", rows_intent.INJECTIONS.values(), ids=rows_intent.INJECTIONS)
def test_nothing_but_words_reaches_a_router(value: str, tmp_path: Path) -> None:
    row = Row("", None, None, None, (), rows_intent.injected(value))
    ran = knockdeploy("plan", "-c", str(write(tmp_path, row)), "--json")
    assert ran.status == USAGE
    expect(row, ran.err)
    said = {
        error["key"]: f"{error['message']} ({error['hint']})" for error in ran.document["errors"]
    }
    assert said.keys() == rows_intent.INJECTED.keys()
    for key, words in rows_intent.INJECTED.items():
        assert words in said[key], key


def test_one_wrong_host_of_two_thousand_is_all_that_is_said(tmp_path: Path) -> None:
    knock = "{ports: [7001, 9002, 8003, 6004, 5005], services: [22/tcp], interface: Dialer1}"
    wrong = knock.replace("Dialer1", "Dialler")
    texts = [f"r{n}: {{data: {{knock: {knock}}}}}\n" for n in range(2000)]
    texts[1234] = f"r1234: {{data: {{knock: {wrong}}}}}\n"
    row = Row("", None, None, None, (), {"inventory/hosts.yaml": "".join(texts)})
    ran = knockdeploy("plan", "-c", str(write(tmp_path, row)))
    assert ran.status == USAGE
    (line,) = ran.err.splitlines()
    assert "hosts.yaml, host r1234, key knock.interface: 'Dialler' is not an interface" in line
