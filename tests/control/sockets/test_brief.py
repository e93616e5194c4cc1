"""Connections are accepted, and sent a few bytes, by calls that never wait."""

from __future__ import annotations

import os
import socket

import pytest

from chasqui.control.sockets import brief


@pytest.fixture
def listening(tmp_path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        one.listen()
        one.setblocking(False)
        yield one


def connected(listening: socket.socket) -> tuple[socket.socket, socket.socket]:
    theirs = socket.socket(socket.AF_UNIX)
    theirs.connect(listening.getsockname())
    return theirs, brief.accept(listening)


def test_what_is_sent_arrives_and_no_program_inherits_the_connection(listening):
    theirs, ours = connected(listening)
    with theirs, ours:
        assert 5 == brief.send(ours, b"a\0b\0c")
        assert b"a\0b\0c" == theirs.recv(10)
        assert not os.get_inheritable(ours.fileno())
        assert (socket.AF_UNIX, socket.SOCK_STREAM) == (ours.family, ours.type)


def test_where_nothing_has_connected_an_accept_does_not_wait(listening):
    with pytest.raises(BlockingIOError):
        brief.accept(listening)


def test_a_send_takes_what_there_is_room_for_and_then_does_not_wait(listening):
    theirs, ours = connected(listening)
    with theirs, ours:
        assert 0 < brief.send(ours, b"x" * 10_000_000) < 10_000_000
        with pytest.raises(BlockingIOError):
            while brief.send(ours, b"x" * 100_000):
                pass


def test_a_send_to_one_that_has_left_is_the_error_that_python_has_for_it(listening):
    theirs, ours = connected(listening)
    theirs.close()
    with ours, pytest.raises(BrokenPipeError):
        brief.send(ours, b"x")
