"""A host whose folder was removed, as at a logout, is found again."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from chasqui.control.sockets.found import sockets_of_user
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import lock_of, socket_of
from chasqui.errors import AlreadyHosted, SocketUnusable
from tests.control.sockets.programs import ran


@pytest.fixture
def path() -> Path:
    return socket_of("default", None)


def connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return connection


def test_while_everything_is_in_place_nothing_is_made_anew(path):
    with Listener(path) as listener:
        before = listener.socket

        assert not listener.restore()
        assert before is listener.socket


def test_a_removed_folder_is_made_again_with_socket_and_lock(path):
    with Listener(path) as listener:
        with connect(path) as client, listener.socket.accept()[0] as host:
            shutil.rmtree(path.parent)
            assert not listener.is_in_place

            assert listener.restore()

            host.sendall(b"still here")
            assert b"still here" == client.recv(20)
        assert listener.is_in_place
        connect(path).close()
        assert [True] == [found.alive for found in sockets_of_user()]
    assert not path.exists()


@pytest.mark.parametrize("only_the_lock", [True, False])
def test_a_removed_file_is_made_again(path, only_the_lock):
    with Listener(path) as listener:
        (lock_of(path) if only_the_lock else path).unlink()

        assert only_the_lock is not listener.restore()

        assert listener.is_in_place
        connect(path).close()
        with pytest.raises(AlreadyHosted):
            Listener(path)


def test_a_place_that_another_host_has_taken_since_is_left_to_it(path):
    with Listener(path) as listener:
        shutil.rmtree(path.parent)
        with Listener(path) as other:
            with pytest.raises(AlreadyHosted):
                listener.restore()

            listener.close()
            assert other.is_in_place
            connect(path).close()


def test_while_the_folder_cannot_be_made_the_host_stays_and_tries_again(path):
    runtime = path.parent.parent
    aside = runtime.with_name("aside")
    with Listener(path) as listener:
        runtime.rename(aside)
        with pytest.raises(SocketUnusable, match="cannot be made"):
            listener.restore()
        aside.rename(runtime)

        assert listener.is_in_place


def test_a_restored_host_is_closed_in_a_child_as_well(path):
    said = ran(
        """
        listener = Listener(path)
        path.unlink()
        lock_of(path).unlink()
        listener.restore()
        child = os.fork()
        if child == 0:
            say(listener.fileno(), listener.is_in_place)
            os._exit(0)
        os.waitpid(child, 0)
        say(listener.is_in_place)
        """,
        path,
    )

    assert ["-1 False", "True"] == said


def test_what_was_closed_stays_closed(path):
    listener = Listener(path)
    listener.close()

    assert not listener.restore()
    assert not path.exists()
    Listener(path).close()
