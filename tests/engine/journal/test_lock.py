"""One process has a journal, and says who it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from chasqui.engine.journal.lock import JournalLock, holder_of
from chasqui.errors import JournalBusy

HOLDER = """
import sys, time
from pathlib import Path
from chasqui.engine.journal.lock import JournalLock
lock = JournalLock.take(Path(sys.argv[1]))
lock.write("uuid", "/run/x.sock")
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "jobs.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"held\n" == process.stdout.readline()
        yield process
        process.kill()


def test_the_holder_is_named_within_100_ms_and_nothing_is_written(tmp_path, holder):
    file = tmp_path / "jobs.db.lock"
    before = file.read_bytes(), file.stat().st_mtime_ns
    began = time.thread_time()

    with pytest.raises(JournalBusy) as busy:
        JournalLock.take(tmp_path / "jobs.db")

    assert (holder.pid, "/run/x.sock") == (busy.value.pid, busy.value.socket)
    assert time.thread_time() - began < 0.1
    assert before == (file.read_bytes(), file.stat().st_mtime_ns)


def test_an_engine_of_the_same_process_is_named_as_such(tmp_path):
    lock = JournalLock.take(tmp_path / "jobs.db")
    lock.write("uuid")

    with pytest.raises(
        JournalBusy, match=r"is held by another engine of this process, since .*; shut"
    ):
        JournalLock.take(tmp_path / "jobs.db")

    lock.release()


def test_the_lock_ends_with_its_process(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    lock = JournalLock.take(tmp_path / "jobs.db")

    assert "uuid" == lock.before.uuid
    lock.release()


def test_a_lock_that_was_released_is_free(tmp_path):
    path = tmp_path / "jobs.db"
    lock = JournalLock.take(path)
    lock.write("uuid")
    found = holder_of(path)
    lock.release()
    lock.release()

    assert found is not None
    assert (os.getpid(), None) == (found.pid, holder_of(path))
    JournalLock.take(path).release()


def test_the_socket_is_named_once_it_is_known(tmp_path):
    path = tmp_path / "jobs.db"
    lock = JournalLock.take(path)
    lock.write("uuid")

    lock.name_socket("/run/host.sock")

    with pytest.raises(JournalBusy, match=r"attach with `chasqui-tui attach /run/host\.sock`"):
        JournalLock.take(path)
    lock.release()
