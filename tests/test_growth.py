"""No pattern that reads what a router prints takes more than its share of a long text.

A quadratic one holds the interpreter's lock, and all other routers with it, for minutes. Measured
is how the time grows with the length, on texts made from each pattern's own repetitions.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # its parse tree names the repetitions
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent / "knockdeploy"
READS_ROUTERS = ("device", "ios", "compliance", "plan", "recipe", "change", "store")
ALSO = ("secrets.py", "octets.py", "knock/probe.py")
_LONG = 32_000  # characters; a line is half as long at most
_MEASURED_S = 0.002
_STEEP = 9.0  # of four times the length: linear is 4, quadratic 16
_CHARS = "a1 A.-(:%!#\n,*[]{}^$/\\\"'@_=<>|\t\x03b7\udc80"
_METHODS = ("search", "finditer", "findall", "sub", "split", "match", "fullmatch")


@dataclass(frozen=True)
class Found:
    """A pattern in our code, and the methods it is used by."""

    where: str
    pattern: re.Pattern[str]
    methods: tuple[str, ...]


def modules() -> Iterator[Path]:
    """Yield the files that read what routers print, and have a pattern."""
    for folder in READS_ROUTERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "re." in file.read_text(encoding="utf-8"):
                yield file
    yield from (ROOT / name for name in ALSO)


def patterns(file: Path) -> Iterator[Found]:
    text = file.read_text(encoding="utf-8")
    name = ".".join(file.relative_to(ROOT.parent).with_suffix("").parts)
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(text)):
        if not _is_pattern(node):
            continue
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        method = node.func.attr
        pattern = _compiled(node, vars(module))
        methods = _used(text, node) if method == "compile" else (method,)
        yield Found(f"{name}:{node.lineno}", pattern, methods)


def _used(text: str, call: ast.Call) -> tuple[str, ...]:
    """Return the methods by which a compiled pattern is used; of one in a table, each row's."""
    method = rf"\.({'|'.join(_METHODS)})\b"
    lines = text.splitlines()[: call.lineno]
    names = (re.match(r"(\w+)(?:: \S+)? = ", line) for line in reversed(lines))
    name = next((found[1] for found in names if found), "")
    own = re.findall(rf"\b{name}{method}", text) if name else []
    rows = re.findall(rf"\b(?!re\.)[a-z]\w*{method}", text)
    return tuple(sorted({*own} or {*rows} - {"split"} or {"search"}))  # strings split, too


def _is_pattern(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in ("compile", *_METHODS)
    )


