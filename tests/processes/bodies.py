"""Task types whose bodies run in child processes, for the tests of those."""

from __future__ import annotations

import asyncio
import contextvars
import decimal
import logging
import multiprocessing
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


user = contextvars.ContextVar("user", default="unset")
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


class Reply:
    """What JSON has no form for."""

    status = 503

    def __repr__(self) -> str:
        return "<Reply 'gone'>"


class Unavailable(Exception):
    """An error that is raised with an object."""


class Refused(Exception):
    """An error whose text needs the object that it is raised with."""

    def __str__(self) -> str:
        return f"refused with {self.args[0].status}"


class Sealing(type):
    """A class of classes from which no class is to be made."""

    def __new__(cls, name: str, bases: Any, names: Any) -> Any:
        if name != "Sealed":
            raise TypeError("it is sealed")
        return super().__new__(cls, name, bases, names)

    def __hash__(cls) -> int:
        raise TypeError("not even that")


class Sealed(Exception, metaclass=Sealing):
    """An error that refuses to be made and to be changed, and a class that refuses others."""

    def __init_subclass__(cls) -> None:
        raise TypeError("it is sealed")

    def __new__(cls, reply: Any) -> Sealed:
        if type(reply) is not Reply:
            raise TypeError("a Reply is needed")
        return super().__new__(cls, reply)

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"sealed with {reply.status}", reply)

    def __str__(self) -> str:
        return f"{self.args[0]}, {self.args[1].status}"

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)


class Wordless(Exception):
    """An error without a text."""

    def __str__(self) -> str:
        raise SystemExit("no words")


class Empty(Exception):
    """An error that counts as false, if it can be asked at all."""

    def __bool__(self) -> bool:
        raise SystemExit("neither")


ERRORS: dict[str, BaseException] = {
    "bytes": ValueError(b"\xff", "and more"),
    "decoding": UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "invalid start byte"),
    "encoding": UnicodeEncodeError("ascii", "\xe4", 0, 1, "ordinal not in range(128)"),
    "long": UnicodeDecodeError("utf-8", b"a" * 20_000 + b"\xff", 20_000, 20_001, "invalid"),
    "object": Unavailable("unavailable", Reply()),
    "only an object": Unavailable(Reply()),
    "list": Unavailable(["a", {"b": 1}], ("c", ("d",))),
    "numbers": Unavailable(2**70, float("nan")),
    "text of an object": Refused(Reply()),
    "sealed": Sealed(Reply()),
    "wordless": Wordless(1),
    "empty": Empty("nothing", Reply()),
    "empty group": ExceptionGroup("one", [Empty(Reply())]),
    "syntax": SyntaxError("wrong", ("there.py", 1, 4, "1 +", 1, 4)),
    "group": ExceptionGroup("two", [OSError(2, "gone"), ExceptionGroup("in", [Refused(Reply())])]),
    "exits": BaseExceptionGroup("one", [KeyboardInterrupt()]),
    "large group": ExceptionGroup("many", [ValueError(number) for number in range(100)]),
    "heavy group": ExceptionGroup("heavy", [ValueError(*["x" * 16_000] * 40)] * 3),
}
"""Errors that are more than plain numbers and texts."""


@task
def raises(what: str) -> None:
    raise ERRORS[what]


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
def is_woken_often(ctx: Context) -> str:
    """Sleep while a signal's handler wakes it all the time."""
    signal.signal(signal.SIGALRM, lambda *_: ctx.ask_to_stop())  # type: ignore[attr-defined]
    signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
    try:
        ctx.sleep(0.3)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "slept"


@task
def misses_a_request(ctx: Context, cleaned: Path) -> None:
    """Sleep, though the first signal to stop is lost, and clean up at the end."""
    usual = signal.getsignal(signal.SIGURG)
    signal.signal(signal.SIGURG, lambda *_: signal.signal(signal.SIGURG, usual))
    ctx.progress(1, 2, "asleep")
    try:
        ctx.sleep(3600)
        ctx.raise_if_cancelled()
    finally:
        cleaned.write_text("up")


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
    logging.getLogger("shop").warning("by a logger: %(n)d of %(m)d", {"n": 2, "m": 3})
    logging.getLogger("shop").warning("100 %")
    print("printed")
    subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)


@task
def talks_in_a_copy(ctx: Context) -> None:
    def talk() -> None:
        ctx.log.warning("by the context of a copy")
        logging.getLogger("shop").warning("by a logger of a copy")
        print("by a copy")
        print("without an end", end="")

    copy = multiprocessing.get_context("fork").Process(target=talk)
    copy.start()
    copy.join()


@task
def tidies_up(ctx: Context, seconds: float) -> str:
    ctx.progress(1, 2, "asleep")
    ctx.sleep(3600)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(1000))
    return "tidy"


@task
def forks() -> str:
    if os.fork() == 0:
        return "the copy's"
    os.wait()
    return "the original's"


@task
def submits(n: int) -> int:
    return add.submit(n, n).result(10)
