"""A command imports what it uses and no more: what a person waits for before the first row."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from chasqui.cli import COMMANDS

# What `run hello.greet` has no use for. Together they take longer than all that it needs.
OTHER_PLUGINS = {"chasqui_files", "chasqui_http", "chasqui_shell", "chasqui.plugins.demo"}
LIBRARIES = {"textual", "rich", "asyncio", "cronsim"}
LIBRARIES |= {"difflib", "hashlib", "json", "pickle", "tomli_w"}


def modules_after(folder, *argv):
    """Return the modules that a command has imported when it has ended well."""
    code = (
        "import sys\nfrom chasqui.cli import main\n"
        f"assert 0 == main({argv!r})\nprint(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout
    return set(ran.stderr.splitlines()[-1].split())


def with_metadata():
    """Return the modules that come with what finds plugins: from Python 3.13 on, json is one."""
    code = "import sys, importlib.metadata\nprint(*sys.modules)"
    listed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(listed.stdout.split())


def said(folder, *argv, columns=80):
    """Return what a command prints, on a terminal of so many columns."""
    return subprocess.run(
        [sys.executable, "-m", "chasqui", *argv],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(columns)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_a_run_of_a_type_imports_its_plugin_and_no_other(tmp_path):
    modules = modules_after(tmp_path, "run", "hello.greet", "name=Ana")

    assert "chasqui_hello" in modules
    assert set() == modules & OTHER_PLUGINS


@pytest.mark.slow
def test_a_run_imports_no_library_that_it_has_no_use_for(tmp_path):
    modules = modules_after(tmp_path, "run", "hello.greet", "name=Ana")

    assert set() == modules & LIBRARIES - with_metadata()


def test_the_help_of_run_needs_no_engine(tmp_path):
    assert "chasqui.engine.engine" not in modules_after(tmp_path, "run", "--help")


def test_a_run_of_many_types_imports_every_plugin(tmp_path):
    jobs = tmp_path / "jobs"
    jobs.write_text('{"type": "hello.greet", "params": {"name": "Ana"}}\n')

    assert modules_after(tmp_path, "run", "--jobs", str(jobs)) >= OTHER_PLUGINS


def test_the_version_waits_for_no_more_than_its_arguments(tmp_path):
    modules = modules_after(tmp_path, "--version")

    assert set() == modules & {"pathlib", "threading", "json", "chasqui.control", "chasqui.engine"}


def test_the_help_lists_every_command_and_one_command_needs_no_other(tmp_path):
    whole = said(tmp_path, "--help")
    one = said(tmp_path, "run", "--help")

    assert all(f"\n    {name} " in whole for name in COMMANDS)
    assert one.startswith("usage: chasqui-tui run TYPE")


def test_the_help_is_as_wide_as_the_terminal(tmp_path):
    widths = [max(map(len, said(tmp_path, "--help", columns=at).splitlines())) for at in (60, 120)]

    assert widths[0] <= 60 < widths[1] <= 120


@pytest.mark.slow
def test_a_plugin_that_failed_is_named_by_a_run_that_may_need_it_and_by_no_other(
    chasqui, plugin, tmp_path
):
    plugin("broken", "1 / 0")
    jobs = tmp_path / "jobs"
    jobs.write_text('{"type": "hello.greet", "params": {"name": "Ana"}}\n')
    said = "plugin broken (fake-broken 1.0) failed at import"

    assert said in chasqui("run", "--jobs", str(jobs)).stderr.decode()
    assert said in chasqui("run", "broken.thing").stderr.decode()
    assert said not in chasqui("run", "hello.greet", "name=Ana").stderr.decode()


@pytest.mark.slow
def test_a_console_over_a_host_loads_no_tls_and_leaves_it_to_others():
    code = (
        "import sys\nfrom chasqui.commands.attached import import_asyncio\nimport_asyncio()\n"
        "import chasqui.console.app\nassert '_ssl' not in sys.modules\n"
        "import ssl\nssl.create_default_context()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
