"""The start of a process, by the C library and by `subprocess`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chasqui_shell import spawn
from chasqui_shell.spawn import Start, Started

from .conftest import await_that


def glibc() -> tuple[int, ...]:
    """Return the version of glibc; (0,) where the C library is another."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except ValueError:  # the system has no such name
        return (0,)
    return tuple(map(int, version.split("."))) if name == "glibc" else (0,)


by_library = pytest.mark.skipif(
    glibc() < (2, 34), reason="only glibc from 2.34 on can close what must not be inherited"
)


@pytest.fixture(params=[pytest.param("library", marks=by_library), "subprocess"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """By what a process is started."""
    if request.param == "subprocess":
        monkeypatch.setattr(spawn, "_library", lambda: None)
    return str(request.param)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        os.close(end)


def start(
    writer: int, *words: str, folder: Path = Path("/"), stdin: int | None = None, **variables: str
) -> Started:
    environment = {name.encode(): value.encode() for name, value in variables.items()}
    return Started(Start(["sh", *words], Path("/bin/sh"), folder, environment, stdin, writer))


def status_of(started: Started, way: str) -> int | None:
    """Return the status of a process that was started this way, once it has ended."""
    assert (way == "library") == (started._popen is None)
    await_that(lambda: started.poll() is not None, "the process has ended")
    return started.poll()


def test_a_process_runs_in_its_folder_with_its_words_and_variables(way, pipe, tmp_path):
    started = start(pipe[1], "-c", 'pwd; echo "$0 $A" >&2', "ü b", folder=tmp_path, A="1=2")

    assert 0 == status_of(started, way)
    assert f"{tmp_path}\nü b 1=2\n" == os.read(pipe[0], 1000).decode()


def test_a_process_has_no_variable_that_it_was_not_given(way, pipe, monkeypatch):
    monkeypatch.setenv("CANARY", "sings")

    assert 0 == status_of(start(pipe[1], "-c", 'echo "[$CANARY]"'), way)
    assert b"[]\n" == os.read(pipe[0], 1000)


def test_a_process_reads_its_input_and_otherwise_nothing(way, pipe):
    reader, writer = os.pipe()
    os.write(writer, b"given\n")
    os.close(writer)

    assert 0 == status_of(start(pipe[1], "-c", "cat", stdin=reader), way)
    assert 0 == status_of(start(pipe[1], "-c", "cat"), way)
    assert b"given\n" == os.read(pipe[0], 1000)
    os.close(reader)


def test_a_process_does_not_ignore_what_python_ignores(way, pipe):
    assert signal.SIG_IGN == signal.getsignal(signal.SIGPIPE)

    started = start(pipe[1], "-c", "kill -s PIPE $$; echo survived")

    assert -signal.SIGPIPE == status_of(started, way)


def test_the_status_is_that_of_the_process_however_often_it_is_asked_for(way, pipe):
    reader, writer = os.pipe()
    started = start(pipe[1], "-c", "read -r line; exit 7", stdin=reader)
    assert started.poll() is None

    os.write(writer, b"end\n")
    assert 7 == status_of(started, way)
    assert 7 == started.poll()
    os.close(reader)
    os.close(writer)


def test_a_start_that_fails_raises_the_reason(way, pipe, tmp_path):
    with pytest.raises(FileNotFoundError):
        start(pipe[1], folder=tmp_path / "gone")
    with pytest.raises(ValueError, match="null"):
        start(pipe[1], "a\0b")
    with pytest.raises(OSError, match="Argument list too long"):
        start(pipe[1], "x" * 3_000_000)


def test_a_descriptor_among_the_first_three_serves_as_well(way):
    # An engine may have been started with its standard streams closed: its next pipe has those.
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from chasqui_shell import spawn\n"
        f"if {way == 'subprocess'}: spawn._library = lambda: None\n"
        "reader, writer = os.pipe()\n"
        "os.dup2(writer, 0)\n"
        "begun = spawn.Started(spawn.Start("
        "['sh', '-c', 'cat; echo said'], Path('/bin/sh'), Path('/'), {}, None, 0))\n"
        "sys.stderr.write(os.read(reader, 100).decode())\n"
        "os.waitpid(begun.pid, 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, timeout=60)

    assert (0, b"said\n") == (done.returncode, done.stderr)


@by_library
def test_other_threads_go_on_while_a_program_is_loaded(pipe, tmp_path, monkeypatch):
    # The child opens this as its input before it becomes the program. That takes until another
    # thread opens the other end, which it can only do once the child is there.
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    monkeypatch.setattr(os, "devnull", str(gate))
    opened: list[int] = []

    def is_open() -> bool:
        with contextlib.suppress(OSError):  # there is no reader yet
            opened.append(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
        return bool(opened)

    thread = threading.Thread(target=await_that, args=(is_open, "the child opens its input"))
    thread.start()

    started = start(pipe[1], "-c", "exit 3")
    thread.join()
    os.close(opened[0])

    assert 3 == status_of(started, "library")
