"""What can be made wrong in a source, one thing at a time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_JOINED: Final[dict[type[ast.boolop], type[ast.boolop]]] = {ast.And: ast.Or, ast.Or: ast.And}
_COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLS: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
_NOT_RUN: Final = {"annotation", "returns", "decorator_list"}
_TRUE, _FALSE = ast.Constant(value=True), ast.Constant(value=False)


@dataclass(frozen=True, slots=True)
class Mutation:
    """``text`` in place of the bytes from ``start`` to ``end``; ``lines`` run when these do.

    ``in_function`` is False for what runs when the module is imported.
    """

    start: int
    end: int
    text: str
    was: str
    lines: range
    in_function: bool

    def applied(self, source: str) -> str:
        """Return the source with this one thing wrong."""
        data = source.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        return f"{' '.join(self.was.split())} -> {' '.join(self.text.split())}"


def mutations(source: str) -> Iterator[Mutation]:
    """Yield everything that can be made wrong in a source."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for within, statement, in_function in _nodes(ast.parse(source)):
        for node, wrong in _wrong(within):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            was = data[start:end].decode()
            text = ast.unparse(wrong)
            text = text if isinstance(node, ast.stmt) else f"({text})"
            lines = range(statement.lineno, (node.end_lineno or 0) + 1)
            yield Mutation(start, end, text, was, lines, in_function)


Found = tuple[ast.expr | ast.stmt, ast.stmt, bool]


def _nodes(
    tree: ast.AST, above: ast.stmt | None = None, *, called: bool = False
) -> Iterator[Found]:
    """Yield what runs, with the statement it is in, and whether only when a function is called."""
    for name, value in ast.iter_fields(tree):
        if name in _NOT_RUN:
            continue
        is_body = name == "body" and isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
        inside = called or is_body
        for node in value if isinstance(value, list) else [value]:
            # In an f-string the positions of Python 3.11 are wrong.
            if not isinstance(node, ast.AST) or isinstance(node, ast.JoinedStr):
                continue
            statement = node if isinstance(node, ast.stmt) else above
            if statement is not None and isinstance(node, ast.expr | ast.stmt):
                yield node, statement, inside
            yield from _nodes(node, statement, called=inside)


def _wrong(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """Yield what is to be replaced, and by what."""
    if isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
        yield node.test, _TRUE
        yield node.test, _FALSE
    for kind, ways in _WAYS.items():
        if isinstance(node, kind):
            yield from ((node, wrong) for wrong in ways(node))


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        other = _COMPARED[type(operator)]()
        operators = [*node.ops[:at], other, *node.ops[at + 1 :]]
        yield ast.Compare(node.left, operators, node.comparators)


def _bool_operation(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(_JOINED[type(node.op)](), node.values)
    for at in range(len(node.values)):
        rest = node.values[:at] + node.values[at + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if other := _COUNTED.get(type(node.op)):
        yield ast.BinOp(node.left, other(), node.right)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and (other := _CALLS.get(node.func.id)):
        yield ast.Call(ast.Name(other), node.args, node.keywords)


def _comprehension(node: ast.ListComp) -> Iterator[ast.AST]:
    """Leave out one condition of the first loop, the only one most have."""
    first, *more = node.generators
    for at in range(len(first.ifs)):
        rest = first.ifs[:at] + first.ifs[at + 1 :]
        loops = [ast.comprehension(first.target, first.iter, rest, first.is_async), *more]
        yield type(node)(**{**dict(ast.iter_fields(node)), "generators": loops})


def _statement(node: ast.Expr) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Call | ast.Await):
        yield ast.Pass()


_WAYS: Final[dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[ast.AST]]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_operation,
    ast.BinOp: _binary,
    ast.Constant: _constant,
    ast.Call: _call,
    (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp): _comprehension,
    ast.Expr: _statement,
    ast.Raise: lambda _: iter([ast.Pass()]),
    ast.Continue: lambda _: iter([ast.Break()]),
    ast.IfExp: lambda node: iter([node.body, node.orelse]),
    ast.UnaryOp: lambda node: iter([node.operand] if isinstance(node.op, ast.Not) else []),
}
