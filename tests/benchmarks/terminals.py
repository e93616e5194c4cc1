"""Programs on a real pseudo-terminal that is read, as those are that people look at."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator

from tests.benchmarks.starts import environment

COLUMNS, LINES = 160, 48
MODULE = (sys.executable, "-m")
PATIENCE = 60.0
"""Seconds within which a program must have drawn something."""


@contextlib.contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Make a terminal; yield both of its ends."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    try:
        yield master, slave
    finally:
        os.close(master)
        os.close(slave)


def on_terminal(slave: int, module: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a module as a program on a terminal."""
    return subprocess.Popen(
        (*MODULE, module, *words),
        stdin=slave,
        stdout=slave,
        stderr=slave,  # where Textual draws
        start_new_session=True,
        env={**environment(), "TERM": "xterm-256color", "LANG": "C.UTF-8"},
    )


def drain(master: int, program: subprocess.Popen[bytes]) -> None:
    """Read what is drawn until the program has ended, as a terminal does."""
    while program.poll() is None:
        if select.select([master], [], [], 0.1)[0]:
            os.read(master, 65536)


def until_drawn(text: bytes, module: str, *words: str) -> float:
    """Start a module on a terminal; return the milliseconds until it has drawn a text."""
    drawn = b""
    with terminal() as (master, slave):
        began = time.monotonic()
        program = on_terminal(slave, module, *words)
        try:
            while text not in drawn:
                if program.poll() is not None or time.monotonic() > began + PATIENCE:
                    raise AssertionError(drawn[-2000:].decode("utf-8", "replace"))
                if select.select([master], [], [], 0.1)[0]:
                    drawn += os.read(master, 65536)
            return 1000 * (time.monotonic() - began)
        finally:
            program.kill()
            program.wait()
