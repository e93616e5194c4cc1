"""The standard streams as a host's socket."""

from __future__ import annotations

import io
import os
import shutil
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from chasqui.commands import exits
from chasqui.commands.bridging import bridge
from chasqui.control.wire.messages import WireError


@pytest.fixture
def path():
    folder = Path(tempfile.mkdtemp())  # short, as the path of a socket has to be
    yield folder / "x.sock"
    shutil.rmtree(folder)


@pytest.fixture
def listener(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(path))
        listener.listen()
        yield listener


class Bridged:
    """A bridge between two pipes and a socket, and the host's side of it."""

    def __init__(self, listener: socket.socket, path: Path) -> None:
        source, stdin = os.pipe()
        stdout, target = os.pipe()
        self.stdin = os.fdopen(stdin, "wb", buffering=0)
        self.stdout = os.fdopen(stdout, "rb", buffering=0)
        self.status: list[int] = []

        def run() -> None:
            self.status.append(bridge(path, source, target))
            os.close(target)

        self.thread = threading.Thread(target=run)
        self.thread.start()
        self.host, _ = listener.accept()

    def end(self) -> int:
        """End it as the host does, and return its status."""
        self.host.close()
        self.thread.join()
        self.stdin.close()  # which ends the thread that reads it
        self.stdout.close()
        return self.status[0]


def test_bytes_go_both_ways_as_they_are(listener, path):
    bridged = Bridged(listener, path)
    bridged.stdin.write(b"\x00\x00\x00\x02{}\xff\n")
    bridged.host.sendall(b"\xfe\x00\r\n")

    assert b"\x00\x00\x00\x02{}\xff\n" == bridged.host.recv(100)
    assert b"\xfe\x00\r\n" == bridged.stdout.read(100)
    assert exits.DONE == bridged.end()


def test_the_end_of_the_input_reaches_the_host_which_may_still_answer(listener, path):
    bridged = Bridged(listener, path)
    bridged.stdin.close()

    assert b"" == bridged.host.recv(100)
    bridged.host.sendall(b"the last words")
    assert b"the last words" == bridged.stdout.read(100)
    assert exits.DONE == bridged.end()


def test_both_ways_may_be_full_at_once(listener, path):
    bridged = Bridged(listener, path)
    much = b"x" * 4_000_000

    def write() -> None:
        with io.BufferedWriter(bridged.stdin) as stdin:
            stdin.write(much)

    threads = [
        threading.Thread(target=write),
        threading.Thread(target=bridged.host.sendall, args=[much]),
    ]
    for one in threads:
        one.start()
    got = sum(len(part) for part in iter(lambda: bridged.host.recv(1 << 20), b""))
    back = 0
    while back < len(much):
        back += len(bridged.stdout.read(1 << 20))
    for one in threads:
        one.join()

    assert (len(much), len(much)) == (got, back)
    assert exits.DONE == bridged.end()


def test_a_reader_that_goes_away_ends_the_bridge(listener, path):
    bridged = Bridged(listener, path)
    bridged.stdout.close()
    bridged.host.sendall(b"x")

    assert exits.READER_GONE == bridged.end()


def test_without_a_host_it_says_so(path):
    with pytest.raises(WireError, match="no host answers"):
        bridge(path)
