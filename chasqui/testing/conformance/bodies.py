"""Task types for the tests of backends, in a module that any process can import."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from chasqui.engine.policy.retry import Retry
from chasqui.engine.types.decorator import task
from chasqui.pool.context import Context

LOOK: Final = 0.005  # seconds between two looks at a gate
OFTEN: Final = 2000  # of what is said again and again

SEEN: Final[list[str]] = []
"""What bodies of this process have noted."""


class OrderLost(ConnectionError):
    """An error of a class of its own, which takes more than a text."""

    def __init__(self, number: int, *, why: str) -> None:
        super().__init__(f"order {number} is lost: {why}")
        self.number = number


@task
def adds(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@task
def echoes(value: Any) -> Any:
    """Return what was given."""
    return value


@task
def below(folder: Path) -> Path:
    """Return a path, which the annotation says."""
    return folder / "below"


@task
def fails(text: str) -> None:
    """Raise an error that everything knows."""
    raise KeyError(text)


@task
def loses(number: int) -> None:
    """Raise an error of an own class, because of another."""
    try:
        raise OSError("the line is dead")
    except OSError as error:
        raise OrderLost(number, why="no answer") from error


@task
def leaves(how: str) -> None:
    """Raise what would end a program."""
    if how == "exit":
        sys.exit(3)
    raise KeyboardInterrupt


@task
def yields() -> object:
    """Return what has yet to run."""

    def rows() -> Iterator[int]:
        yield 1

    return rows()


@task
async def waits(text: str) -> str:
    """Wait for others, as a coroutine."""
    parts = await asyncio.gather(*(asyncio.sleep(0, one) for one in text))
    return "".join(parts)


@task
async def waits_in_vain(text: str) -> None:
    """Fail as a coroutine."""
    await asyncio.sleep(0)
    raise KeyError(text)


@task
def tells(ctx: Context) -> dict[str, Any]:
    """Return what a body can see of its task."""
    task, deadline = ctx.task, ctx.deadline
    return {
        "number": task.number,
        "type": task.name,
        "priority": task.priority,
        "key": task.key,
        "time_limit": task.time_limit,
        "worker": task.worker,
        "attempts": task.attempts,
        "submissions": task.submissions,
        "created": task.created,
        "attempt": ctx.attempt,
        "redelivered": ctx.redelivered,
        "idempotency_key": ctx.idempotency_key,
        "cancelled": ctx.cancelled,
        "left": None if deadline is None else deadline - time.monotonic(),
    }


@task
def naps(ctx: Context, seconds: float) -> bool:
    """Sleep, and say whether it may go on."""
    return ctx.sleep(seconds)


@task
def holds(ctx: Context, gate: Path) -> int:
    """Wait for a file to come, and look whether to stop meanwhile."""
    ctx.progress(0, 1, "waiting")
    while not gate.exists():
        ctx.sleep(LOOK)
        ctx.raise_if_cancelled()
    return ctx.task.number


@task
async def holds_async(ctx: Context, gate: Path) -> int:
    """Wait for a file to come, as a coroutine."""
    ctx.progress(0, 1, "waiting")
    while not gate.exists():
        await asyncio.sleep(LOOK)
    return ctx.task.number


@task
def sleeps(ctx: Context, gate: Path) -> None:
    """Sleep in one piece, and note at the end that it could clean up."""
    ctx.progress(0, 1, "asleep")
    try:
        ctx.sleep(3600)
        ctx.raise_if_cancelled()
    finally:
        gate.with_name("cleaned").write_text("up")


@task
def stays(ctx: Context, gate: Path) -> str:
    """Wait for a file to come, and look at nothing else."""
    ctx.progress(0, 1, "staying")
    while not gate.exists():
        time.sleep(LOOK)
    return "stayed"


@task
def hurries(ctx: Context, gate: Path) -> str:
    """Return early when it is asked to stop."""
    ctx.progress(0, 1, "hurrying")
    while ctx.sleep(LOOK):
        if gate.exists():
            return "whole"
    return "a part"


@task
def signs(file: Path, text: str) -> None:
    """Add a line to a file."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"{text}\n")


@task
def meets(ctx: Context, folder: Path) -> int:
    """Return how many of its kind are at work at once."""
    own = folder / f"inside-{ctx.task.number}"
    own.touch()
    most = 0
    for _ in range(5):
        ctx.sleep(LOOK)
        most = max(most, sum(1 for _ in folder.glob("inside-*")))
    own.unlink()
    return most


@task(retry=Retry(attempts=3, base=0.01, jitter=0, on=ConnectionError))
def flickers(ctx: Context, until: int) -> dict[str, Any]:
    """Fail until an attempt, with an error that is retried."""
    if ctx.attempt < until:
        raise OrderLost(ctx.attempt, why="no answer")
    earlier = [one.message for one in ctx.task.earlier]
    return {"attempt": ctx.attempt, "earlier": earlier}


@task(retry=Retry(attempts=3, base=0.01, jitter=0))
def keys(ctx: Context, file: Path) -> None:
    """Write the key of each attempt to a file, and fail."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"{ctx.idempotency_key}\n")
    raise KeyError(ctx.attempt)


@task(retry=Retry(attempts=3, base=0.01, jitter=0, on=ConnectionError))
def errs() -> None:
    """Fail with an error that is not retried."""
    raise LookupError("not there")


@task(retry=Retry(attempts=2, base=3600))
def postpones(ctx: Context) -> int:
    """Ask for another attempt, soon."""
    if ctx.attempt == 1:
        raise Retry.later(0.01)
    return ctx.attempt


@task
def reports(ctx: Context, times: int) -> None:
    """Report progress, again and again."""
    for done in range(times):
        ctx.progress(done + 1, times, f"step {done + 1}")


@task
def talks(ctx: Context) -> None:
    """Log by its context and by a logger, and print."""
    ctx.log.info("by the context: %d", 1)
    logging.getLogger("orders").warning("by a logger: %s", "two")
    ctx.log.debug("not asked for")
    print("printed")  # noqa: T201 - bodies do
    try:
        raise OSError("the line is dead")
    except OSError:
        ctx.log.exception("with an error")


@task
def chatters(ctx: Context) -> int:
    """Say much more than is kept."""
    for at in range(OFTEN):
        ctx.progress(at, OFTEN, "x" * 100)
        ctx.log.info("line %d %s", at, "y" * 100)
        print(f"printed {at}")  # noqa: T201
    return OFTEN


@task
def notes(text: str) -> int:
    """Note a text in this module, and return the number of its process."""
    SEEN.append(text)
    return os.getpid()


@task
def ends_its_process(status: int) -> None:
    """End the process that it runs in."""
    os._exit(status)


@task
def burns(mib: int) -> int:
    """Use some CPU time and some memory."""
    taken, turns = bytearray(mib << 20), 0
    for at in range(0, len(taken), 4096):
        taken[at] = 1
    end = time.process_time() + 0.05
    while time.process_time() < end:
        turns += 1
    return turns
