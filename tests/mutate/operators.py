"""The operators: small changes to a source, each of which a test should notice.

A change replaces the text of one node and leaves the rest of the file as it is, so that the author
finds it by its line. Left alone is what no test of behaviour can see, or what any import fails on:
annotations, docstrings and other texts, `__all__`, decorators, statements outside functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

FLIPPED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
SWAPPED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.FloorDiv(),
    ast.Div: ast.Mult(),
    ast.FloorDiv: ast.Mult(),
}
DELETED = (ast.Assign, ast.AugAssign, ast.Delete, ast.Raise)
# Conditions that another operator turns round.
DENIED_ELSEWHERE = (ast.Compare, ast.UnaryOp, ast.Constant)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Change:
    """One change to a source, at a line that counts from 1."""

    line: int
    operator: str
    old: str
    new: str
    start: int  # of the bytes of the source that `new` replaces
    end: int

    def applied(self, source: str) -> str:
        """Return the source with this change."""
        raw = source.encode()
        return (raw[: self.start] + self.new.encode() + raw[self.end :]).decode()


def changes(source: str) -> list[Change]:
    """Return every change that the operators make to a source, in the order of its lines."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, operator, new in _found(ast.parse(source), inside=False):
        assert node.end_lineno is not None and node.end_col_offset is not None  # it was parsed
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        old = source.encode()[start:end].decode()
        found.append(Change(node.lineno, operator, old, new, start, end))
    return sorted(found, key=lambda change: (change.line, change.start))


Found = tuple[ast.expr | ast.stmt, str, str]


def _found(node: ast.AST, *, inside: bool) -> Iterator[Found]:
    """Go through what is below a node; `inside` says that a function is around it."""
    inside = inside or isinstance(node, FUNCTIONS)
    for child in _children(node):
        if isinstance(child, ast.expr):
            yield from _expression(child)
        elif isinstance(child, ast.stmt) and inside:
            yield from _statement(child)
        yield from _found(child, inside=inside)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):  # a text; and 3.11 misplaces what is in it
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child


def _expression(node: ast.expr) -> Iterator[Found]:
    match node:
        case ast.Compare(left, operators, others):
            for at, operator in enumerate(operators):
                flipped = [*operators[:at], FLIPPED[type(operator)], *operators[at + 1 :]]
                yield node, "comparison flipped", _text(ast.Compare(left, flipped, others))
        case ast.BoolOp(operator, values):
            other = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield node, "and for or", _text(ast.BoolOp(other, values))
        case ast.BinOp(left, operator, right) if type(operator) in SWAPPED:
            yield node, "operator swapped", _text(ast.BinOp(left, SWAPPED[type(operator)], right))
        case ast.UnaryOp(ast.Not(), operand):
            yield node, "condition negated", _text(operand)
        case ast.IfExp(test, body, other):
            yield node, "condition negated", _text(ast.IfExp(test, other, body))
        case ast.Constant(bool(value)):
            yield node, "constant changed", repr(not value)
        case ast.Constant(int(value) | float(value)):
            yield node, "constant changed", repr(value + 1)


def _statement(node: ast.stmt) -> Iterator[Found]:
    match node:
        case ast.If(test) | ast.While(test) if not isinstance(test, DENIED_ELSEWHERE):
            yield test, "condition negated", _text(ast.UnaryOp(ast.Not(), test))
        case ast.Return(ast.expr() as value) if ast.unparse(value) != "None":
            yield node, "return value dropped", "return None"
        case ast.Break():
            yield node, "continue for break", "continue"
        case ast.Continue():
            yield node, "break for continue", "break"
        case ast.Expr(ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom()):
            yield node, "statement deleted", "pass"
        case _ if isinstance(node, DELETED):
            yield node, "statement deleted", "pass"


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"
