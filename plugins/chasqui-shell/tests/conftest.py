"""What every test here relies on: no child, no thread and no open file is left behind."""

from __future__ import annotations

import gc
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chasqui import Engine, PluginHost, Task
from chasqui_shell import family, process

WAIT = 60.0  # seconds; only a failure waits this long


def await_that(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < deadline, f"not within {WAIT:g} s: {what}"
        time.sleep(0.01)


class Processes:
    """The processes of one test: those with a number in their arguments that no other has."""

    def __init__(self) -> None:
        self.nap = f"1000.{secrets.randbelow(10**9):09}"
        """Seconds to sleep: too long for any test, and easy to tell."""

    def left(self) -> list[str]:
        """List those that run."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True
        )
        rows = [row.split(None, 2) for row in listed.stdout.splitlines() if self.nap in row]
        return [f"{pid} {args}" for pid, state, args in rows if not state.startswith("Z")]

    def await_none(self) -> None:
        """Wait until none runs."""
        await_that(lambda: not self.left(), "the processes of the test are gone")


@pytest.fixture
def processes() -> Iterator[Processes]:
    processes = Processes()
    yield processes
    for row in processes.left():
        os.kill(int(row.split()[0]), 9)


@pytest.fixture(params=["as it is", "without pidfd and /proc"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> str:
    """Linux as it is, and as little of it as every POSIX system has."""
    if request.param != "as it is":
        monkeypatch.setattr(process, "_exit_descriptor", lambda _process: None)
        monkeypatch.setattr(family, "PROC", tmp_path / "no-proc")
    return str(request.param)


@pytest.fixture
def engine_with() -> Iterator[Callable[..., Engine]]:
    """Make engines with settings for the plugin; they are shut down in the end."""
    made: list[Engine] = []

    def make(clock: Any = None, **settings: Any) -> Engine:
        parts = {} if clock is None else {"clock": clock}
        engine = Engine(workers=2, plugins=PluginHost(settings={"shell": settings}), **parts)
        engine.start()
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.shutdown(0, drain=False)


@pytest.fixture
def run(engine_with: Callable[..., Engine]) -> Callable[..., Any]:
    """Run a command as a task with the usual settings, and return or raise how it ended."""
    engine = engine_with()
    return lambda command, **params: engine.submit(
        "shell.run", {"command": command, **params}
    ).result(WAIT)


def await_output(task: Task) -> None:
    """Wait until a task's command has written something."""
    await_that(lambda: task.progress is not None, "the command has written")


@pytest.fixture(scope="module", autouse=True)
def _nothing_of_others() -> None:
    # What tests before these have dropped must not be collected, and its files closed, during them.
    gc.collect()


@pytest.fixture(autouse=True)
def _nothing_left(engine_with: object) -> Iterator[None]:
    # It asks for the engines so as to look before they are shut down: what a task took, it must
    # give back itself, whatever becomes of the engine. The guard stays a moment longer.
    files, threads = _open_files(), set(threading.enumerate())
    yield
    await_that(lambda: files == _open_files() and not _children(), "nothing is left")
    new = [thread.name for thread in set(threading.enumerate()) - threads]
    assert [] == [name for name in new if not name.startswith("chasqui-")]


def _children() -> bool:
    """Whether there are children, dead or alive; leaves them as they are."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _open_files() -> list[str]:
    return sorted(file.name for file in Path("/dev/fd").iterdir())
