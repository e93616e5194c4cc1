"""A user's own file: how every console of that user looks, below what a project's config says."""

from __future__ import annotations

from pathlib import Path

import pytest

from chasqui.commands.appearance import appearance_of
from chasqui.engine.config.loading import read
from chasqui.engine.config.places import user_config


@pytest.fixture
def users():
    """Write the user's file."""

    def users(text: str) -> Path:
        file = user_config()
        file.parent.mkdir(parents=True)
        file.write_text(text)
        return file

    return users


def test_the_project_overrides_the_user_who_overrides_the_defaults(users, tmp_path):
    file = users("[console]\ntheme = 'nord'\nrefresh = 2\nkeys = { 'task.go' = 'f7' }\n")
    project = tmp_path / "config.toml"
    project.write_text("[engine]\n[console]\nrefresh = 10\nkeys = { 'engine.pause' = 'f7' }\n")

    config, problems = read(project, file)
    look = appearance_of(project, tmp_path)

    assert [] == problems
    assert ("nord", 10.0) == (config.console.theme, config.console.refresh)
    assert ("nord", 10.0) == (look.theme, look.refresh)
    assert {"task.go": "f7", "engine.pause": "f7"} == config.console.keys
    assert [str(file), str(project)] == [one.file for one in look.keys]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[pools.default]\nworkers = 3\n", "pools: belongs in a config.toml; here are only"),
        ("[console]\nteme = 'nord'\n", "unknown key console.teme; did you mean console.theme?"),
        ("[console\n", "Expected ']'"),
    ],
)
def test_a_mistaken_file_is_ignored_and_named(users, text, why):
    file = users(text)
    config, problems = read(None, file)

    assert [] == problems
    assert () == config.files
    (line,) = config.ignored
    assert line.startswith(f"{file}: ")
    assert why in line
    assert line.endswith("; this file is ignored until it is repaired")


def test_a_program_does_not_read_it(users):
    users("[console]\ntheme = 'nord'\n")
    config, _ = read(None)
    assert config.console.theme == "chasqui-dark"


@pytest.mark.slow
def test_the_command_names_the_file_and_each_value_of_it(chasqui, users):
    file = users("[console]\ntheme = 'nord'\n")
    shown = chasqui("config", "show", "--origin").stdout.decode()
    path = chasqui("config", "path").stdout.decode()

    assert f"{file}:2" in next(line for line in shown.splitlines() if "nord" in line)
    assert f"user       {file}" in path


@pytest.mark.slow
def test_the_check_fails_for_what_is_wrong_in_it(chasqui, users):
    file = users("[console.keys]\n'engine.pause' = 'x'\n")
    done = chasqui("config", "check")

    assert 2 == done.returncode
    assert f"{file}: console.keys: engine.pause and task.cancel" in done.stderr.decode()
