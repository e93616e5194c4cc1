"""Task types whose bodies do to their child what a pool must survive."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from chasqui import Context, task


@task
def closes_all(seconds: float) -> str:
    os.closerange(3, 256)
    threading.Event().wait(seconds)
    return "over"


@task
def answers_nonsense(long: bool) -> None:
    length = b"\xff\xff\xff\xff" if long else b"\x00\x00\x00\x03"
    for name in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            descriptor = int(name.name)
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, length + b"[]]")
    if long:
        signal.pause()


@task
def floods() -> str:
    subprocess.Popen(["yes"])
    threading.Event().wait(0.05)
    return "flooding"


@task
def floods_apart(ctx: Context) -> None:
    subprocess.Popen(["yes"], start_new_session=True)
    ctx.progress(1)
    os._exit(3)


@task
def prints(characters: int) -> None:
    line = "x" * 99 + "\n"
    sys.stdout.write(line * (characters // 100))


@task
def inherited() -> str:
    read, write = os.pipe()
    os.dup2(write, 1)
    os.system("ls -l /proc/self/fd")
    os.close(write)
    return os.read(read, 65536).decode()


@task
def starts(how: str) -> int:
    """Start a process that ignores SIGTERM, and return its number."""
    code = "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); signal.pause()"
    started = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=how == "apart"
    )
    assert started.stdout is not None
    started.stdout.readline()
    return started.pid


@task
def starts_and_burns(ctx: Context, how: str) -> None:
    pid = starts.function(how)
    ctx.progress(pid, None, "started")
    while True:
        pass


@dataclass
class Picky:
    """What only a child can make."""

    value: int

    def __post_init__(self) -> None:
        if os.environ.get("CHASQUI_PICKY") == str(os.getpid()):
            raise RuntimeError("not here")


@task
def returns_picky() -> Picky:
    return Picky(1)


@task
def returns(what: str) -> Any:
    if what == "large":
        return "x" * (17 << 20)
    if what == "deep":
        sys.setrecursionlimit(100_000)
        deep: list[Any] = []
        for _ in range(5000):
            deep = [deep]
        return deep
    if what == "object":
        return object()
    if what == "loop":
        loop: list[Any] = []
        loop.append(loop)
        return loop
    return float("nan")


@dataclass
class Reading:
    value: float
    unit: str | None = None


class Span(NamedTuple):
    first: Reading
    last: Reading


@task
def measures(first: float, last: float) -> Span:
    return Span(Reading(first), Reading(last))


@task
def shares(mib: int) -> int:
    import mmap

    taken = mmap.mmap(-1, mib << 20)
    for at in range(0, mib << 20, 4096):
        taken[at] = 1
    signal.pause()
    return len(taken)


@task
def raises_memory_error() -> None:
    raise MemoryError


@task
def segfaults() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.string_at(0)


@task
def ignores_term(ctx: Context) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctx.progress(1)
    while True:
        pass


@task
def writes_in_pieces() -> None:
    for piece in (b"one ", b"line\nan", b"other"):
        os.write(1, piece)
        threading.Event().wait(0.05)
