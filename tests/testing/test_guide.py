"""What the author's guide shows is what works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

GUIDE = Path(__file__).parents[2] / "plugins" / "README.md"
FILE = re.compile(r"<!-- file: (?P<name>[\w.]+) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)
FILES = {found["name"]: found["text"] for found in FILE.finditer(GUIDE.read_text(encoding="utf-8"))}


def test_every_snippet_of_python_is_a_file_that_is_tried():
    snippets = GUIDE.read_text(encoding="utf-8").count("```python\n")

    assert 4 == snippets == sum(name.endswith(".py") for name in FILES)


def test_its_project_file_installs_as_that_of_the_package_to_copy_does():
    guide = tomllib.loads(FILES["pyproject.toml"])
    package = tomllib.loads((GUIDE.parent / "chasqui-hello" / "pyproject.toml").read_text())

    assert {"name", "version", "dependencies", "entry-points"} < guide["project"].keys()
    assert guide["project"].items() <= package["project"].items()
    assert {key: package[key] for key in ("build-system", "tool")} == {
        key: guide[key] for key in ("build-system", "tool")
    }


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The guide's files, and the metadata that installing them with its pyproject would write."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (entries,) = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"].values()
    info = tmp_path / "chasqui_hello-9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: chasqui-hello\nVersion: 9\n")
    lines = "".join(f"{name} = {module}\n" for name, module in entries.items())
    (info / "entry_points.txt").write_text(f"[chasqui.plugins]\n{lines}")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("test_")])
def test_the_tests_of_the_guide_pass(site, name):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name],
        cwd=site,
        # CI: Hypothesis then has no deadline, which a busy machine would miss.
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    expected = FILES[name].count("\ndef test_")
    assert re.search(rf"^{expected} passed", done.stdout, re.MULTILINE), done.stdout + done.stderr
