"""The built-in plugin: task types to try a pool with."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Annotated

from chasqui.engine.types.annotations import Between, Help
from chasqui.engine.types.decorator import task
from chasqui.engine.types.task_type import TaskType
from chasqui.plugins.hookspecs import hookimpl
from chasqui.pool.context import Context

STEPS = 100  # how many times a sleep reports its progress, at most
STEP = 0.01  # seconds of a step, at least: a hundred steps of 0.1 ms would take 20 ms
BURN_ROUND = 10_000  # turns of the loop between two looks at the clock

Seconds = Annotated[float, Between(0, 1_000_000), Help("seconds")]


@task
def sleep(ctx: Context, seconds: Seconds) -> float:
    """Sleep for a while, and stop when asked to."""
    began = time.monotonic()
    steps = min(STEPS, math.ceil(seconds / STEP))
    for step in range(steps):
        ctx.progress(round(seconds * step / steps, 3), seconds, "s")
        ctx.sleep(seconds / steps)
        ctx.raise_if_cancelled()
    ctx.progress(seconds, seconds, "s")
    return round(time.monotonic() - began, 6)


@task
def fail(message: Annotated[str, Help("what the error says")] = "failed as asked") -> None:
    """Fail with a message."""
    raise RuntimeError(message)


@task
def burn(ctx: Context, seconds: Seconds) -> int:
    """Keep a processor busy for a while, and return how often its loop turned."""
    until = time.monotonic() + seconds
    turns = 0
    while time.monotonic() < until:
        ctx.raise_if_cancelled()
        for _ in range(BURN_ROUND):
            turns += 1
    return turns


@hookimpl
def chasqui_tasks() -> Iterable[TaskType]:
    """Offer the three."""
    return [sleep, fail, burn]
