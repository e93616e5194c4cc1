"""A mistake of the program itself: one sentence, a traceback in a file, a status that is not 0."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

CONSOLE = """
import sys
from chasqui.cli import entry
from chasqui.console.screens.main import MainScreen

def broken(self):
    raise LookupError("nothing is where it was")

MainScreen.redraw = broken
sys.argv[0] = "chasqui-tui"
entry()
"""
COMMAND = """
import sys
from chasqui.cli import entry
from chasqui.commands import types

def broken(args):
    raise LookupError("nothing is where it was")

types.execute = broken
sys.argv = ["chasqui-tui", "types"]
entry()
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def traceback_in(state: Path) -> str:
    (file,) = state.rglob("crash-*.log")
    return file.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "end"),
    [(["--here"], "accepted 0"), ([], "engine default goes on in process")],
)
def test_a_mistake_in_the_console_gives_the_terminal_back_and_is_no_success(
    terminal, state, words, end
):
    console = terminal(sys.executable, "-c", CONSOLE, *words)
    console.await_text("RUNNING")
    console.type("\x0c")

    assert 1 == console.end(60)
    assert console.restored()
    text = "".join(line.ljust(80) for line in console.text.split("\n"))
    assert "mistake in the program: LookupError: nothing is where it was" in text
    assert "Traceback" not in text
    assert end in text
    assert re.search(r"Traceback.*in broken\n.*LookupError", traceback_in(state), re.DOTALL)


@pytest.mark.parametrize("can_be_kept", [True, False])
def test_a_mistake_in_a_command_is_a_sentence_and_its_traceback_is_kept(state, can_be_kept):
    if not can_be_kept:
        state.write_text("a file where the folder should be")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND], capture_output=True, text=True, timeout=60
    )

    assert (1, "") == (done.returncode, done.stdout)
    assert "the command has failed, which is a mistake in the program: LookupError" in done.stderr
    if can_be_kept:
        assert 1 == len(done.stderr.splitlines())
        assert "in broken\n" in traceback_in(state)
    else:
        assert "in broken" in done.stderr
        assert "cannot be written" in done.stderr
