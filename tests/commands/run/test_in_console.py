"""`run --console`: the run and its console go on without each other."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import threading
from argparse import Namespace

import pytest

import chasqui
from chasqui.commands import words
from chasqui.commands.run.in_console import STOPS, RunInBackground, RunPort, parts, terminal
from chasqui.commands.run.stop import RunStop
from chasqui.commands.session import open_session
from chasqui.control.port import Pause, Resume
from chasqui.errors import NoTerminal
from tests.waiting import until

RUN = f"{shlex.quote(sys.executable)} -m chasqui run demo.sleep --each seconds --workers 2"


def said(shell):
    """Return what is on screen without the breaks of its lines, which are anywhere."""
    return "".join(shell.screen.display)


@pytest.fixture
def engine():
    with chasqui.Engine(workers=1, shutdown_timeout=30) as engine:
        yield engine


def in_background(engine, feed, stop=None, finish=lambda: None):
    doing = RunInBackground(engine, stop or RunStop(), feed, finish)
    doing.start()
    return doing


def test_a_run_has_ended_once_its_lines_were_fed_and_its_tasks_have_ended(engine):
    gate, ended = threading.Event(), threading.Event()
    doing = in_background(engine, gate.wait, finish=ended.set)
    assert "" == doing.ended()
    gate.set()
    doing.join()

    assert "the run has ended" == doing.ended()
    assert ended.is_set()


def test_what_feeding_raises_is_raised_where_the_run_is_waited_for(engine):
    def feed():
        raise ValueError("unreadable")

    doing = in_background(engine, feed)
    with pytest.raises(ValueError, match="unreadable"):
        doing.join()
    assert "the run has failed" == doing.ended()


def test_a_console_stops_a_run_as_an_interrupt_does_and_a_second_time_at_once(engine):
    stop, gate = RunStop(), threading.Event()
    doing = in_background(engine, gate.wait, stop)
    first = doing.stop()
    assert (signal.SIGINT, False) == (stop.signal, stop.hurries)
    second = doing.stop()
    gate.set()
    doing.join()

    assert "stopping: 0 tasks may end within 30s; ctrl+c again asks them to stop" == first
    assert stop.hurries
    assert "stopping at once: what runs is asked to stop" == second
    assert "the run has been stopped" == doing.ended()


def test_a_run_that_has_ended_is_not_stopped_any_more(engine):
    stop = RunStop()
    doing = in_background(engine, lambda: None, stop)
    doing.join()

    assert "the run has ended" == doing.stop()
    assert stop.signal is None


def test_nothing_is_resumed_while_the_run_stops(engine):
    stop = RunStop()
    port = RunPort(engine, stop)
    assert port.apply(Pause()).ok
    assert port.apply(Resume()).ok
    stop.interrupt()

    outcome = port.apply(Resume())
    assert (False, STOPS) == (outcome.ok, outcome.reason)


def test_the_console_of_a_run_shows_its_finished_tasks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = open_session(Namespace(config=None, no_plugins=True, trust=False))
    with session.engine(**{"keep_history": 0, **parts(session)}) as engine:
        task = engine.submit("demo.sleep", {"seconds": 0})
        assert task.wait(10)
        until(lambda: engine.history.find(task.number) is not None)


def test_a_dumb_terminal_has_no_console(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(NoTerminal, match="the run is the same"), terminal(reads=False):
        pass


def test_what_is_said_while_a_console_draws_comes_after_it_and_progress_does_not(monkeypatch):
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with words.kept_while_drawn():
            words.say("line 3 is refused")
            words.say_as_it_is("12 completed")
            os.write(slave, b"drawn")
        written = b""
        while not written.endswith(b"\n"):
            written += os.read(master, 1000)
    os.close(master)

    assert b"drawnchasqui-tui: line 3 is refused\r\n" == written


def test_what_is_said_into_a_file_comes_at_once(monkeypatch, tmp_path):
    with (tmp_path / "said").open("w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with words.kept_while_drawn():
            monkeypatch.setattr(sys, "stderr", None)  # the console has streams of its own
            words.say("line 3 is refused")
            assert "chasqui-tui: line 3 is refused\n" == (tmp_path / "said").read_text()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"echo 0 | {RUN} --console", "send them to a file or a pipe"),
        (f"{RUN} --console > rows.jsonl", "name a file of lines, or pipe them"),
        (f"{RUN} --console --dry-run", "runs nothing, so it takes no --console"),
        (f"{RUN.removesuffix(' --workers 2')} --console --host", "--console is not for --host"),
    ],
)
@pytest.mark.slow
def test_a_console_is_refused_where_rows_or_lines_have_the_terminal(terminal, line, why):
    shell = terminal("/bin/sh", "-c", line)

    assert 2 == shell.end(60)
    assert why in said(shell)


@pytest.mark.slow
def test_a_run_in_a_console_ends_there_and_its_rows_go_to_their_file(terminal, tmp_path):
    lines = "echo oops; for i in 1 2 3 4 5 6; do echo 0.01; done"
    shell = terminal("/bin/sh", "-c", f"({lines}) | {RUN} --console > rows.jsonl")
    shell.await_text("the run has ended; q leaves", 60)
    shell.insist("3", r"\[3 Finished")
    shell.await_text(r"6 demo\.sleep")
    shell.type("q")

    assert 2 == shell.end(60)
    assert shell.restored()
    assert "line 1: demo.sleep: seconds" in said(shell)
    assert "completed 6" in said(shell)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [*range(1, 8)] == sorted(row["line"] for row in rows)


@pytest.mark.slow
def test_a_console_that_is_left_leaves_the_run_at_work(terminal, tmp_path):
    lines = "echo 0.01; until [ -e go ]; do sleep 0.1; done; echo 0.02"
    shell = terminal("/bin/sh", "-c", f"({lines}) | {RUN} --console > rows.jsonl")
    shell.await_text("RUNNING", 60)
    shell.type("p")
    shell.await_text("PAUSED")
    shell.type("q")
    shell.await_text(r"the run was paused in the console; it goes on")
    shell.await_text(r"the run goes on; Ctrl\+C stops it")
    (tmp_path / "go").touch()

    assert 0 == shell.end(60)
    assert "completed 2" in said(shell)
    until(lambda: 2 == len((tmp_path / "rows.jsonl").read_text().splitlines()))


@pytest.mark.slow
def test_ctrl_c_in_the_console_stops_the_run_with_its_status(terminal, tmp_path):
    shell = terminal(
        "/bin/sh", "-c", f"(echo 0; echo 600; echo 600; echo 600) | {RUN} --console > rows.jsonl"
    )
    shell.await_text("RUNNING", 60)
    shell.insist("\x03", "ctrl\\+c again asks them to stop|stopping at once")
    shell.insist("\x03", "the run has been stopped; q leaves")
    shell.type("q")

    assert 130 == shell.end(60)
    shell.await_text("cancelled 2 \\+ left 1")
