"""Unique prefixes, parameters, and where IOS puts its caret."""

from __future__ import annotations

import pytest

from knockdeploy.lab.commands import (
    AmbiguousWordError,
    Commands,
    IncompleteCommandError,
    UnknownWordError,
)

TABLE = Commands(
    {
        "show running-config": "run",
        "show users": "users",
        "show users wide": "wide",
        "show ip access-lists": "acls",
        "show ip access-lists <name>": "acl",
        "copy running-config startup-config": "save",
        "copy <source> <destination>": "copy",
        "access-template <rest...>": "template",
    }
)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("sh run", ("run", ())),
        ("SHOW  Running", ("run", ())),
        ("show users", ("users", ())),
        ("sh us w", ("wide", ())),
        ("sh ip acc", ("acls", ())),
        ("sh ip acc ACL_WAN", ("acl", ("ACL_WAN",))),
        ("copy run start", ("save", ())),
        ("copy flash:a flash:b", ("copy", ("flash:a", "flash:b"))),
        ("access-template A DA host 1.2.3.4 any", ("template", ("A DA host 1.2.3.4 any",))),
    ],
)
def test_line_is_understood_by_unique_prefixes(line: str, found: object) -> None:
    assert TABLE.find(line) == found


@pytest.mark.parametrize(
    ("line", "column", "first"), [("foo", 0, True), ("show foo", 5, False), ("sh us x", 6, False)]
)
def test_unknown_word_is_pointed_at(line: str, column: int, first: bool) -> None:
    with pytest.raises(UnknownWordError) as raised:
        TABLE.find(line)
    assert (raised.value.column, raised.value.first) == (column, first)


def test_word_that_begins_two_commands_is_ambiguous() -> None:
    commands = Commands({"configure": 1, "copy": 2})
    with pytest.raises(AmbiguousWordError):
        commands.find("co")


@pytest.mark.parametrize("line", ["show", "show ip", "copy running-config"])
def test_command_without_its_end_is_incomplete(line: str) -> None:
    with pytest.raises(IncompleteCommandError):
        TABLE.find(line)


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("sh us", ["users"]),
        ("show ", ["ip", "running-config", "users"]),
        ("show users ", ["wide", "<cr>"]),
        ("show ip access-lists ", ["NAME", "<cr>"]),
        ("nonsense x", []),
    ],
)
def test_question_mark_lists_what_may_follow(line: str, choices: list[str]) -> None:
    assert TABLE.choices(line) == choices
