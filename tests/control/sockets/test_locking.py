"""Locks beside sockets: one holder, freed by its death, and looked at without being disturbed."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from chasqui.control.sockets.locking import FileLock, is_held, pid_in, wait_freed
from chasqui.control.sockets.place import socket_of
from chasqui.control.sockets.starting import start_lock
from chasqui.errors import SocketUnusable
from tests.control.sockets.programs import NOBODY, heard, needs_root, started, tell
from tests.waiting import WAIT

HOLD = """
lock = FileLock.take(path)
say("ready" if lock else "refused")
sys.stdin.readline()
"""


def taken(path: Path) -> FileLock:
    """Take a lock that is free."""
    lock = FileLock.take(path)
    assert lock is not None
    return lock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.lock"


@pytest.mark.slow
def test_a_lock_has_one_holder_and_says_which_process_it_is(path):
    with started(HOLD, path) as holder:
        assert "ready" == heard(holder)
        assert holder.pid == pid_in(path)
        assert FileLock.take(path) is None
        assert holder.pid == pid_in(path)

        tell(holder)
        holder.wait()

    with taken(path) as lock:
        assert lock.is_in_place
        assert os.getpid() == pid_in(path)
        assert FileLock.take(path) is None
    assert not is_held(path)


def test_a_holder_that_is_killed_frees_its_lock(path):
    with started(HOLD, path) as holder:
        assert "ready" == heard(holder)
        assert is_held(path)
        holder.kill()
        holder.wait()

    assert not is_held(path)
    taken(path).release()


def test_looking_at_a_lock_makes_no_file_and_takes_it_from_no_one(path):
    assert not is_held(path)
    assert pid_in(path) is None
    assert not path.exists()

    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            is_held(path)

    looking = [threading.Thread(target=look) for _ in range(2)]
    for thread in looking:
        thread.start()
    try:
        for _ in range(200):
            taken(path).release()
    finally:
        over.set()
        for thread in looking:
            thread.join()


def test_a_lock_that_is_just_being_looked_at_is_taken_a_moment_later(path, monkeypatch):
    taken(path).release()
    with path.open() as look:
        fcntl.flock(look, fcntl.LOCK_SH)  # as `is_held` has it for some microseconds
        monkeypatch.setattr(
            "chasqui.locked_file.time.sleep", lambda _: fcntl.flock(look, fcntl.LOCK_UN)
        )
        taken(path).release()


def test_a_lock_is_waited_for_until_its_process_has_freed_it(path):
    lock = taken(path)
    wait_freed(path, os.getpid() + 1)  # of another process it is free
    wait_freed(path, os.getpid(), 0)
    assert is_held(path)
    waits = threading.Thread(target=wait_freed, args=(path, os.getpid(), WAIT))
    waits.start()
    waits.join(0.1)
    assert waits.is_alive()
    lock.release()
    waits.join(WAIT)

    assert not waits.is_alive()


def test_releasing_twice_frees_nothing_of_the_next_holder(path):
    lock = taken(path)
    lock.release()
    with taken(path):
        lock.release()
        assert is_held(path)


def test_a_lock_that_was_removed_is_not_in_place(path):
    with taken(path) as lock:
        path.unlink()
        assert not lock.is_in_place
        with taken(path) as other:
            assert other.is_in_place


def test_a_file_that_is_not_only_ours_is_no_lock_and_keeps_its_text(path, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.hardlink_to(victim)
    for use in (FileLock.take, is_held):
        with pytest.raises(SocketUnusable, match="has a second name"):
            use(path)
    path.unlink()
    path.symlink_to(victim)
    for use in (FileLock.take, is_held):
        with pytest.raises(SocketUnusable, match="it is a link"):
            use(path)

    assert "precious" == victim.read_text()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_no_lock(path, make):
    make(path)

    with pytest.raises(SocketUnusable, match=r"no regular file|Is a directory"):
        FileLock.take(path)


@needs_root
def test_a_lock_of_another_user_is_refused(path):
    path.touch()
    os.chown(path, NOBODY, -1)

    for use in (FileLock.take, is_held):
        with pytest.raises(SocketUnusable, match="belongs to nobody"):
            use(path)


@pytest.mark.parametrize("text", ["", "soon", "-4", "4" * 30])
def test_a_lock_without_a_number_in_it_names_no_process(path, text):
    path.write_text(text)

    assert pid_in(path) in (None, int("4" * 20))


@pytest.mark.slow
def test_one_of_two_consoles_starts_a_host_and_a_starter_that_is_killed_lets_the_other(tmp_path):
    path = socket_of("default", None)
    start = """
    lock = start_lock(path)
    say("starts" if lock else "waits")
    sys.stdin.readline()
    lock = lock or start_lock(path)
    say("starts" if lock else "waits")
    sys.stdin.readline()
    """
    with started(start, path) as one, started(start, path) as other:
        said = {heard(one): one, heard(other): other}
        assert {"starts", "waits"} == set(said)
        said["starts"].kill()
        said["starts"].wait()

        tell(said["waits"])
        assert "starts" == heard(said["waits"])
        assert start_lock(path) is None