def _compiled(node: ast.Call, names: dict[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a call; what it takes from its function's arguments is a word."""
    parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
    text = "".join(_text(part, names) for part in parts)
    flags = [word.value for word in node.keywords if word.arg == "flags"]
    flags += node.args[1:] if node.func.attr == "compile" else node.args[2:]  # type: ignore[attr-defined]
    for flag in flags:
        try:
            return re.compile(text, eval(compile(ast.Expression(flag), "", "eval"), names))  # noqa: S307
        except (NameError, TypeError):
            continue
    return re.compile(text)


def _text(part: ast.expr, names: dict[str, Any]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    try:
        return str(eval(compile(ast.Expression(value), "", "eval"), names))  # noqa: S307
    except (NameError, AttributeError, TypeError):
        return "word"


def texts(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Yield makers of long texts that each repetition of the pattern nearly matches."""
    seen = set()
    for prefix, pumped in _pumps(_parser.parse(pattern.pattern, pattern.flags), ""):
        for pump, lead in itertools.product(pumped, (prefix, "")):
            for whole in (False, True):
                key = (lead, pump, whole)
                if pump and key not in seen:
                    seen.add(key)
                    yield _maker(lead, pump, whole=whole)


def _maker(prefix: str, pump: str, *, whole: bool) -> Callable[[int], str]:
    def make(length: int) -> str:
        unit = prefix + pump if whole else pump
        return (prefix + unit * (length // len(unit)))[:length] + "\x01"

    return make


def _pumps(tree: Sequence[Any], prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for op, argument in tree:
        name = str(op)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            _, most, inner = argument
            if most > 1:
                yield prefix, _variants(inner)
            yield from _pumps(inner, prefix)
        elif name == "SUBPATTERN":
            yield from _pumps(argument[3], prefix)
        elif name == "ATOMIC_GROUP":
            yield from _pumps(argument, prefix)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _pumps(branch, prefix)
        prefix += _example([(op, argument)])


def _variants(tree: Sequence[Any]) -> tuple[str, ...]:
    if len(tree) == 1 and str(tree[0][0]) in {"IN", "ANY", "NOT_LITERAL", "CATEGORY"}:
        pattern = re.compile(_class(tree[0]), re.DOTALL)
        return tuple(char for char in " a1A.-(:%!#\n," if pattern.match(char))[:4]
    return (_example(tree),)


def _class(item: tuple[Any, Any]) -> str:
    """Return what one character may be, as a pattern."""
    op, argument = str(item[0]), item[1]
    if op == "IN":
        return f"[{''.join(_member(str(kind), value) for kind, value in argument)}]"
    if op == "NOT_LITERAL":
        return f"[^{re.escape(chr(argument))}]"
    return _category(argument) if op == "CATEGORY" else "[^\n]"


def _member(kind: str, value: Any) -> str:  # as the parse tree has it
    if kind == "RANGE":
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if kind == "LITERAL":
        return re.escape(chr(value))
    return "^" if kind == "NEGATE" else _category(value)


def _category(value: object) -> str:
    word = str(value).removeprefix("CATEGORY_")
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[word.removeprefix("NOT_")]
    return "\\" + (letter.upper() if word.startswith("NOT_") else letter)


def _example(tree: Sequence[Any]) -> str:
    """Return a short text that a part of a pattern matches."""
    text = ""
    for op, argument in tree:
        match str(op):
            case "LITERAL":
                text += chr(argument)
            case "IN" | "ANY" | "NOT_LITERAL" | "CATEGORY":
                pattern = re.compile(_class((op, argument)), re.DOTALL)
                text += next((c for c in _CHARS if pattern.match(c)), "")
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                text += _example(argument[2]) * max(1, argument[0])
            case "SUBPATTERN":
                text += _example(argument[3])
            case "ATOMIC_GROUP":
                text += _example(argument)
            case "BRANCH":
                text += _example(argument[1][0])
    return text


def _time_s(found: Found, method: str, text: str, n_times: int = 3) -> float:
    call = getattr(found.pattern, method)
    arguments = ("", text) if method == "sub" else (text,)
    best = float("inf")
    for _ in range(n_times):
        started = time.thread_time()
        result = call(*arguments)
        if method == "finditer":
            deque(
                result, maxlen=0
            )  # what is kept would be looked at by the collector, again and again
        best = min(best, time.thread_time() - started)
        if best > 10 * _MEASURED_S:
            break
    return best


def growth(found: Found, method: str, make: Callable[[int], str]) -> float:
    """Return by how much the time grows where the text becomes four times as long."""
    length = 250
    while _time_s(found, method, make(length), 1) < _MEASURED_S:
        length *= 2
        if length > _LONG:
            return 1.0
    before = _time_s(found, method, make(length))
    grown = _time_s(found, method, make(4 * length)) / before
    return (
        grown if grown < _STEEP else min(grown, _time_s(found, method, make(4 * length)) / before)
    )


@pytest.mark.parametrize("file", tuple(modules()), ids=lambda file: str(file.relative_to(ROOT)))
def test_time_grows_with_the_length(file: Path) -> None:
    for found in patterns(file):
        for method in found.methods:
            for make in texts(found.pattern):
                grown = growth(found, method, make)
                assert grown < _STEEP, (found, method, make(60), grown)


def test_a_quadratic_pattern_would_be_seen() -> None:
    quadratic = Found("here", re.compile(r"\s+(\d+) (.*?)\s*$"), ("search",))
    assert max(growth(quadratic, "search", make) for make in texts(quadratic.pattern)) > _STEEP
