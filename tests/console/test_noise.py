"""Whatever a terminal sends, the console goes on, and gives the terminal back at the end."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chasqui.console.model.pastes import SILENT_SECONDS
from tests.acceptance.noise import calm, stream
from tests.acceptance.terminal import Terminal

pytestmark = pytest.mark.slow

SEED = 13
ANSWER = 60.0  # seconds; what was sent before has to be dealt with first
BEING_READ = '''
import os, pathlib, time

read = os.get_terminal_size

def slowly(*descriptor):
    """Read the size; when it is 60x20, return that only after the next size is there."""
    size = read(*descriptor)
    if size == (60, 20):
        pathlib.Path(os.environ["HOME"], "being-read").touch()
        while read(*descriptor) == size:
            time.sleep(0.01)
        time.sleep(0.05)  # in which the signal of the next size comes
    return size

os.get_terminal_size = slowly
'''


@contextlib.contextmanager
def started(more: dict[str, str]) -> Iterator[Terminal]:
    """Start a console, and end it at last."""
    terminal = Terminal([sys.executable, "-m", "chasqui"], more=more)
    try:
        terminal.await_text("RUNNING", ANSWER)
        yield terminal
    finally:
        terminal.close()
        os.close(terminal.master)
        os.close(terminal.slave)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Start a console."""
    with started({"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}) as terminal:
        yield terminal


def answers(terminal: Terminal) -> None:
    """Check that the screen is drawn, that a key works, and that it is left as ever."""
    terminal.resize(81, 24)
    terminal.await_text("RUNNING|PAUSED", ANSWER)
    terminal.insist("?", "Help: Esc or q goes back", ANSWER)
    terminal.type("q")
    terminal.await_gone("Help: Esc or q goes back", ANSWER)
    terminal.type("q")
    assert 0 == terminal.end(ANSWER)
    assert terminal.restored()


def test_noise_of_every_kind_ends_nothing(terminal):
    print(f"seed {SEED}")
    for piece in stream(SEED, 10_000):
        terminal.pour(piece)
    assert terminal.program.poll() is None
    terminal.pour(calm())

    answers(terminal)


def test_a_mouse_report_in_the_old_encoding_right_of_column_95_is_dropped(terminal):
    terminal.pour(b"\x1b[M\x23" + bytes([32 + 120, 40]))
    answers(terminal)


def test_a_paste_that_has_no_end_is_over_after_a_while_and_no_key(terminal):
    terminal.pour(b"\x1b[200~pQsq" + b"\x1b]0;x" + bytes(range(128)) * 100)
    terminal.read(SILENT_SECONDS + 0.5)
    assert "paused" not in terminal.text
    answers(terminal)


def test_a_report_of_a_size_that_nobody_asked_for_is_not_believed(terminal):
    terminal.pour(b"\x1b[?2048;1$y\x1b[48;99999999;99999999;1;1t\x1b[99;99R")
    terminal.insist("?", "Help: Esc or q goes back", ANSWER)
    terminal.type("q")
    terminal.await_gone("Help: Esc or q goes back", ANSWER)
    terminal.await_that(lambda: "q Leave" in terminal.screen.display[23], "all 24 lines are used")
    answers(terminal)


def test_a_storm_of_sizes_ends_nothing(terminal):
    for size in [(1, 1), (0, 0), (1, 200), (200, 1), (200, 100)] * 5:
        terminal.resize(*size)
        terminal.pour(b"?")
    terminal.pour(b"\x1b[27u")
    answers(terminal)


def test_a_size_that_changes_while_it_is_read_is_the_one_that_is_drawn(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(BEING_READ)
    more = {name: str(tmp_path) for name in ("HOME", "XDG_STATE_HOME", "PYTHONPATH")}
    with started(more) as terminal:
        terminal.resize(60, 20)
        terminal.await_that((tmp_path / "being-read").exists, "the size is read", ANSWER)
        terminal.resize(81, 30)
        terminal.await_that(lambda: "q Leave" in terminal.screen.display[29], "81x30")


def test_the_size_is_that_of_the_terminal_whatever_columns_and_lines_say(tmp_path):
    more = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "COLUMNS": "60", "LINES": "15"}
    with started(more) as terminal:
        terminal.await_that(lambda: "q Leave" in terminal.screen.display[23], "80x24")
        terminal.resize(81, 30)
        terminal.await_that(lambda: "q Leave" in terminal.screen.display[29], "81x30")


def test_a_key_of_no_character_is_dropped(terminal):
    terminal.pour(b"\x1b[97;1;1114112u\x1b[55296u\x1b[99999999999999999999u")
    answers(terminal)
