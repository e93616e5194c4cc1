"""Task types whose bodies run in child processes, for the tests of those."""

from __future__ import annotations

import asyncio
import contextvars
import decimal
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from chasqui import Context, task


@task
def add(a: int, b: int = 1) -> int:
    return a + b


user = contextvars.ContextVar("user", default="nobody")
region = contextvars.ContextVar("region", default="nowhere")
region.set("north")


@task
def logs_in(name: str) -> list[Any]:
    """Return who was there before, where, and how exact it was, and change all."""
    found = [user.get(), region.get(), decimal.getcontext().prec]
    user.set(name)
    region.set("south")
    decimal.getcontext().prec = 7
    return found


@task
async def logs_in_later(name: str) -> list[Any]:
    return logs_in(name)


@task
def is_exact(amount: decimal.Decimal) -> int:
    """Return how exact sums are, and change it."""
    found = decimal.getcontext().prec
    decimal.getcontext().prec = 7
    return found


@task
def process() -> int:
    return os.getpid()


@task
def echoes(value: Any) -> Any:
    return value


@task
def names(path: Path) -> Path:
    return path / "below"


class OwnError(Exception):
    """An error with an attribute, and an ``__init__`` of its own."""

    def __init__(self, what: str, *, code: int) -> None:
        super().__init__(f"{what} ({code})")
        self.code = code


@task
def fails(how: str) -> None:
    if how == "own":
        raise OwnError("broken", code=7)
    if how == "file":
        Path("/no/such/file").read_text()
    raise KeyError(how)


@task
def dies(how: str) -> None:
    if how == "signal":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    os.write(2, b"the last words\n")
    os._exit(int(how))


@task
def burns(ctx: Context, seconds: float = 3600.0) -> int:
    ctx.progress(1, 2, "burning")
    end, turns = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        turns += 1
    return turns


@task
def sleeps(ctx: Context) -> str:
    ctx.progress(1, 2, "asleep")
    ctx.sleep(3600)
    ctx.raise_if_cancelled()
    return "slept"


@task
async def waits(ctx: Context) -> str:
    ctx.progress(1, 2, "asleep")
    await asyncio.sleep(3600)
    return "waited"


@task
def eats(mib: int) -> int:
    taken = bytearray(mib << 20)
    for at in range(0, len(taken), 4096):
        taken[at] = 1
    return len(taken)


@task
def talks(ctx: Context) -> None:
    ctx.log.info("by the context: %d", 1)
    logging.getLogger("shop").warning("by a logger: %d", 2)
    print("printed")
    subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)


@task
def forks() -> str:
    if os.fork() == 0:
        return "the copy's"
    os.wait()
    return "the original's"


@task
def submits(n: int) -> int:
    return add.submit(n, n).result(10)
