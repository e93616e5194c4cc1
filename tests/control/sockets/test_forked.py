"""Forked children: they hold no place of their parent's, and remove nothing of it."""

from __future__ import annotations

import os

import pytest

from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.locking import is_held
from chasqui.control.sockets.place import lock_of, socket_of
from tests.control.sockets.programs import heard, ran, started

FORK = """
listener = Listener(path)
child = os.fork()
if child == 0:
    signal.pause()
"""


@pytest.fixture
def path():
    return socket_of("default", None)


def test_a_child_does_not_hold_the_place_of_a_parent_that_is_killed(path):
    with started(FORK + "say(child)\nsys.stdin.read()\n", path) as holder:
        child = int(heard(holder))
        try:
            holder.kill()
            holder.wait()
            Listener(path).close()
        finally:
            os.kill(child, 9)


def test_a_child_that_ends_removes_nothing_and_frees_nothing(path):
    said = ran(
        """
        listener = Listener(path)
        child = os.fork()
        if child == 0:
            say(listener.fileno(), listener.is_in_place)
            listener.close()
            os._exit(0)
        os.waitpid(child, 0)
        say(listener.is_in_place, is_held(lock_of(path)), path.is_socket())
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        """,
        path,
    )

    assert ["-1 False", "True True True"] == said


def test_a_parent_that_closes_frees_its_place_even_if_a_child_has_a_copy(path):
    """A child of a fork outside of Python has copies that no hook has closed."""
    said = ran(
        """
        listener = Listener(path)
        copies = [os.dup(listener.fileno()), os.dup(listener._lock._descriptor)]
        child = os.fork()
        if child == 0:
            signal.pause()
        for copy in copies:
            os.close(copy)
        listener.close()
        say(is_held(lock_of(path)), path.exists())
        with Listener(path) as again:
            say(again.is_in_place)
        os.kill(child, 9)
        """,
        path,
    )

    assert ["False False", "True"] == said


def test_a_child_may_host_an_engine_of_its_own(path):
    said = ran(
        """
        listener = Listener(path)
        child = os.fork()
        if child == 0:
            with Listener(path.with_name("child-e3b0c442.sock")) as own:
                say(own.is_in_place, pid_in(lock_of(own.path)) == os.getpid())
            try:
                Listener(path)
            except AlreadyHosted as refused:
                say(refused.pid == os.getppid())
            os._exit(0)
        os.waitpid(child, 0)
        """,
        path,
    )

    assert ["True True", "True"] == said
    assert not is_held(lock_of(path))
