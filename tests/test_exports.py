"""Everything that a program or a plugin needs comes from `chasqui`, by a name that it lists."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import chasqui
import chasqui.testing
from chasqui import ChasquiError, errors
from chasqui.engine.events import event, records

ROOT = Path(__file__).parents[1]
PUBLIC = {"chasqui", "chasqui.testing"}  # and nothing else may be imported by a user
PAGES = [ROOT / "README.md", *sorted((ROOT / "chasqui" / "help").glob("*.md"))]
PAGES += sorted(ROOT.glob("plugins/**/README.md"))
PACKAGES = sorted(ROOT.glob("plugins/*/chasqui_*/*.py")) + sorted(
    ROOT.glob("plugins/*/chasqui_*.py")
)
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


def _defined_in(*modules: object) -> Iterator[type]:
    for module in modules:
        for name, found in vars(module).items():
            if isinstance(found, type) and not name.startswith("_"):
                yield found


@pytest.mark.parametrize("module", [chasqui, chasqui.testing], ids=lambda module: module.__name__)
def test_type_checkers_see_the_names_that_resolve_at_run_time(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    (block,) = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {
        name.asname: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if str(node.module).startswith("chasqui")
    }

    assert module._HOMES == seen | ({"console": "chasqui.console"} if module is chasqui else {})


@pytest.mark.parametrize("module", [chasqui, chasqui.testing], ids=lambda module: module.__name__)
def test_each_name_is_listed_and_is_what_its_home_defines(module):
    for name, home in module._HOMES.items():
        assert name in dir(module)
        if name != "console":
            assert getattr(module, name) is getattr(importlib.import_module(home), name)


def test_every_error_is_exported():
    known = {found for found in _defined_in(errors) if issubclass(found, ChasquiError)}

    assert set() == {error.__name__ for error in known} - set(chasqui.__all__)


def test_every_event_is_exported():
    known = {found for found in _defined_in(event, records) if issubclass(found, event.Event)}

    assert set() == {one.__name__ for one in known} - set(chasqui.__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_imports_public_names_only(page):
    for snippet in SNIPPET.findall(page.read_text(encoding="utf-8")):
        assert [] == _private(snippet)


@pytest.mark.parametrize("file", PACKAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_plugin_imports_public_names_only(file):
    assert [] == _private(file.read_text(encoding="utf-8"))


def test_a_private_import_is_noticed():
    assert ["chasqui.pool.task.Task"] == _private("from chasqui.pool.task import Task")
    assert ["chasqui.pool"] == _private("import chasqui.pool as pool")
    assert ["chasqui.Taks"] == _private("from chasqui import Taks")
    assert ["chasqui.pool"] == _private("import chasqui\nchasqui.pool.task.Task")


def _private(code: str) -> list[str]:
    """Return what code takes from Chasqui that is not public."""
    wrong: list[str] = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] == "chasqui":
                names = [name.name for name in node.names]
                wrong += [f"{module}.{name}" for name in names if not _is_public(module, name)]
            case ast.Import():
                names = [name.name for name in node.names]
                ours = [name for name in names if name.partition(".")[0] == "chasqui"]
                wrong += [name for name in ours if name not in PUBLIC]
            case ast.Attribute(value=ast.Name(id="chasqui"), attr=attr) if (
                "import chasqui\n" in code
            ):
                if not _is_public("chasqui", attr):
                    wrong.append(f"chasqui.{attr}")
    return wrong


def _is_public(module: str, name: str) -> bool:
    if module not in PUBLIC:
        return False
    known = importlib.import_module(module).__all__
    return name in known or (module == "chasqui" and name in ("testing", "__version__"))
