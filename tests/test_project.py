"""What the project's files say about it agrees."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.present import present

ROOT = Path(__file__).parent.parent
WALK = (ROOT / "chasqui" / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CI = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


def test_every_python_that_is_promised_is_tried_by_the_workflow():
    promised = re.findall(
        r"Python :: (3\.\d+)$", "\n".join(PROJECT["project"]["classifiers"]), re.M
    )
    tried = re.findall(r'"(3\.\d+)"', present(re.search(r"python: \[(.*)\]", CI))[1])

    assert promised == tried
    assert PROJECT["project"]["requires-python"] == f">={promised[0]}"


def test_every_plugin_is_installed_by_the_workflow():
    plugins = sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())
    installs = re.findall(r"python -m pip install (.*)", CI)

    assert 3 == len(installs)
    for line in installs:
        assert plugins == sorted(re.findall(r"\./plugins/([\w-]+)", line))


def test_each_development_extra_is_a_dependency_group_as_well():
    groups = {
        name: [f"chasqui-tui[{name}]"] for name in PROJECT["project"]["optional-dependencies"]
    }

    assert groups == PROJECT["dependency-groups"]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_link_of_the_project_pages_leads_to_a_file(name):
    file = ROOT / ".github" / name
    links = re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8"))

    assert [] == [link for link in links if not (file.parent / link).exists()]


def test_the_walk_through_the_code_names_only_what_exists():
    named = re.findall(r"`((?:[\w.]+/)*[\w.]+\.(?:py|md)|(?:\w+/)+)`", WALK)

    assert 60 < len(named)
    assert [] == [name for name in named if not (ROOT / "chasqui" / name).exists()]
    assert 120 >= WALK.count("\n")


def test_the_walk_through_the_code_visits_every_room():
    rooms = {path.name for path in (ROOT / "chasqui").iterdir() if (path / "__init__.py").exists()}

    assert set() == {room for room in rooms if f"`{room}/`" not in WALK}


def test_the_walk_through_the_code_is_not_installed():
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert ["chasqui/README.md"] == wheel["exclude"]


@pytest.mark.parametrize(
    "command",
    ["benchmarks.__main__", "mutants.__main__", "mutate.__main__", "picture", "soak.tasks"],
)
def test_a_command_for_those_who_change_chasqui_can_be_imported(command):
    importlib.import_module(f"tests.{command}")
