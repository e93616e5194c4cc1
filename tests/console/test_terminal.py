"""The real program on a real terminal: it is given back as it was, whatever happens."""

from __future__ import annotations

import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.terminal import WAIT, Terminal

pytestmark = pytest.mark.slow

PLUGIN = '''
import os
from chasqui import Context, hookimpl, task

@task
def make() -> None:
    """Write to both streams of the process, past Python."""
    os.write(1, b"LOUD-ONE\\n")
    os.write(2, b"LOUD-TWO\\x1b[2J\\n")

@task
def say(ctx: Context) -> None:
    """Print, and go on."""
    print("PRINTED")
    ctx.sleep(600)

@hookimpl
def chasqui_tasks():
    return [make, say]
'''

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the program in a folder of its own."""
    started: list[Terminal] = []

    def start(*words: str, **environment: str) -> Terminal:
        more = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), **environment}
        terminal = Terminal([sys.executable, "-m", "chasqui", *words], more=more)
        started.append(terminal)
        terminal.await_text("RUNNING")
        return terminal

    yield start
    for terminal in started:
        terminal.close()


def test_sigterm_gives_the_terminal_back_with_the_ledger(start):
    terminal = start()
    terminal.program.send_signal(signal.SIGTERM)

    assert 0 == terminal.end()
    assert terminal.restored()
    assert "accepted 0" in terminal.text


def test_a_terminal_that_takes_nothing_any_more_does_not_keep_it_from_ending(start):
    terminal = start()
    terminal.resize(300, 100)
    until = time.monotonic() + WAIT
    while select.select([], [terminal.slave], [], 0)[1] and time.monotonic() < until:
        terminal.type("T")  # draws all of the screen, and none of it is read
        time.sleep(0.3)
    terminal.program.send_signal(signal.SIGTERM)

    assert 0 == terminal.program.wait(2 * WAIT)


def test_ctrl_c_does_not_end_it(start):
    terminal = start()
    terminal.type("\x03")
    terminal.await_text("q leaves, Q shuts the engine down")
    terminal.type("q")

    assert 0 == terminal.end()


@pytest.fixture
def noise(tmp_path: Path) -> dict[str, str]:
    """Install the plugin, and return what has the program find it."""
    (tmp_path / "noise.py").write_text(PLUGIN)
    info = tmp_path / "noise-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: noise\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[chasqui.plugins]\nnoise = noise\n")
    return {"PYTHONPATH": str(tmp_path)}


def submit(terminal: Terminal, type: str) -> None:
    """Submit a task of a type from its form, with its defaults."""
    terminal.press("s")
    terminal.press(type)
    terminal.press("\r")
    terminal.await_text(f"Submit {type}")
    terminal.type("\x13")
    terminal.await_text(r"total 1\b")


def test_what_a_body_prints_is_in_its_log_where_the_config_says_so(start, noise, tmp_path):
    config = tmp_path / "prints.toml"
    config.write_text("[log]\ncapture_prints = true\n")
    terminal = start("--config", str(config), **noise)
    submit(terminal, "noise.say")
    terminal.press("l")

    terminal.await_text(r"info +PRINTED")


def test_raw_writes_stay_off_the_screen_and_are_told_afterwards(start, noise):
    terminal = start("--here", **noise)  # of a host it would be in the host's log
    submit(terminal, "noise.make")
    assert "LOUD" not in terminal.text
    terminal.type("q")

    assert 0 == terminal.end()
    assert terminal.restored()
    assert "LOUD-ONE" in terminal.text
    assert "LOUD-TWO" in terminal.text


def test_no_color_draws_no_colour(start):
    terminal = start(NO_COLOR="1")

    cells = [terminal.screen.buffer[row][column] for row in range(24) for column in range(80)]
    grounds = {cell.bg for cell in cells}
    signs = {cell.fg for cell in cells}
    for colours in (grounds, signs):
        assert all(grey(colour) for colour in colours), colours


def grey(colour: str) -> bool:
    """Tell whether a colour of the emulator is none."""
    if colour in ("default", "black", "white", "brightblack"):
        return True
    return len(colour) == 6 and colour[:2] == colour[2:4] == colour[4:]


def test_a_terminal_without_unicode_gets_ascii_only(start):
    terminal = start(LANG="C", LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert terminal.text.isascii()
    assert "Workers" in terminal.text
