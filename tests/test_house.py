"""How the package is built: what its classes inherit, how much they show, what they are called."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import chasqui
from chasqui import Engine

PACKAGE = Path(chasqui.__file__).parent
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}


@pytest.mark.parametrize(("cls", "classes", "names"), [(Engine, 4, 40)])
def test_a_facade_is_composed_and_shows_few_names(cls, classes, names):
    public = [name for name in dir(cls) if not name.startswith("_")]

    assert len(cls.__mro__) <= classes
    assert len(public) <= names, public


def test_there_is_one_class_engine():
    assert ["plugins/engine.py"] == homes()["Engine"]


def test_no_method_in_the_engine_is_a_stub():
    stubs = [
        f"{file}:{node.lineno}"
        for file, tree in TREES.items()
        if file.startswith("engine/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node)
    ]

    assert [] == stubs


def homes() -> dict[str, list[str]]:
    """Return the files of each class by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(file)
    return found
