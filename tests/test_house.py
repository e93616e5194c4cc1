"""How the package is built: what its classes inherit, how much they show, what they are called."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import chasqui
from chasqui import Engine, Pool

PACKAGE = Path(chasqui.__file__).parent
TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
LONGEST = 300  # lines
# Until they are rebuilt:


@pytest.mark.parametrize(("cls", "classes", "names"), [(Engine, 5, 50), (Pool, 4, 34)])
def test_a_facade_is_composed_and_shows_few_names(cls, classes, names):
    public = [name for name in dir(cls) if not name.startswith("_")]

    assert len(cls.__mro__) <= classes
    assert len(public) <= names, public


def test_there_is_one_class_engine():
    assert ["plugins/engine.py"] == homes()["Engine"]


def test_no_two_classes_have_one_name():
    twice = {name: files for name, files in homes().items() if len(files) > 1}

    assert {} == twice


def test_no_modules_import_each_other_in_a_circle():
    assert [] == circles()


def test_no_method_is_a_stub():
    stubs = {
        file
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node)
    }

    assert set() == stubs


def test_each_file_says_what_it_is_and_has_at_most_300_lines():
    lines = {file: len((PACKAGE / file).read_text("utf-8").splitlines()) for file in TREES}

    assert {} == {file: count for file, count in lines.items() if count > LONGEST}
    assert [] == [file for file, tree in TREES.items() if tree.body and not ast.get_docstring(tree)]


def test_importing_an_engine_imports_only_what_every_engine_uses():
    code = "import sys; from chasqui import Engine; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    late = {"cronsim", "importlib.metadata", "platformdirs", "tomllib", "asyncio", "textual"}
    late |= {"difflib", "json", "msgspec", "pickle", "pluggy", "sysconfig"}
    late |= {
        "chasqui.engine.config.loading",
        "chasqui.engine.config.tables",
        "chasqui.engine.events.records",
        "chasqui.engine.filters.filter",
        "chasqui.engine.metrics.reading",
        "chasqui.engine.schedules.plan",
        "chasqui.engine.types.parameters",
        "chasqui.plugins.discovery",
    }
    assert set() == late & set(ran.stdout.split())


def homes() -> dict[str, list[str]]:
    """Return the files of each class by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(file)
    return found


def circles() -> list[list[str]]:
    """Return the groups of modules that import each other, by whichever kind of import.

    Imports for type checking and those inside functions count as well: who reads one of these
    modules has to know the others.
    """
    modules = {module_name(file): tree for file, tree in TREES.items()}
    imports = {name: imported(tree, modules) - {name} for name, tree in modules.items()}
    reached = {name: reach(name, imports) for name in modules}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in modules
    }
    return [list(group) for group in sorted(groups) if len(group) > 1]


def module_name(file: str) -> str:
    return ".".join(["chasqui", *file.removesuffix(".py").split("/")]).removesuffix(".__init__")


def imported(tree: ast.Module, modules: dict[str, ast.Module]) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in modules else node.module)
    return found & set(modules)


def reach(name: str, imports: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [name]
    while ahead:
        for other in imports[ahead.pop()] - found:
            found.add(other)
            ahead.append(other)
    return found
