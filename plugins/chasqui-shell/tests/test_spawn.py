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

HAS_LIBRARY = spawn._library() is not None


@pytest.fixture(
    params=[
        pytest.param(
            "library", marks=pytest.mark.skipif(not HAS_LIBRARY, reason="needs glibc from 2.34 on")
        ),
        "subprocess",
    ]
)
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


def test_a_process_runs_in_its_folder_with_its_words_and_variables(way, pipe, tmp_path):
    started = start(pipe[1], "-c", 'pwd; echo "$0 $A" >&2', "ü b", folder=tmp_path, A="1=2")

    assert 0 == started.wait()
    assert f"{tmp_path}\nü b 1=2\n" == os.read(pipe[0], 1000).decode()


def test_a_process_has_no_variable_that_it_was_not_given(way, pipe, monkeypatch):
    monkeypatch.setenv("CANARY", "sings")

    assert 0 == start(pipe[1], "-c", 'echo "[$CANARY]"').wait()
    assert b"[]\n" == os.read(pipe[0], 1000)


def test_a_process_reads_its_input_and_otherwise_nothing(way, pipe):
    reader, writer = os.pipe()
    os.write(writer, b"given\n")
    os.close(writer)

    assert 0 == start(pipe[1], "-c", "cat", stdin=reader).wait()
    assert 0 == start(pipe[1], "-c", "cat").wait()
    assert b"given\n" == os.read(pipe[0], 1000)
    os.close(reader)


def test_a_process_does_not_ignore_what_python_ignores(way, pipe):
    assert signal.SIG_IGN == signal.getsignal(signal.SIGPIPE)

    assert -signal.SIGPIPE == start(pipe[1], "-c", "kill -s PIPE $$; echo survived").wait()


def test_the_status_is_that_of_the_process_however_often_it_is_asked_for(way, pipe):
    reader, writer = os.pipe()
    started = start(pipe[1], "-c", "read -r line; exit 7", stdin=reader)
    assert started.poll() is None

    os.write(writer, b"end\n")
    await_that(lambda: started.poll() is not None, "it has ended")
    os.close(reader)
    os.close(writer)

    assert (7, 7, 7) == (started.status, started.poll(), started.wait())


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
        "assert begun.wait() == 0\n"
        "sys.stderr.write(os.read(reader, 100).decode())\n"
    )

    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, timeout=60)

    assert (0, b"said\n") == (done.returncode, done.stderr)


@pytest.mark.skipif(not HAS_LIBRARY, reason="on Python 3.11, subprocess holds the GIL")
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

    assert 3 == started.wait()
