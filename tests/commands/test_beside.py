"""The console beside a host: it starts one, finds it again, and leaves work running."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chasqui.control.client.finding import hosts_alive
from tests.acceptance.terminal import Terminal
from tests.hosts import kill_hosts

pytestmark = pytest.mark.slow

Open = Callable[..., Terminal]
WORK = "[1-9][0-9]*/[0-9]+ busy"


@pytest.fixture
def console(terminal: Open, runtime: Path) -> Open:
    """Open a console, and wait until it shows the engine."""

    def console(*words: str, shows: str = "RUNNING") -> Terminal:
        opened: Terminal = terminal(sys.executable, "-m", "chasqui", *words)
        opened.await_text(shows)
        return opened

    return console


@pytest.fixture(autouse=True)
def _no_host_left(runtime: Path) -> Iterator[None]:
    yield
    kill_hosts()


def hosts() -> list[int | None]:
    return [found.pid for found in hosts_alive()]


def no_host_soon() -> bool:
    until = time.monotonic() + 10
    while hosts() and time.monotonic() < until:
        time.sleep(0.02)
    return not hosts()


def test_an_idle_host_goes_with_the_console_that_started_it(console, chasqui):
    opened = console()
    assert 0 == chasqui("status").returncode
    opened.type("q")

    assert 0 == opened.end()
    assert opened.restored()
    assert "accepted 0 = " in opened.text
    assert no_host_soon()
    assert 69 == chasqui("status").returncode


def test_a_console_finds_the_host_of_another_and_the_last_to_leave_ends_it(console):
    first, second = console(), console()
    (pid,) = hosts()
    first.type("q")
    assert 0 == first.end()
    assert [pid] == hosts()
    second.type("q")

    assert 0 == second.end()
    assert no_host_soon()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143), (signal.SIGKILL, -9)],
)
def test_work_goes_on_whatever_signal_ends_the_console(console, chasqui, number, status):
    opened = console()
    (pid,) = hosts()
    chasqui("submit", "demo.sleep", "seconds=600")
    opened.await_text(WORK)
    os.kill(opened.program.pid, number)

    assert status == opened.end()
    if number != signal.SIGKILL:
        assert opened.restored()
        assert f"goes on in process {pid}" in opened.text
    assert [pid] == hosts()
    again = console(shows=WORK)
    assert again.text


def test_a_host_with_a_schedule_is_left_running_since_it_has_work_to_come(console, config):
    config('[[schedule]]\ntype = "demo.sleep"\ncron = "@yearly"\nparams = { seconds = 1 }\n')
    opened = console("--trust")
    (pid,) = hosts()
    opened.type("q")

    assert 0 == opened.end()
    assert f"goes on in process {pid}" in opened.text
    assert [pid] == hosts()


def test_a_host_that_is_killed_while_it_is_watched_is_said_and_takes_no_terminal_with_it(console):
    opened = console()
    (pid,) = hosts()
    assert pid
    os.kill(pid, signal.SIGKILL)
    opened.await_text("host gone")
    opened.insist("q", "has gone")

    assert 69 == opened.end()
    assert opened.restored()


def test_a_console_over_a_stopped_host_can_be_left_and_the_host_goes_on(console, chasqui):
    opened = console()
    (pid,) = hosts()
    assert pid
    chasqui("submit", "demo.sleep", "seconds=600")
    opened.await_text(WORK)
    os.kill(pid, signal.SIGSTOP)
    try:
        opened.program.terminate()
        assert 0 != opened.end(40)
        assert opened.restored()
    finally:
        os.kill(pid, signal.SIGCONT)
    assert [pid] == hosts()
    assert 0 == chasqui("status").returncode


def test_a_host_stands_in_a_session_of_its_own(console):
    console()
    (pid,) = hosts()
    assert pid

    assert pid == os.getsid(pid)


def test_an_idle_host_is_left_by_a_terminal_that_was_lost(console):
    opened = console()
    (pid,) = hosts()
    opened.program.send_signal(signal.SIGHUP)

    assert 0 == opened.end()
    assert [pid] == hosts()


def test_a_closed_terminal_leaves_the_work(console, chasqui):
    opened = console()
    (pid,) = hosts()
    chasqui("submit", "demo.sleep", "seconds=600")
    opened.await_text(WORK)
    for descriptor in (opened.slave, opened.master):
        os.close(descriptor)
    opened.slave, opened.master = os.pipe()  # for the fixture to close

    assert 143 == opened.program.wait(30)
    assert [pid] == hosts()


def test_a_drain_from_the_dialog_ends_with_the_ledger_of_the_host(console, chasqui):
    opened = console()
    chasqui("submit", "demo.sleep", "seconds=3")
    opened.await_text(WORK)
    opened.type("q")
    opened.await_text("Leave with work left")
    opened.type("d")

    assert 0 == opened.end()
    assert opened.restored()
    assert re.search("accepted 1 = completed 1", opened.text)
    assert no_host_soon()


def test_an_abort_names_what_is_not_completed_and_how_to_run_it_again(console, chasqui, tmp_path):
    opened = console()
    chasqui("submit", "demo.sleep", "seconds=600")
    opened.await_text(WORK)
    opened.type("q")
    opened.await_text("Leave with work left")
    opened.press("a")
    opened.type("abort\r")

    opened.end()
    said = "".join(line.ljust(80) for line in opened.text.split("\n"))
    assert re.search(r"task 1 demo.sleep seconds=600.0, cancelled", said)
    assert re.search(r"chasqui-tui run --jobs \S+?jsonl", said)
    assert 1 == len([*(tmp_path / "state").rglob("unfinished-*.jsonl")])


def test_six_consoles_at_once_make_one_host(terminal, runtime):
    opened = [terminal(sys.executable, "-m", "chasqui") for _ in range(6)]
    for one in opened:
        one.await_text("RUNNING", 60)

    assert 1 == len(hosts())
    assert 6 == sum("RUNNING" in one.text for one in opened)


def test_a_host_that_cannot_start_is_said_with_the_end_of_its_log(
    terminal, runtime, plugin, config
):
    plugin("broken", "raise RuntimeError('no such luck')\n")
    config("[plugins]\nstrict = true\n")
    opened = terminal(sys.executable, "-m", "chasqui")

    assert 69 == opened.end()
    assert "while it was starting" in opened.text
    assert "no such luck" in "".join(opened.text.split("\n"))
    assert termios.tcgetattr(opened.slave) == opened.modes


def test_a_host_whose_log_cannot_be_written_is_not_started_and_the_console_says_what_to_do(
    terminal, runtime, tmp_path, monkeypatch
):
    (tmp_path / "state").write_text("a file, where a folder belongs")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    opened = terminal(sys.executable, "-m", "chasqui")

    assert 69 == opened.end()
    # Without spaces: the path before it decides where the terminal breaks the line.
    assert "starttheconsolewith--here" in "".join(opened.text.split())
    assert [] == hosts()


def test_a_wrong_config_is_said_by_the_console_and_starts_no_host(terminal, runtime, config):
    config("[pools.default]\nworkers = -1\n")
    opened = terminal(sys.executable, "-m", "chasqui")

    assert 2 == opened.end()
    assert "pools.default.workers" in opened.text
    assert [] == hosts()


def test_without_a_place_for_a_socket_the_engine_runs_in_the_console_and_that_is_said(
    terminal, tmp_path, monkeypatch
):
    far = tmp_path / ("long" * 30)
    far.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(far))
    opened = terminal(sys.executable, "-m", "chasqui")
    opened.await_text("RUNNING")
    opened.type("q")

    assert 0 == opened.end()
    assert b"the engine runs in this console's process" in opened.raw


def test_attach_starts_no_host(terminal, runtime):
    opened = terminal(sys.executable, "-m", "chasqui", "attach")

    assert 69 == opened.end()
    assert "no host of engine default; `chasqui-tui serve` starts one" in opened.text
    assert [] == hosts()


def test_attach_read_only_changes_nothing(console):
    console()
    looking = console("attach", "--read-only", "default")
    looking.press("p")
    looking.read(1.0)
    assert "PAUSED" not in looking.text
    looking.type("q")

    assert 0 == looking.end()
    assert 1 == len(hosts())
