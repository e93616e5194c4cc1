"""Whatever a command is and does, nothing of it is left."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chasqui import Cancelled, TimeLimit
from chasqui.testing import FakeClock
from chasqui_shell import guard as guard_module
from chasqui_shell import process as process_module
from chasqui_shell.family import Family
from chasqui_shell.guard import Guard
from chasqui_shell.process import Process

from .conftest import WAIT, await_output, await_that

linux = pytest.mark.skipif(sys.platform != "linux", reason="found through /proc")
SETSID = f'{sys.executable} -c "import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])"'


def family_of(nap: str, *, stubborn: bool) -> list[str]:
    """Return a command with a child and two grandchildren, that says when all are there."""
    trap = "trap '' TERM; " if stubborn else ""
    inner = f"{trap}sleep {nap} & sleep {nap}"
    return ["sh", "-c", f'{trap}sh -c "{inner}" & sleep {nap} & echo ready; while :; do wait; done']


@pytest.mark.parametrize("stubborn", [False, True], ids=["heeding TERM", "ignoring TERM"])
def test_a_cancel_ends_the_command_its_children_and_theirs(
    engine_with, processes, system, stubborn
):
    engine = engine_with(grace=0.3)
    task = engine.submit("shell.run", {"command": family_of(processes.nap, stubborn=stubborn)})
    await_output(task)
    await_that(lambda: len(processes.left()) >= 5, "the whole family is there")

    assert task.cancel()
    with pytest.raises(Cancelled):
        task.result(WAIT)

    assert [] == processes.left()


@linux
@pytest.mark.parametrize("quiet", [False, True])
def test_a_cancel_also_ends_those_that_left_the_group(engine_with, processes, quiet):
    engine = engine_with(grace=0.3)
    stray = f"trap '' TERM; {SETSID} sleep {processes.nap} {'>/dev/null 2>&1' * quiet} &"
    script = (
        f'sh -c "{stray.replace(chr(34), chr(92) + chr(34))}"; echo ready; sleep {processes.nap}'
    )
    task = engine.submit("shell.run", {"command": ["sh", "-c", script]})
    await_output(task)
    sleeps = f"sleep {processes.nap}"
    await_that(
        lambda: sum(row.split(None, 1)[1] == sleeps for row in processes.left()) == 2,
        "the stray sleeps, beside the command's own child",
    )

    task.cancel()
    task.wait(WAIT)

    assert [] == processes.left()


def test_a_command_may_clean_up_when_it_is_asked_to_end(engine_with, processes, tmp_path):
    engine = engine_with(grace=WAIT)
    script = (
        "trap 'yes | head -c 1000000; touch cleaned; exit' TERM; "
        f"sleep {processes.nap} & echo ready; wait"
    )
    task = engine.submit("shell.run", {"command": ["sh", "-c", script], "cwd": tmp_path})
    await_output(task)

    task.cancel()
    task.wait(WAIT)

    assert "cancelled" == task.state
    assert (tmp_path / "cleaned").exists()
    assert 1_000_006 == task.progress.done


def test_a_time_limit_ends_it_too(engine_with, processes):
    clock = FakeClock()
    engine = engine_with(clock=clock, grace=0.3)
    command = family_of(processes.nap, stubborn=True)
    task = engine.submit("shell.run", {"command": command}, time_limit=5)
    await_output(task)

    clock.advance(6)
    with pytest.raises(TimeLimit, match="time limit of 5 s"):
        task.result(WAIT)

    assert [] == processes.left()


def test_what_a_command_leaves_in_its_group_is_ended(engine_with, processes, system, caplog):
    engine = engine_with(grace=0.3)
    script = f"trap '' TERM; sleep {processes.nap} & echo out"
    task = engine.submit("shell.run", {"command": ["sh", "-c", script]})

    assert "out\n" == task.result(WAIT).output

    assert [] == processes.left()
    assert "left processes running" in caplog.text


def test_also_when_it_holds_no_output(engine_with, processes, system):
    engine = engine_with(grace=0.3)
    script = f"sleep {processes.nap} >/dev/null 2>&1 & echo out"
    task = engine.submit("shell.run", {"command": ["sh", "-c", script]})

    assert "out\n" == task.result(WAIT).output

    assert [] == processes.left()


def test_what_a_command_leaves_may_write_its_last(engine_with, system, caplog):
    engine = engine_with(grace=WAIT)
    task = engine.submit(
        "shell.run", {"command": ["sh", "-c", "(sleep 0.3; echo late) & echo out"]}
    )

    assert "out\nlate\n" == task.result(WAIT).output

    assert "" == caplog.text


def test_a_daemon_that_left_the_group_and_the_output_is_left_alone(engine_with, processes):
    engine = engine_with(grace=WAIT)
    code = (
        "import os, subprocess, sys; "
        "child = subprocess.Popen(sys.argv[1:], start_new_session=True, "
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "child.returncode = 0; print(child.pid)"
    )
    command = [sys.executable, "-c", code, "sleep", processes.nap]

    daemon = int(engine.submit("shell.run", {"command": command}).result(WAIT).output)

    assert [f"{daemon} sleep {processes.nap}"] == processes.left()


def test_a_command_that_closes_its_output_is_waited_for_without_haste(run, system, monkeypatch):
    turns: list[float] = []
    turn = Process.turn
    monkeypatch.setattr(
        Process, "turn", lambda self, *args: (turns.append(0), turn(self, *args))[1]
    )

    finished = run(["sh", "-c", "exec >&- 2>&-; sleep 0.5; exit 7"], expect=[7])

    assert 7 == finished.status
    assert len(turns) < 100


def test_what_cannot_be_ended_is_said_and_holds_nobody_up(monkeypatch, caplog, processes):
    monkeypatch.setattr(Family, "tell", lambda self, number: None)
    monkeypatch.setattr(process_module, "KILL_SECONDS", 0.1)

    with Process(
        ["sleep", processes.nap],
        Path("/bin/sleep"),
        folder=Path("/"),
        environment={},
        guard=Guard(0.1),
        grace=0.1,
        on_output=lambda data: None,
    ) as process:
        pass

    assert [logging.ERROR] == [record.levelno for record in caplog.records]
    assert f"process {process._started.pid} cannot be ended" in caplog.text
    os.killpg(process._started.pid, signal.SIGKILL)
    await_that(lambda: process.status is not None, "it has ended")


@linux
def test_the_dead_whom_nobody_has_waited_for_do_not_count():
    dead = subprocess.Popen(["true"], start_new_session=True)
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)

    assert not Family(dead.pid, "mark").lives()
    dead.wait()


ENGINE = """
import os, sys, time
from chasqui import Engine
from chasqui import PluginHost

