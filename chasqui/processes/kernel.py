"""Kernel: what Linux offers beyond POSIX for keeping processes together; elsewhere nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import sys
import termios
from pathlib import Path
from struct import Struct
from typing import Final

IS_LINUX: Final = sys.platform == "linux"
PDEATHSIG: Final = 1  # the options of prctl(2)
CHILD_SUBREAPER: Final = 36
NUMBER: Final = Struct("i")
FEW: Final = 65536  # descriptors that are closed where they cannot be listed
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def adopt_orphans() -> None:
    """Become the parent of what descendants leave behind when they end."""
    _prctl(CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Have this process killed when the thread that made it ends."""
    _prctl(PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if IS_LINUX:
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def children_of(process: int) -> list[int]:
    """List the children of a process; empty where that cannot be had."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError):  # it has ended; another has children as well
                found += map(int, (thread / "children").read_text().split())
    return found


def descendants_of(process: int) -> list[int]:
    """List the children of a process, their children, and so on."""
    found, waiting = [], [process]
    while waiting:
        below = children_of(waiting.pop())
        found += below
        waiting += below
    return found


def memory_of(process: int) -> int:
    """Return the memory of a process in bytes; 0 when that is unknown or it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * PAGE
    except (OSError, IndexError, ValueError):
        return 0


def cpu_of(process: int) -> float:
    """Return the CPU time of a process in seconds; 0 when that is unknown or it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return 0.0


def unsent(stream: int) -> int:
    """Return how many bytes of a socket wait for its other end; 0 where that is unknown."""
    try:
        return NUMBER.unpack(fcntl.ioctl(stream, termios.TIOCOUTQ, bytes(NUMBER.size)))[0]  # type: ignore[no-any-return]
    except OSError:
        return 0


def highest_descriptor() -> int:
    """Return the highest descriptor that this process has open, or may have."""
    try:
        return max([int(open_.name) for open_ in Path("/dev/fd").iterdir()])
    except (OSError, ValueError):
        bound = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return FEW if bound == resource.RLIM_INFINITY else min(bound, FEW)


def threads_here() -> int:
    """Return how many threads this process has; 1 where that is unknown."""
    try:
        return len([*Path("/proc/self/task").iterdir()])
    except OSError:
        return 1
