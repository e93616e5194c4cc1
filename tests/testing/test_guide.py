"""What the author's guide shows is what works: its files, its tests, its commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from chasqui.testing import backend_tests

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "plugins" / "chasqui-hello"
PAGES = [ROOT / "chasqui" / "help" / f"{topic}.md" for topic in ("authors", "testing")]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
FILE = re.compile(r"<!-- file: (?P<name>[\w.]+) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)
FILES = {found["name"]: found["text"] for found in FILE.finditer(TEXT)}
SESSION = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
SESSIONS = SESSION.findall(TEXT)
COMMAND = re.compile(r"^\$ ", re.MULTILINE)
SUITE = sum(name.startswith("test_") for name in dir(backend_tests("threads")))
TESTS = [name for name in FILES if name.startswith("test_")]
PROGRAMS = [name for name in FILES if name.startswith("use_")]


def test_its_project_file_installs_as_that_of_the_package_to_copy_does():
    guide = tomllib.loads(FILES["pyproject.toml"])
    package = tomllib.loads((TEMPLATE / "pyproject.toml").read_text())

    assert {"name", "version", "dependencies", "entry-points"} < guide["project"].keys()
    assert guide["project"].items() <= package["project"].items()
    assert {key: package[key] for key in ("build-system", "tool")} == {
        key: guide[key] for key in ("build-system", "tool")
    }


def test_its_first_plugin_is_the_package_to_copy():
    assert (TEMPLATE / "chasqui_hello.py").read_text(encoding="utf-8") == FILES["chasqui_hello.py"]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The guide's files, and the metadata that installing them with its pyproject would write."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for plugin in ("hello", "notes", "nice"):
        info = tmp_path / f"chasqui_{plugin}-0.1.0.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: chasqui-{plugin}\nVersion: 0.1.0\n"
        (info / "METADATA").write_text(head)
        (info / "entry_points.txt").write_text(f"[chasqui.plugins]\n{plugin} = chasqui_{plugin}\n")
    # The site comes first, so this plugin is found and not the template, if that is installed.
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CHASQUI_PLUGINS", "hello,demo")
    # Hypothesis then has no deadline, which a busy machine would miss.
    monkeypatch.setenv("CI", "true")
    return tmp_path


@pytest.mark.parametrize("name", TESTS)
def test_the_tests_of_the_guide_pass(site, name, monkeypatch):
    if "nice" in name:
        monkeypatch.setenv("CHASQUI_PLUGINS", "nice")
    done = _run(site, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name)

    expected = FILES[name].count("\ndef test_") + SUITE * FILES[name].count("= backend_tests(")
    assert re.search(rf"^{expected} passed", done.stdout, re.MULTILINE), done.stdout + done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_of_the_guide_run(site, name):
    done = _run(site, sys.executable, name)

    assert ("hello Ada\n", "", 0) == (done.stdout, done.stderr, done.returncode)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.splitlines()[0])
def test_the_commands_of_a_session_print_what_it_says(site, session, monkeypatch):
    if "notes" in session:
        monkeypatch.setenv("CHASQUI_PLUGINS", "notes")
    else:
        (site / "config.toml").unlink()  # it is that of the section about settings
    for command in COMMAND.split(session)[1:]:
        line, _, expected = command.partition("\n")
        done = _run(site, "bash", "-c", line)

        assert _plainly(expected) == _plainly(done.stdout), done.stderr


def test_the_projects_of_the_guide_name_what_it_has(site):
    larger = re.findall(r"```toml\n(\[project.entry.*?)```", TEXT, re.DOTALL)

    (project,) = map(tomllib.loads, larger)
    (entries,) = project["project"]["entry-points"].values()
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]
    assert [f"{module}.py" for module in entries.values()] == included
    assert set(included) < set(FILES)


def _run(site: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=120)


def _plainly(text: str) -> list[str]:
    """Return the words of each line, without the plugins that only the machine of the tests has."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    return [line for line in lines if "disabled (CHASQUI_PLUGINS only)" not in line]