engine = Engine(workers=1, plugins=PluginHost(settings={"shell": {"grace": 0.3}}))
engine.start()
task = engine.submit("shell.run", {"command": sys.argv[2:]})
while task.progress is None:
    time.sleep(0.01)
print("ready", flush=True)
if sys.argv[1] == "abort":
    engine.shutdown(0)
    os._exit(0)
time.sleep(1000)
"""


@pytest.mark.parametrize("end", ["killed", "abort"])
def test_nothing_outlives_an_engine_that_dies(processes, end):
    command = family_of(processes.nap, stubborn=True)
    engine = subprocess.Popen(
        [sys.executable, "-c", ENGINE, end, *command], stdout=subprocess.PIPE, text=True
    )
    with engine:
        assert engine.stdout
        assert "ready\n" == engine.stdout.readline()
        if end == "killed":
            engine.kill()
        engine.wait(WAIT)

    processes.await_none()


@linux
def test_nor_does_what_left_the_group(processes):
    nap = processes.nap
    script = f"{SETSID} sleep {nap} >/dev/null 2>&1 & echo ready; sleep {nap}"
    engine = subprocess.Popen(
        [sys.executable, "-c", ENGINE, "killed", "sh", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
    )
    with engine:
        assert engine.stdout
        engine.stdout.readline()
        await_that(
            lambda: sum(row.endswith(f" sleep {nap}") for row in processes.left()) >= 2,
            "the stray sleeps",
        )
        engine.kill()

    processes.await_none()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_guard_that_does_not_listen_has_a_successor_that_knows_all_commands(
    processes, monkeypatch, how
):
    guard = Guard(0.2)
    sleeping = [
        subprocess.Popen(["sleep", processes.nap], start_new_session=True) for _ in range(2)
    ]
    first = guard.post()
    first.watch(sleeping[0].pid, "first")
    sentry = guard._sentry
    assert sentry is not None
    sentry._process.send_signal(how)
    await_that(lambda: not sentry.listens(), "the guard is gone")

    second = guard.post()
    second.watch(sleeping[1].pid, "second")

    assert guard._sentry is not sentry
    end_the_pipe(guard)
    assert [-signal.SIGTERM] * 2 == [one.wait() for one in sleeping]
    first.dismiss()
    second.dismiss()


def end_the_pipe(guard):
    """End the pipe of a guard as the death of its engine does, and wait until it has done."""
    sentry = guard._sentry
    os.close(sentry._writer)
    sentry._process.wait()
    sentry._writer = os.open(os.devnull, os.O_WRONLY)  # that is closed when its last post is left


def test_a_guard_whose_command_never_started_ends_nothing():
    guard = Guard(1.0)
    post = guard.post()
    sentry = guard._sentry
    assert sentry is not None

    post.dismiss()

    await_that(lambda: sentry._process.returncode is not None, "the guard has gone")
    assert -signal.SIGKILL == sentry._process.returncode


def test_a_guard_ends_only_what_still_runs(processes):
    guard = Guard(0.2)
    sleeping = [
        subprocess.Popen(["sleep", processes.nap], start_new_session=True) for _ in range(3)
    ]
    posts = [guard.post() for _ in sleeping]
    for one, post in zip(sleeping, posts, strict=True):
        post.watch(one.pid, f"mark{one.pid}")

    posts[1].dismiss()
    end_the_pipe(guard)

    assert [-signal.SIGTERM] * 2 == [sleeping[0].wait(), sleeping[2].wait()]
    assert sleeping[1].poll() is None
    sleeping[1].kill()
    sleeping[1].wait()
    posts[0].dismiss()
    posts[2].dismiss()


def test_one_guard_serves_all_commands_and_goes_when_there_has_been_none_for_a_while(monkeypatch):
    monkeypatch.setattr(guard_module, "LINGER_SECONDS", WAIT)
    guard = Guard(1.0)
    posts = [guard.post() for _ in range(2)]
    sentry = guard._sentry
    assert sentry is not None

    for post in posts:
        post.dismiss()
    next_one = guard.post()
    assert (sentry, None) == (guard._sentry, sentry._process.returncode)
    next_one.dismiss()

    monkeypatch.setattr(guard_module, "LINGER_SECONDS", 0.0)
    guard._relieve()
    assert (-signal.SIGKILL, None) == (sentry._process.returncode, guard._sentry)


def test_a_guard_stays_with_a_command_that_came_while_it_lingered(monkeypatch):
    guard = Guard(1.0)
    guard.post().dismiss()
    post = guard.post()
    sentry = guard._sentry
    assert sentry is not None

    await_that(lambda: guard._relief is None, "nothing waits for the guard any more")
    assert sentry.listens()

    post.dismiss()
    await_that(lambda: guard._sentry is None, "the guard has gone")


def test_a_guard_does_not_linger_where_no_thread_can_be_started(monkeypatch):
    guard = Guard(1.0)
    post = guard.post()
    sentry = guard._sentry
    assert sentry is not None

    def no_room(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_room)
    post.dismiss()

    assert -signal.SIGKILL == sentry._process.returncode
