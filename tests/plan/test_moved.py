"""A line that only changes its place is one line of a diff."""

from __future__ import annotations

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.plan.diff import diff
from knockdeploy.plan.model import Closed, Opened
from knockdeploy.report.summary import summary

_A, _B, _C = "permit tcp any any eq 22", "permit udp any any", "deny ip any any"


def acl(*entries: str, numbers: list[int]) -> Node:
    text = "ip access-list extended X\n" + "".join(f" {entry}\n" for entry in entries)
    return with_numbers(parse(text), {"X": numbers})


def shown(before: Node, after: Node) -> list[str]:
    return [str(line).strip() for line in diff(before, after)]


def test_an_entry_with_another_rank_is_moved() -> None:
    before = acl(_A, _B, _C, numbers=[10, 20, 30])
    assert shown(before, acl(_B, _A, _C, numbers=[5, 10, 30])) == [
        "ip access-list extended X",
        f"~  5 {_B} (was 20)",
    ]


def test_numbers_alone_are_in_no_configuration() -> None:
    """ios-facts §11: classic IOS does not print them there."""
    assert shown(acl(_A, _B, numbers=[10, 20]), acl(_A, _B, numbers=[10, 30])) == []


def test_an_entry_that_is_another_is_not_moved() -> None:
    assert shown(acl(_A, numbers=[10]), acl(_B, numbers=[10])) == [
        "ip access-list extended X",
        f"+  10 {_B}",
        f"-  10 {_A}",
    ]


def test_of_equal_entries_as_many_move_as_there_are() -> None:
    lines = shown(acl(_A, _B, numbers=[10, 20]), acl(_B, _A, _A, numbers=[20, 30, 40]))
    assert lines == ["ip access-list extended X", f"~  30 {_A} (was 10)", f"+  40 {_A}"]


def test_a_class_that_changes_its_place_is_one_line() -> None:
    one, two = " class A\n  drop\n", " class B\n  police 8000\n"
    before, after = parse(f"policy-map P\n{one}{two}"), parse(f"policy-map P\n{two}{one}")
    lines = shown(before, after)
    assert lines[0] == "policy-map P"
    assert len(lines) == 2
    assert lines[1] in {"~  class A", "~  class B"}
    other = parse(f"policy-map P\n{two} class A\n  transmit\n")
    assert not [line for line in shown(before, other) if line.startswith("~")]


def test_lines_of_one_text_are_each_counted() -> None:
    before = parse("interface X\n description a\n shutdown\n description a\n")
    assert shown(before, parse("interface X\n")) == [
        "interface X",
        "-  description a",
        "-  description a",
        "-  shutdown",
    ]


def test_the_summary_counts_what_is_shown() -> None:
    before = acl(_A, _B, _C, numbers=[10, 20, 30])
    after = acl(_B, _A, numbers=[5, 10])
    closes = (Closed("22/tcp", None), Closed("443/tcp", None), Closed("443/udp", None))
    told = "\n".join(map(str, diff(before, after)))
    assert summary(told, closes) == "0 lines to add, 1 to remove, 1 to move; closes 22, 443"
    assert summary("- a\n", (), [Opened("80/tcp", None)]) == "0 lines to add, 1 to remove; opens 80"
    assert summary("+ a\n  b\n+  c\n") == "2 lines to add, 0 to remove"
    assert summary("") == ""
