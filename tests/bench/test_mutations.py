"""What `make mutants` makes wrong: one thing at a time, each a program still."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.mutants.mutations import mutations
from benchmarks.mutants.tree import Reach

SOURCE = '''\
"""A limit of 5."""
if TYPE_CHECKING:
    from ports import PORTS

@cache(maxsize=9)
def admits(port: Literal[7], known: bool = False) -> bool:
    if not known and port < 3:
        raise ValueError(f"{port + 1}")
    log("seen")
    return any(port == each for each in PORTS if each)
'''


def test_each_thing_is_made_wrong_and_nothing_that_tells_no_test() -> None:
    """Texts, annotations, what is there for them and what decorates are left alone."""
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


@pytest.mark.parametrize(("line", "in_function"), [(6, False), (9, True)])
def test_lines_are_those_of_the_statement(line: int, in_function: bool) -> None:
    found = [each for each in mutations(SOURCE) if line in each.lines]
    assert found
    assert all(each.in_function is in_function for each in found)


SHARED = "tests/knock/test_shared.py"
TOOK = {  # seconds of set-up, and of the rest
    f"{SHARED}::test_first": (9.0, 0.1),
    f"{SHARED}::test_second": (0.0, 0.1),
    "tests/knock/test_probe.py::test_table": (0.0, 0.3),
    "tests/knock/test_quick.py::test_quick": (0.1, 0.1),
    "tests/knock/test_other.py::test_other": (0.0, 0.1),
}
RAN = {1: frozenset(test for test in TOOK if "shared" in test or "quick" in test)}


@pytest.mark.parametrize(
    ("file", "lines", "until_s", "rounds"),
    [
        # A fixture of a file is no matter of the test that was the first to ask for it.
        ("probe", [1], [20], [["test_quick", "test_first", "test_second", "test_table"], []]),
        (
            *("probe", [1], [0.5, 20]),
            [["test_quick"], ["test_first", "test_second", "test_table"], []],
        ),
        # There is no time for a table of others at the end.
        ("probe", [1], [0.5], [["test_quick"], ["test_first", "test_second"]]),
        # What a process of its own runs no test is seen to run: those of the package judge.
        (
            *("probe", [2], [20]),
            [["test_other", "test_quick", "test_table", "test_first", "test_second"], []],
        ),
        # A table of the module: those named after it come before those that run anything of it.
        ("probe", [], [20], [["test_table", "test_quick", "test_first", "test_second"], []]),
        # Where there is nothing but tables, what fails to import it is seen by any of the package.
        (
            *("client", [], [20]),
            [["test_other", "test_quick", "test_table", "test_first", "test_second"], []],
        ),
    ],
)
def test_fastest_tests_of_those_that_run_a_line_come_first(
    file: str, lines: Sequence[int], until_s: Sequence[float], rounds: list[list[str]]
) -> None:
    reached = Reach.of({"knockdeploy/knock/probe.py": RAN}, TOOK)
    found = reached.rounds(Path(f"knockdeploy/knock/{file}.py"), lines, until_s)
    assert [[test.rpartition("::")[2] for test in tests] for tests in found] == rounds
