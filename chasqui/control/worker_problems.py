"""What is wrong with the workers of an engine, a line for each pool or worker."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.engine.pools import stuck


def held_workers(engine: BaseEngine) -> Iterator[SafeText]:
    """Name the workers held by a task past its time limit."""
    pools = engine.pools.values()
    held = [(one, "abandoned") for pool in pools for one in pool.workers_abandoned]
    held += [(one, "stuck, and no more may be abandoned") for pool in pools for one in stuck(pool)]
    for worker, what in held:
        task = worker.task  # read once: the worker goes on meanwhile
        if task is not None:
            text = f"worker {worker.name} is {what}: {task.name} ignores its time limit"
            yield safe_line(text)
