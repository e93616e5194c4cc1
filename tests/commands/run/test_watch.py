"""`run` by the real command: progress on a terminal, status on SIGUSR1, Ctrl+Z and `fg`."""

from __future__ import annotations

import os
import re
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chasqui.commands.run.pace import Bounds, Pace
from chasqui.commands.run.watch import RunWatch
from tests.acceptance.terminal import Terminal
from tests.commands.running import Running
from tests.present import present
from tests.waiting import until

RUN = (sys.executable, "-m", "chasqui", "run")
INTO_A_FILE = ("sh", "-c", 'exec "$0" "$@" >out')
# Stands for a shell with jobs: only what has such a parent is stopped by SIGTSTP.
SHELL = """
import subprocess, sys
with subprocess.Popen(sys.argv[1:], process_group=0) as job, open("pid", "w") as file:
    print(job.pid, file=file, flush=True)
    job.wait()
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads states from /proc")


def last_line(one: Terminal) -> str:
    return one.text.rstrip().rpartition("\n")[2]


@pytest.mark.slow
def test_a_terminal_has_a_line_that_fits_also_after_a_resize_and_is_gone_at_the_end(
    terminal, tmp_path
):
    (tmp_path / "in").write_text("0.01\n" * 20 + "3600\n0\n")
    one = terminal(*INTO_A_FILE, *RUN, "demo.sleep", "--each", "seconds", "in", "--workers", "2")
    one.await_text(r"(?m)^95%, 21 done, 0 failed, 1 running, .*line 21 for \d", 60)
    one.resize(40, 24)
    one.await_text(r"(?m)^21 done, 0 failed, 1 running, \d", 60)
    assert 40 > len(last_line(one)), last_line(one)
    os.kill(one.program.pid, signal.SIGINT)
    one.await_text("stopping: 1", 60)
    os.kill(one.program.pid, signal.SIGINT)
    one.end()

    assert "running," not in one.text
    assert re.search(r"accepted 22 = completed 21", one.text)


@pytest.mark.slow
def test_rows_on_the_same_terminal_stay_whole(terminal, tmp_path):
    lines = "for i in $(seq 12); do echo 0.2; done; until [ -e go ]; do sleep 0.1; done"
    run = shlex.join([*RUN, "demo.sleep", "--each", "seconds", "--workers", "2"])
    one = terminal("/bin/sh", "-c", f"({lines}) | {run}")
    one.await_text(r"running, ", 60)
    (tmp_path / "go").touch()
    one.end(60)
    rows = re.sub(r"\x1b\[K|\r", "\n", one.raw.decode()).replace("\n\n", "\n")

    assert 12 == len(re.findall(r'^\{"line":.*\}$', rows, re.M)), rows


@pytest.mark.slow
def test_a_bar_is_drawn_in_ascii_where_the_terminal_has_no_more(terminal, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (tmp_path / "in").write_text("0\n3600\n")
    one = terminal(*INTO_A_FILE, *RUN, "demo.sleep", "--each", "seconds", "--progress=bar", "in")

    one.await_text(r"(?m)^\[#+-+\] 50%, 1 done", 60)


@pytest.mark.slow
def test_a_pipe_gets_a_status_when_it_is_asked_for_and_no_control_characters(tmp_path, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    run = Running(
        *(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2", "--progress", "bar")
    )
    run.feed(b"0\n\n3600\n")
    run.row()
    said: list[str] = []

    def runs() -> bool:
        run.program.send_signal(signal.SIGUSR1)
        said.append(run.message().decode())
        return " 1 running" in said[-1]

    # In a second a terminal would have a line of progress.
    assert ([], [], []) == select.select([present(run.program.stderr)], [], [], 1.0)
    until(runs)
    status, of_line = said[-1], run.message().decode()
    run.interrupt()
    _, out, errors = run.end()

    assert "chasqui-tui: 1 done, 0 failed, 1 running, 0 waiting" in status
    assert re.search(r"^chasqui-tui: line 3 \(demo.sleep\) has run for \d+s$", of_line)
    assert not re.search(rb"[\r\x1b]", "".join(said).encode() + out + errors)


def state(process: int) -> str:
    text = Path(f"/proc/{process}/stat").read_text()
    return text.rpartition(")")[2].split()[0]


def number_in(file: Path) -> int:
    until(lambda: file.exists() and file.read_text().strip())
    return int(file.read_text())


@linux
@pytest.mark.slow
def test_a_stop_of_the_terminal_stops_the_commands_too_and_fg_goes_on(tmp_path):
    command = f'command=["sh", "-c", "echo $$ >{tmp_path}/command; exec sleep 3600"]'
    words = [sys.executable, "-c", SHELL, *RUN, "shell.run", command]
    with subprocess.Popen(words, cwd=tmp_path, start_new_session=True, stdin=subprocess.DEVNULL):
        run, sleeping = number_in(tmp_path / "pid"), number_in(tmp_path / "command")
        try:
            os.kill(run, signal.SIGTSTP)
            until(lambda: (state(run), state(sleeping)) == ("T", "T"))
            os.kill(run, signal.SIGCONT)
            until(lambda: "T" not in (state(run), state(sleeping)))
            os.kill(run, signal.SIGTSTP)
            until(lambda: (state(run), state(sleeping)) == ("T", "T"))
        finally:
            os.kill(run, signal.SIGCONT)
            os.kill(run, signal.SIGTERM)
            until(lambda: not Path(f"/proc/{run}").exists() or os.kill(run, signal.SIGTERM))

    assert not Path(f"/proc/{sleeping}").exists()


def catches(process: int, number: signal.Signals) -> bool:
    text = Path(f"/proc/{process}/status").read_text()
    caught = int(present(re.search(r"^SigCgt:\s*([0-9a-f]+)$", text, re.M))[1], 16)
    return bool(caught & 1 << (number - 1))


@pytest.mark.slow
@linux
def test_while_the_load_is_over_the_bound_no_task_starts(tmp_path):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--load", "0.000001")
    run.feed(b"0\n")
    run.close_input()
    at_once = run.message().decode()
    until(lambda: catches(run.program.pid, signal.SIGUSR1))
    run.program.send_signal(signal.SIGUSR1)
    said = [run.message().decode() for _ in range(2)]
    run.interrupt()
    code, out, _ = run.end()

    for one in (at_once, said[1]):
        assert re.search(r"no task starts: load [\d.]+ over 1e-06\n", one), said
    assert (130, b"") == (code, out)


@pytest.mark.parametrize(("encoding", "is_ascii"), [("ascii", True), ("utf-8", False)])
def test_the_line_has_the_characters_of_standard_error_though_a_console_has_taken_its_place(
    monkeypatch, encoding, is_ascii
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(encoding=encoding, isatty=lambda: True))
    gauge: Any = SimpleNamespace(reached=None)
    watch = RunWatch(gauge, Pace(Bounds(), lambda: None, lambda: None), "line")

    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True))

    assert is_ascii == watch._is_ascii
