"""A host's socket: one host at a place, for its user alone, and nothing foreign is removed."""

from __future__ import annotations

import os
import socket
import stat
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import lock_of, socket_of
from chasqui.errors import AlreadyHosted, SocketUnusable
from tests.control.sockets.programs import NOBODY, heard, needs_root, ran, started, tell

HOLD = """
listener = Listener(path)
say("ready")
sys.stdin.read()
"""


def connected(path: Path) -> socket.socket:
    """Connect to a socket."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection


@pytest.fixture
def path() -> Path:
    return socket_of("default", None)


def test_a_listener_is_reached_at_its_path_and_leaves_none(path):
    with Listener(path) as listener:
        assert path == listener.path
        assert listener.is_in_place
        with connected(path) as client:
            host, _ = listener.socket.accept()
            with host:
                host.sendall(b"hello")
                assert b"hello" == client.recv(10)
        with pytest.raises(BlockingIOError):
            listener.socket.accept()

    assert not path.exists()
    assert not listener.is_in_place
    assert -1 == listener.fileno()
    listener.close()
    with Listener(path):
        pass


def test_a_second_host_is_refused_with_the_process_of_the_first(path):
    with started(HOLD, path) as holder:
        assert "ready" == heard(holder)

        with pytest.raises(AlreadyHosted) as refused:
            Listener(path)

        assert ("default", holder.pid) == (refused.value.name, refused.value.pid)
        assert f"process {holder.pid}" in str(refused.value)
        assert "`chasqui-tui attach default`" in str(refused.value)
        connected(path).close()


def test_of_processes_that_race_for_a_place_one_gets_it(path):
    race = """
    say("ready")
    sys.stdin.readline()
    try:
        listener = Listener(path)
    except AlreadyHosted as refused:
        say(refused.pid)
    else:
        say("host")
    sys.stdin.readline()
    """
    with started(race, path) as one, started(race, path) as other, started(race, path) as third:
        racers = [one, other, third]
        assert ["ready"] * 3 == [heard(racer) for racer in racers]
        for racer in racers:
            tell(racer)
        said = {racer.pid: heard(racer) for racer in racers}
        winner = next(pid for pid, words in said.items() if words == "host")

        assert {str(winner), "host"} == set(said.values())


def test_a_host_that_was_killed_leaves_a_socket_that_the_next_one_takes_over(path):
    with started(HOLD, path) as holder:
        assert "ready" == heard(holder)
        holder.kill()
        holder.wait()
    assert path.is_socket()
    with pytest.raises(ConnectionRefusedError):
        connected(path)

    with Listener(path):
        connected(path).close()


def test_a_socket_that_answers_is_never_removed_even_if_its_lock_is_gone(path):
    with started(HOLD, path) as holder:
        assert "ready" == heard(holder)
        lock_of(path).unlink()

        with pytest.raises(AlreadyHosted, match=f"process {holder.pid}"):
            Listener(path)

        connected(path).close()


def test_a_host_whose_queue_is_full_is_not_taken_for_dead(path):
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(str(path))
        busy.listen(0)
        with connected(path), pytest.raises(AlreadyHosted, match="another process"):
            Listener(path)
        assert path.is_socket()


def foreign_file(path: Path) -> None:
    path.write_text("someone's")


def foreign_folder(path: Path) -> None:
    path.mkdir()


def foreign_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


def foreign_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [foreign_file, foreign_folder, foreign_link, foreign_pipe])
def test_a_foreign_file_in_its_place_is_refused_with_its_path_and_stays(path, make):
    path.parent.mkdir(mode=0o700)
    make(path)
    before = path.lstat()

    with pytest.raises(SocketUnusable, match="another kind of file; move it") as refused:
        Listener(path)

    assert path == refused.value.path
    assert str(path) in str(refused.value)
    assert before == path.lstat()
    with pytest.raises(SocketUnusable, match="another kind of file"):
        Listener(path)  # the lock was freed


@needs_root
def test_a_socket_of_another_user_is_refused_and_stays(path):
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    os.chown(path, NOBODY, -1)

    with pytest.raises(SocketUnusable, match="this socket belongs to nobody"):
        Listener(path)
    assert path.is_socket()


def test_a_foreign_link_in_place_of_the_lock_is_refused_and_not_followed(path):
    path.parent.mkdir(mode=0o700)
    victim = path.with_name("victim")
    lock_of(path).symlink_to(victim)

    with pytest.raises(SocketUnusable, match="it is a link"):
        Listener(path)
    assert not victim.exists()


@pytest.mark.slow
def test_at_no_moment_can_another_user_connect(path):
    """Another thread looks all the time, with a umask that hides nothing."""
    seen: set[int] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            try:
                seen.add(stat.S_IMODE(os.lstat(path).st_mode))
            except FileNotFoundError:
                continue

    looking = threading.Thread(target=look)
    before = os.umask(0)
    looking.start()
    try:
        for _ in range(1000):
            Listener(path).close()
        with Listener(path):
            while not seen:
                continue
    finally:
        over.set()
        looking.join()
        os.umask(before)
    assert {0o600} == seen


@pytest.mark.parametrize("umask", ["0", "0o277"])
def test_a_socket_is_for_its_user_alone_whatever_the_umask(path, umask):
    assert ["0600 00"] == ran(
        f"""
        prepared(path.parent)
        os.umask({umask})
        with Listener(path):
            modes = [stat.S_IMODE(file.stat().st_mode) for file in (path, lock_of(path))]
            print(f"{{modes[0]:04o}} {{modes[1] & 0o077:02o}}")
        """,
        path,
    )


def test_the_umask_is_left_alone(path, monkeypatch):
    monkeypatch.setattr(os, "umask", None)

    Listener(path).close()


def test_a_closing_host_does_not_remove_what_another_has_put_there(path):
    listener = Listener(path)
    path.unlink()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        assert not listener.is_in_place
        listener.close()
        assert path.is_socket()


def test_a_host_can_be_closed_when_its_folder_is_gone(path):
    listener = Listener(path)
    for file in (path, lock_of(path)):
        file.unlink()
    path.parent.rmdir()

    assert not listener.is_in_place
    listener.close()


def test_many_may_connect_before_the_host_accepts(path):
    with Listener(path), ExitStack() as clients:
        for _ in range(128):
            client = clients.enter_context(socket.socket(socket.AF_UNIX))
            client.setblocking(False)
            client.connect(str(path))


def test_a_program_that_a_host_starts_does_not_hold_its_place(path):
    program = """
    listener = Listener(path)
    import subprocess
    child = subprocess.Popen(["sleep", "60"], close_fds=False)
    say(child.pid)
    sys.stdin.read()
    """
    with started(program, path) as holder:
        child = int(heard(holder))
        try:
            holder.kill()
            holder.wait()
            Listener(path).close()
        finally:
            os.kill(child, 9)
