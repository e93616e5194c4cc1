"""Whatever ends a console with its engine: what is not completed is named and can be run again."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.terminal import Terminal
from tests.present import present

pytestmark = pytest.mark.slow

PLUGIN = '''
import threading
from chasqui import Context, Secret, hookimpl, task

@task
def stubborn(seconds: float = 600) -> None:
    """Heed nothing."""
    threading.Event().wait(seconds)

@task
def secret(ctx: Context, token: Secret[str]) -> None:
    """Use a secret."""
    ctx.log.info(token.reveal())
    raise ValueError(f"{token.reveal()} is refused")

@hookimpl
def chasqui_tasks():
    return [stubborn, secret]
'''
CONFIG = "[engine]\nshutdown_timeout = 0.3\n"
WITHOUT = '[journal]\nmode = "off"\n'
Start = Callable[..., Terminal]


@pytest.fixture
def start(terminal, plugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start a console whose engine waits for nothing long, and that knows the plugin."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TOKEN", "hunter2-hunter2")
    plugin("odd", PLUGIN)
    (tmp_path / "config.toml").write_text(CONFIG)

    def start(*words: str) -> Terminal:
        here = () if words else ("--here",)
        started: Terminal = terminal(sys.executable, "-m", "chasqui", *here, *words)
        started.await_text("RUNNING")
        return started

    return start


def submit(terminal: Terminal, type: str, number: int, first: str = "") -> None:
    """Submit a task from its form, with its defaults but for the first field."""
    terminal.press("s")
    terminal.press(type)
    terminal.press("\r")
    terminal.await_text(f"Submit {type}")
    terminal.type(f"{first}\x13")
    terminal.await_text(f"submitted task {number}")


def said(terminal: Terminal) -> str:
    """Return what is on the screen, with the lines that the terminal has broken put together."""
    return "".join(line.ljust(80) for line in terminal.text.split("\n"))


def kept(tmp_path: Path) -> list[dict[str, object]]:
    """Return the lines that were kept."""
    files = [*(tmp_path / "state").rglob("unfinished-*.jsonl")]
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def send(number: signal.Signals) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.program.send_signal(number)


def abort(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.press("a")
    terminal.type("abort\r")


def cancel(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.type("c")


def cancel_then_leave(terminal: Terminal) -> None:
    terminal.press("Q")
    terminal.type("c")
    terminal.await_text("cancelled +1")
    terminal.type("q")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (send(signal.SIGTERM), 143),
        (send(signal.SIGHUP), 143),
        (send(signal.SIGINT), 130),
        (abort, 0),
        (cancel, 0),
        (cancel_then_leave, 0),
    ],
)
def test_what_is_not_completed_is_named_and_kept_whatever_ends_the_console(
    start, tmp_path, end, status
):
    terminal = start()
    submit(terminal, "demo.fail", 1)
    submit(terminal, "demo.sleep", 2, "600")
    end(terminal)

    assert status == terminal.end()
    assert terminal.restored()
    assert "task 1 demo.fail, failed: RuntimeError: failed as asked" in terminal.text
    assert re.search(r"task 2 demo.sleep seconds=\S+, cancelled", terminal.text)
    file = Path(present(re.search(r"chasqui-tui run --jobs (\S+?jsonl)", said(terminal)))[1])
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert ["demo.fail", "demo.sleep"] == [line["type"] for line in kept(tmp_path)]
    again = [sys.executable, "-m", "chasqui", "run", "--jobs", str(file), "--dry-run"]
    assert 0 == subprocess.run(again, capture_output=True, timeout=60).returncode


def test_a_closed_terminal_keeps_what_is_not_completed_and_ends_with_its_status(start, tmp_path):
    terminal = start()
    submit(terminal, "demo.fail", 1)
    submit(terminal, "demo.sleep", 2, "600")
    for descriptor in (terminal.slave, terminal.master):
        os.close(descriptor)
    terminal.slave, terminal.master = os.pipe()  # for the fixture to close

    assert 143 == terminal.program.wait(60)
    assert ["failed", "cancelled"] == [line["state"] for line in kept(tmp_path)]


def test_what_does_not_stop_is_named_with_its_worker_and_runs_again_from_the_journal(
    start, tmp_path
):
    terminal = start()
    submit(terminal, "odd.stubborn", 1)
    terminal.program.terminate()

    assert 143 == terminal.end()
    assert re.search(r"task 1 odd.stubborn, abandoned: on w\d", terminal.text)
    assert "1 task stays in the journal" in terminal.text
    assert [] == kept(tmp_path)
    started = start()
    started.await_text(r"1/\d+ busy")


def test_without_a_journal_what_does_not_stop_is_named_and_kept_to_be_run_again(start, tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG + WITHOUT)
    terminal = start()
    submit(terminal, "odd.stubborn", 1)
    terminal.program.terminate()

    assert 143 == terminal.end()
    assert re.search(r"task 1 odd.stubborn, abandoned: on w\d", terminal.text)
    assert [("odd.stubborn", "abandoned")] == [
        (line["type"], line["state"]) for line in kept(tmp_path)
    ]


def test_a_secret_is_named_and_kept_as_its_reference(start, tmp_path):
    terminal = start()
    submit(terminal, "odd.secret", 1, "env:TOKEN")
    terminal.await_text(r"0/\d+ busy .* failed ✗ 1")
    terminal.type("q")
    terminal.end()

    assert "hunter2" not in terminal.text
    assert [{"token": "env:TOKEN"}] == [line["params"] for line in kept(tmp_path)]
    assert "hunter2" not in str(kept(tmp_path))


def test_a_console_that_leaves_nothing_behind_keeps_no_file_and_names_none(start, tmp_path):
    terminal = start()
    terminal.type("q")

    assert 0 == terminal.end()
    assert "not completed" not in terminal.text
    assert [] == kept(tmp_path)


def drain(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.await_text("Leave with work left")
    terminal.type("d")


def test_a_drain_that_runs_all_that_waits_ends_with_0(start, tmp_path):
    (tmp_path / "config.toml").write_text("[engine]\nshutdown_timeout = 60\n" + WITHOUT)
    terminal = start()
    terminal.press("p")
    terminal.await_text("PAUSED")
    submit(terminal, "odd.stubborn", 1, "0")
    drain(terminal)

    assert 0 == terminal.end()
    assert "completed 1" in said(terminal)


def test_a_drain_that_its_time_cuts_short_ends_with_1_and_not_as_if_interrupted(start, tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG + WITHOUT)
    terminal = start()
    submit(terminal, "odd.stubborn", 1)
    drain(terminal)

    assert 1 == terminal.end()
    assert "abandoned 1" in said(terminal)


def test_a_drain_that_cuts_off_a_task_that_stops_when_asked_ends_with_1_too(start, tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG + WITHOUT)
    terminal = start()
    submit(terminal, "demo.sleep", 1, "600")
    drain(terminal)

    assert 1 == terminal.end()
    assert "cancelled 1" in said(terminal)


def test_the_demo_is_left_by_a_drain_without_the_status_of_an_interrupt(start):
    terminal = start("demo")
    terminal.await_text(r"[1-9]/\d+ busy")
    drain(terminal)

    assert terminal.end() in (0, 1)
    assert "accepted" in terminal.text


def test_the_demo_says_what_it_forgets(start, tmp_path):
    terminal = start("demo")
    terminal.await_text(r"[1-9]/\d+ busy")
    abort(terminal)

    terminal.end()
    assert [] == kept(tmp_path)
    assert "the demo remembers nothing, and forgets them" in said(terminal)


def test_a_folder_that_cannot_be_written_is_said_and_all_the_same_they_are_named(start, tmp_path):
    (tmp_path / "state").write_text("a file where the folder should be")
    (tmp_path / "config.toml").write_text(CONFIG + WITHOUT)
    terminal = start()
    submit(terminal, "demo.fail", 1)
    terminal.await_text(r"0/\d+ busy .* failed ✗ 1")
    terminal.type("q")

    assert 0 == terminal.end()
    assert "task 1 demo.fail, failed" in terminal.text
    assert "kept nowhere: " in terminal.text
