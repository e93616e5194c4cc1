"""What the project's files say about it agrees."""

from __future__ import annotations

import importlib
import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def installed_by(package: str, extras: frozenset[str]) -> dict[str, Distribution]:
    """Return what an installation of a package with these extras brings here, by name."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    wanted = [(package, extras)]
    while wanted:
        one = (canonicalize_name(wanted[-1][0]), wanted.pop()[1])
        if one in found:
            continue
        try:
            found[one] = distribution(one[0])
        except PackageNotFoundError:
            continue  # of another Python or system
        needs = [Requirement(line) for line in found[one].requires or ()]
        wanted += [
            (need.name, frozenset(need.extras))
            for need in needs
            if need.marker is None
            or any(need.marker.evaluate({"extra": extra}) for extra in (*one[1], ""))
        ]
    return {name: package for (name, _), package in found.items()}


@pytest.mark.slow
def test_the_test_extra_stays_under_150_megabytes():
    sizes = {
        name: sum(
            file.stat().st_size
            for path in package.files or ()
            if (file := Path(str(package.locate_file(path)))).exists()
        )
        for name, package in installed_by("chasqui-tui", frozenset({"test"})).items()
    }
    megabytes = sum(sizes.values()) / 1e6
    print(f"the test extra: {megabytes:.0f} MB in {len(sizes)} packages")

    assert {"django", "fastapi", "flask", "gunicorn", "pytest", "textual"} <= set(sizes)
    assert 150 > megabytes, sorted(sizes.items(), key=lambda one: -one[1])[:5]


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


MAN_PAGE = "chasqui/help/chasqui-tui.1"


def test_a_wheel_has_the_manual_page_where_man_looks_for_it():
    targets = PROJECT["tool"]["hatch"]["build"]["targets"]

    assert {MAN_PAGE: "share/man/man1/chasqui-tui.1"} == targets["wheel"]["shared-data"]
    assert (ROOT / MAN_PAGE).is_file()


@pytest.mark.parametrize(
    "command",
    ["benchmarks.__main__", "mutants.__main__", "mutate.__main__", "picture", "soak.tasks"],
)
def test_a_command_for_those_who_change_chasqui_can_be_imported(command):
    importlib.import_module(f"tests.{command}")


@pytest.mark.parametrize("file", sorted((ROOT / "plugins").glob("*/pyproject.toml")), ids=str)
def test_the_source_archive_of_a_plugin_holds_its_module_and_not_the_whole_folder(file):
    targets = tomllib.loads(file.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    wheel = targets["wheel"]
    (module,) = wheel.get("packages") or wheel["include"]

    assert [f"/{module}", "/tests", "/README.md"] == targets["sdist"]["include"]
    for name in targets["sdist"]["include"]:
        assert (file.parent / name.removeprefix("/")).exists()
