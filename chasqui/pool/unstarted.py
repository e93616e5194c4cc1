"""Unstarted pools: a wait without a timeout that no worker can end, since there is none yet.

To submit before the start is allowed, so such a wait may be meant. If it lasts, it is a start that
was forgotten, and a program that hangs should say so. The pool's timer looks, so that every way to
wait has it by one call; a started pool pays only for a look at a flag.
"""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakSet

from chasqui import loggers
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task

log = loggers.named("chasqui.pool")

PATIENCE_SECONDS: Final = 1.0  # of the pool's clock

_told: WeakSet[State] = WeakSet()


def watch(pool: State, task: Task[Any], timeout: float | None) -> int:
    """Have a warning logged if the wait for a task that begins now lasts and its pool is new.

    Return the number to be given to `forget` when the wait is over.
    """
    if timeout is not None or pool.started or pool.stopping or pool in _told:
        return 0
    try:
        pool.timer.start()
    except Exception:  # without a thread to be had it is said at once
        _tell(pool, task)
        return 0
    return pool.timer.at(pool.monotonic() + PATIENCE_SECONDS, lambda: _tell(pool, task))


def forget(pool: State, watched: int) -> None:
    """Log no warning any more for a wait that is over."""
    if watched:
        pool.timer.forget(watched)


def _tell(pool: State, task: Task[Any]) -> None:
    if pool.state == "new" and task.state not in FINAL and pool not in _told:
        _told.add(pool)
        log.warning(
            "pool %s was not started: call start() or use `with`; task %s waits for that",
            pool.name,
            task.number,
        )
