"""Public names as their source declares them: signatures, fields and docstrings.

They are read from the source and not from objects, so that annotations, defaults and the text below
a field are as they were written, with every Python.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

SPECIAL = {"__await__": "await {}", "__iter__": "iter({})", "__len__": "len({})"}
QUOTED = re.compile(r"'([^'\"\\]*)'")
WIDTH = 96  # of a signature on one line

Kind = Literal["class", "function", "method", "property", "field"]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Member:
    """A class, a function, or what a class has."""

    name: str
    kind: Kind
    signatures: list[str]
    doc: str
    bases: tuple[str, ...] = ()
    """The classes that it derives from, the nearest first."""
    members: list[Member] = field(default_factory=list)
    base_docs: dict[str, str] = field(default_factory=dict)
    """The docstrings of those of Chasqui."""


def read(home: str, name: str) -> Member:
    """Read a name that a module defines or imports from another module of Chasqui."""
    module = importlib.import_module(home)
    found = getattr(module, name)
    if isinstance(found, type):
        return _class(found)
    if isinstance(found, types.FunctionType):
        nodes = [node for node in _tree(found.__module__).body if _is_function(node, name)]
        return _function(name, nodes, found.__module__, "function")
    return Member(name, "field", [name], _doc_below(_tree(home).body, name))


def _class(cls: type) -> Member:
    lines = [one for one in cls.__mro__ if one.__module__.split(".")[0] == "chasqui"]
    members: dict[str, Member] = {}
    for one in lines:
        for member in _members(_node(one), one):
            members.setdefault(member.name, member)
    made = members.pop("__init__", None)
    doc = inspect.cleandoc(ast.get_docstring(_node(cls)) or "")
    signatures = [text.removeprefix("__init__") for text in made.signatures] if made else []
    if not signatures and (fields := _dataclass_fields(cls)):
        signatures = [_joined("", fields)]
    return Member(
        cls.__name__,
        "class",
        [f"{cls.__name__}{text.partition(' -> ')[0]}" for text in signatures],
        doc,
        tuple(
            one.__name__ for one in cls.__mro__[1:] if one not in (Exception, BaseException, object)
        ),
        list(members.values()),
        {one.__name__: inspect.cleandoc(one.__doc__ or "") for one in lines[1:]},
    )


def _members(node: ast.ClassDef, cls: type) -> Iterator[Member]:
    functions: dict[str, list[Function]] = {}
    homes: dict[str, str] = {}
    for at, part in enumerate(node.body):
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            # A function of another module, such as Pool.submit.
            name = part.targets[0].id
            if isinstance(found := vars(cls).get(name), types.FunctionType):
                homes[name] = found.__module__
                inner = _tree(found.__module__).body
                functions[name] = [
                    one for one in inner if isinstance(one, Function) and one.name == found.__name__
                ]
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name = part.target.id
            if not name.startswith("_"):
                value = _default_of(part.value)
                default = f" = {ast.unparse(value)}" if value else ""
                text = f"{name}: {ast.unparse(part.annotation)}{default}"
                yield Member(name, "field", [text], _doc_below(node.body[at:], name))
        elif isinstance(part, Function):
            functions.setdefault(part.name, []).append(part)
    for name, nodes in functions.items():
        if name.startswith("_") and name != "__init__" and name not in SPECIAL:
            continue
        decorators = {ast.unparse(one).rpartition(".")[2] for one in nodes[0].decorator_list}
        if decorators & {"property", "cached_property"}:
            kind: Kind = "property"
            returns = nodes[0].returns
            text = f"{name}: {ast.unparse(returns)}" if returns else name
            yield Member(name, kind, [text], ast.get_docstring(nodes[0]) or "")
        else:
            yield _function(name, nodes, homes.get(name, cls.__module__), "method")


def _default_of(value: ast.expr | None) -> ast.expr | None:
    """Return the default of a field, also where `dataclasses.field` says it."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        return next((one.value for one in value.keywords if one.arg == "default"), None)
    return value


def _function(name: str, nodes: Sequence[Any], home: str, kind: Kind) -> Member:
    overloads = [node for node in nodes if "overload" in map(ast.unparse, node.decorator_list)]
    doc = next((text for node in nodes[::-1] if (text := ast.get_docstring(node))), "")
    shown = overloads or nodes[-1:]
    return Member(
        name, kind, [_signature(name, node, home, kind == "method") for node in shown], doc
    )


def _signature(name: str, node: Function, home: str, bound: bool) -> str:
    given = node.args
    names = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(names) - len(given.defaults)) + given.defaults
    if bound and "staticmethod" not in map(ast.unparse, node.decorator_list):
        names, defaults = names[1:], defaults[1:]
    only = len(given.posonlyargs) - (len(given.posonlyargs) + len(given.args) - len(names))
    parts = [_parameter(*pair, home) for pair in zip(names, defaults, strict=True)]
    if only > 0:
        parts.insert(only, "/")
    if given.vararg:
        parts.append(f"*{_parameter(given.vararg, None, home)}")
    elif given.kwonlyargs:
        parts.append("*")
    parts += [
        _parameter(*pair, home) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    if given.kwarg:
        parts.append(f"**{_parameter(given.kwarg, None, home)}")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    awaited = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    return awaited + _joined(name, parts, returns)


def _joined(name: str, parts: Sequence[str], returns: str = "") -> str:
    parts = [QUOTED.sub(r'"\1"', part) for part in parts]
    line = f"{name}({', '.join(parts)}){returns}"
    if len(line) <= WIDTH:
        return line
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){returns}"


def _parameter(arg: ast.arg, default: ast.expr | None, home: str) -> str:
    text = f"{arg.arg}: {ast.unparse(arg.annotation)}" if arg.annotation else arg.arg
    if default is None:
        return text
    shown = ast.unparse(default)
    if isinstance(default, ast.Name | ast.Attribute):
        # The value of a constant says more than its name.
        value = eval(shown, vars(importlib.import_module(home)))
        if isinstance(value, int | float | str | bytes | None):
            shown = repr(value)
    return f"{text} = {shown}" if arg.annotation else f"{text}={shown}"


def _dataclass_fields(cls: type) -> list[str]:
    if "__dataclass_params__" not in vars(cls):
        return []
    found: dict[str, str] = {}
    for one in cls.__mro__[::-1]:
        if one.__module__.split(".")[0] != "chasqui":
            continue
        for member in _members(_node(one), one):
            if member.kind == "field" and "ClassVar" not in member.signatures[0]:
                found[member.name] = member.signatures[0]
    return list(found.values())


def _doc_below(body: Sequence[ast.stmt], name: str) -> str:
    """Return the text that stands below an assignment."""
    for part, after in zip(body, [*body[1:], None], strict=True):
        targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                return inspect.cleandoc(str(after.value.value))
            return ""
    return ""


def _is_function(node: ast.AST, name: str) -> bool:
    return isinstance(node, Function) and node.name == name


def _node(cls: type) -> ast.ClassDef:
    for node in ast.walk(_tree(cls.__module__)):
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
            return node
    raise LookupError(f"{cls} is not in the source of {cls.__module__}")


@cache
def _tree(module: str) -> ast.Module:
    file = importlib.import_module(module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding="utf-8"))
