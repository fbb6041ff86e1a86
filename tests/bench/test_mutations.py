"""What `make mutants` makes wrong: one thing at a time, each a program still."""

from __future__ import annotations

import pytest

from benchmarks.mutants.mutations import mutations

SOURCE = '''\
"""A limit of 5."""

@cache(maxsize=9)
def admits(port: Literal[7], known: bool = False) -> bool:
    if not known and port < 3:
        raise ValueError(f"{port + 1}")
    log("seen")
    return any(port == each for each in PORTS if each)
'''


def test_each_thing_is_made_wrong_and_nothing_that_tells_no_test() -> None:
    """Texts, annotations and what decorates a function are left alone."""
    assert sorted(str(each) for each in mutations(SOURCE)) == sorted([
        "False -> (True)",
        "not known and port < 3 -> (True)",
        "not known and port < 3 -> (False)",
        "not known and port < 3 -> (not known or port < 3)",
        "not known and port < 3 -> (not known)",
        "not known and port < 3 -> (port < 3)",
        "not known -> (known)",
        "port < 3 -> (port <= 3)",
        "3 -> (4)",
        'raise ValueError(f"{port + 1}") -> pass',
        'log("seen") -> pass',
        "any(port == each for each in PORTS if each) -> "
        "(all((port == each for each in PORTS if each)))",
        "port == each -> (port != each)",
        "(port == each for each in PORTS if each) -> ((port == each for each in PORTS))",
    ])  # fmt: skip


def test_one_thing_is_wrong_at_a_time() -> None:
    for each in mutations(SOURCE):
        wrong = each.applied(SOURCE)
        compile(wrong, "wrong", "exec")
        assert wrong != SOURCE
        before, after = SOURCE.encode()[: each.start], SOURCE.encode()[each.end :]
        assert wrong.encode().startswith(before)
        assert wrong.encode().endswith(after)


@pytest.mark.parametrize(("line", "in_function"), [(4, False), (7, True)])
def test_lines_are_those_of_the_statement(line: int, in_function: bool) -> None:
    found = [each for each in mutations(SOURCE) if line in each.lines]
    assert found
    assert all(each.in_function is in_function for each in found)
