"""A config that starts work by itself is asked for once, and starts nothing before."""

from __future__ import annotations

import json
import sys

import pytest

CHASQUI = [sys.executable, "-m", "chasqui"]
MARKER = """
from pathlib import Path
from chasqui import hookimpl, task

Path("imported").touch()

@task
def mark(name: str = "ran") -> None:
    Path(name).touch()

@hookimpl
def chasqui_tasks():
    return [mark]
"""
SCHEDULE = "[[schedule]]\ntype = 'marker.mark'\ncron = '* * * * *'\n"
SHELL = "[plugin.shell]\ncommands = ['ls']\n"


@pytest.fixture(autouse=True)
def _marker(plugin):
    plugin("marker", MARKER)


@pytest.fixture
def config(tmp_path):
    """Write the config here."""

    def config(text: str):
        (tmp_path / "config.toml").write_text(f"[engine]\n{text}")
        return tmp_path / "config.toml"

    return config


@pytest.mark.parametrize("tables", [SCHEDULE, SHELL])
def test_headless_an_untrusted_config_is_refused_in_one_line_and_starts_nothing(
    chasqui, config, tmp_path, tables
):
    file = config(tables)
    done = chasqui("run", "marker.mark")

    (line,) = done.stderr.decode().splitlines()
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"{file} has {'[[schedule]]' if tables == SCHEDULE else '[plugin.shell]'}, " in line
    assert "accept with --trust" in line
    assert not (tmp_path / "imported").exists()
    assert not (tmp_path / "state" / "chasqui").exists()


@pytest.mark.slow
def test_trust_accepts_it_once_and_until_it_changes(chasqui, config, tmp_path):
    config(SCHEDULE)
    trusting = chasqui("run", "marker.mark", "--trust")
    again = chasqui("run", "marker.mark")
    config(SCHEDULE + SHELL)
    changed = chasqui("run", "marker.mark")

    assert [0, 0, 2] == [done.returncode for done in (trusting, again, changed)]
    assert b"which changed since you trusted them" in changed.stderr


@pytest.mark.slow
def test_trust_may_be_given_with_a_command_that_starts_nothing(chasqui, config):
    config(SCHEDULE)
    checked = chasqui("config", "check", "--trust")

    assert [0, 0] == [checked.returncode, chasqui("run", "marker.mark").returncode]


@pytest.mark.parametrize(
    "words",
    [
        ["types"],
        ["plugins"],
        ["info"],
        ["config", "show"],
        ["config", "check"],
        ["run", "marker.mark", "--dry-run"],
    ],
)
def test_what_starts_nothing_does_not_ask(chasqui, config, words):
    config(SCHEDULE)
    done = chasqui(*words)

    assert (0, b"") == (done.returncode, done.stderr)


def test_a_config_named_by_the_user_is_asked_for_too(chasqui, tmp_path):
    (tmp_path / "other.toml").write_text(SCHEDULE)

    assert 2 == chasqui("--config", "other.toml", "run", "marker.mark").returncode


@pytest.mark.slow
@pytest.mark.parametrize("command", [[], ["demo"], ["run", "marker.mark"]])
@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04", "yep\n"])
def test_on_a_terminal_anything_but_yes_leaves_without_starting(
    terminal, config, tmp_path, command, answer
):
    config(SCHEDULE)
    asking = terminal(*CHASQUI, *command)
    asking.await_text(r"trust this config\? \[y/N\]")
    assert 'type = "marker.mark"' in asking.text
    asking.type(answer)

    assert 2 == asking.end()
    assert "nothing was started" in asking.text.replace("\n", "")  # a long path wraps
    assert b"\x1b[?1049h" not in asking.raw
    assert not (tmp_path / "imported").exists()


@pytest.mark.slow
def test_on_a_terminal_yes_starts_and_is_remembered(terminal, config, chasqui, tmp_path):
    config(SCHEDULE)
    asking = terminal(*CHASQUI)
    asking.await_text(r"trust this config\?")
    asking.type("y\n")
    asking.await_text("RUNNING")
    asking.type("q")

    assert 0 == asking.end()
    assert 0 == chasqui("run", "marker.mark").returncode
    assert (tmp_path / "ran").exists()


@pytest.mark.slow
def test_the_answer_is_no_input_line_and_the_input_is_no_answer(terminal, config, chasqui):
    config(SCHEDULE)
    asking = terminal(*CHASQUI, "run", "marker.mark", "--each", "name")
    asking.await_text(r"trust this config\?")
    asking.type("yes\none\n\x04")

    assert 0 == asking.end()
    assert "accepted 1 = completed 1" in asking.text
    assert '"name":"one"' in asking.text


@pytest.mark.slow
def test_what_is_asked_for_is_shown_whole_without_secrets_and_harmless(terminal, config):
    config(f"[plugin.shell]\ntoken = 'hunter2'\nlong = '{'x' * 5000}END'\nred = '\u202egnp'\n")
    asking = terminal(*CHASQUI)
    asking.await_text(r"trust this config\?")
    asking.type("n\n")

    assert 2 == asking.end()
    shown = bytes(asking.raw).decode()
    assert "hunter2" not in shown
    assert "xEND" in shown.replace("\r\n", "")
    assert "\u202e" not in shown
    assert "⟨U+202E⟩gnp" in shown


@pytest.mark.slow
def test_a_file_that_cannot_be_written_costs_a_line_and_not_the_run(chasqui, config, tmp_path):
    config(SCHEDULE)
    (tmp_path / "state").write_text("in the way")
    done = chasqui("run", "marker.mark", "--trust")

    assert b"trusted.toml: cannot be written" in done.stderr
    assert 0 == done.returncode


@pytest.mark.slow
def test_trust_is_kept_apart_from_the_row(chasqui, config):
    config(SCHEDULE)
    done = chasqui("run", "marker.mark", "--trust")

    assert "completed" == json.loads(done.stdout)["state"]
    assert 1 == len(done.stderr.splitlines())
