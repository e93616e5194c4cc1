"""Freezing: making workers rest between two tasks, to read or to change what they touch.

The caller holds the lock. How a worker and a reader see each other is in `chasqui.pool.state`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from chasqui.pool import commits, trace
from chasqui.pool.backend import Worker
from chasqui.pool.state import State

Seen = TypeVar("Seen")


def locked_freeze(pool: State) -> object:
    """Let no worker move until `locked_thaw`; return the turn under which that is so."""
    turn = commits.take_turn(pool)
    workers = pool.crew.workers
    for worker in workers:
        worker.held = True
    for worker in workers:
        while worker.moving:
            time.sleep(0)  # it needs the interpreter to get on, for some microseconds
    return turn


def locked_thaw(pool: State) -> None:
    """Let workers go on. It ends all turns: a signal handler's thaw that of the code it is in."""
    pool.turn = None
    for worker in pool.crew.workers:
        worker.held = locked_holds(pool, worker)


def locked_look(pool: State, look: Callable[[], Seen]) -> Seen:
    """Return what is seen while no worker moves: again, if a signal handler has let them."""
    while True:
        turn = locked_freeze(pool)
        try:
            seen = look()
            undisturbed = pool.turn is turn
        except (LookupError, RuntimeError) as error:
            if pool.turn is turn or not trace.is_own(error):
                raise
            undisturbed = False  # what it went along has changed under it
        finally:
            locked_thaw(pool)
        if undisturbed:
            return seen


def locked_sweep(pool: State) -> None:
    """Drop the numbers in the backlog that stand for no task."""
    for queue in pool.backlog.queues():
        swept = False
        while not swept:
            turn = locked_freeze(pool)
            live = pool.backlog.live(queue)
            swept = commits.sweep(pool, turn, queue, live, len(queue) - len(live))
            locked_thaw(pool)
    for lane in pool.backlog.all_lanes():
        turn, shed = locked_freeze(pool), len(lane.shed)
        commits.clear_shed(pool, turn, lane, shed)  # else the next sweep sees to it
        locked_thaw(pool)


def locked_holds(pool: State, worker: Worker) -> bool:
    """Tell whether a worker must start no more tasks, at least for now."""
    return worker.retired or pool.stopped or pool.paused


def locked_rouse_all(pool: State) -> None:
    """Have every worker and submitter that waits look again."""
    locked_thaw(pool)
    for worker in list(pool.idle):
        worker.rouse()
    pool.room.notify_all()
