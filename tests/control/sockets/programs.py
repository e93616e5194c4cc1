"""Programs that a test of sockets starts: other processes that hold, look or race."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HEAD = """
import grp, os, pwd, signal, socket, stat, sys, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, since 3.12
from pathlib import Path
from chasqui.control.sockets.folder import check_shared, checked, prepared
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.locking import FileLock, is_held, pid_in
from chasqui.control.sockets.peers import may_connect, peer_of
from chasqui.control.sockets.place import lock_of, socket_of
from chasqui.control.sockets.starting import start_lock
from chasqui.errors import AlreadyHosted, SocketUnusable
path = Path(sys.argv[1])

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
"""
NOBODY = 65534
needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can make files of another user, or act as one"
)


@contextmanager
def started(program: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a program with a path as its ``path``; it is killed at the end."""
    command = [sys.executable, "-c", HEAD + textwrap.dedent(program), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str]) -> str:
    """Return the next line of a program."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    """Send a line to a program that waits for one."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def ran(program: str, path: Path) -> list[str]:
    """Run a program to its end, and return what it said."""
    with started(program, path) as process:
        said, _ = process.communicate(timeout=60)
        assert 0 == process.returncode
    return said.splitlines()
