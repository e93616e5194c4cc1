"""Tasks ahead: those that a backend takes before its worker is ready for them.

Where bodies run in another process, much of the time of short ones would go by between an answer
and the next request. So such a backend may take some that come next before their turn. They are out
of the backlog and this worker's: a cancel of them asks them to stop, as if they ran. But they are
counted as waiting, in room and in readings, until their turn comes. The backend gives back what it
has not begun, when the one before takes long or when the worker is to rest.

Only tasks of a lane without limits are taken, and none while the observer wants to hear of starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chasqui.pool.backend import Worker
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.waking import hand_on

SHARE: Final = 4  # of what waits a worker takes at most this part, divided by all workers


def take_ahead(pool: State, worker: Worker, count: int) -> Sequence[Task]:
    """Take at most ``count`` tasks that come next, on the worker's own thread.

    None comes after a task with particulars: that may call for care before it is begun.
    """
    taken: list[Task] = []
    pool.quick_size = 0  # what is taken still needs its room, which the quick way does not know
    worker.moving = True
    only = pool.backlog.only
    if not worker.held and not pool.watches and only is not None:
        share = len(pool.queued) // (SHARE * max(1, len(pool.crew.workers)))
        while len(taken) < min(count, share):
            try:
                number = only.popleft()
            except IndexError:
                break
            task = pool.queued.get(number)
            if task is not None:
                worker.ahead.append(task)  # first: no submitter may see room in between
                if pool.queued.pop(number, None) is None:
                    worker.ahead.pop()  # it has just been cancelled
                    task = None
            if task is None:
                only.lane.shed.append(None)
                continue
            task.state = "running"
            task._worker = worker.name
            task._claimed_at = pool.monotonic()
            taken.append(task)
            if task._more is not None:
                break
    worker.moving = False
    return taken


def give_back(pool: State, worker: Worker, begun: int) -> None:
    """Put tasks ahead back to where they were, but for the first ``begun`` of them."""
    with pool.lock:  # no reading is under way now
        locked_give_back(pool, worker, begun)
        hand_on(pool)


def locked_give_back(pool: State, worker: Worker, begun: int) -> None:
    """Put tasks ahead back, on the worker's own thread: no signal handler runs there."""
    while len(worker.ahead) > begun:
        task = worker.ahead.pop()
        task.state = "queued"
        del task._worker, task._claimed_at
        priority = 0 if task._more is None else task._more.priority
        pool.queued[task.number] = task
        pool.backlog.queue(task._lane, priority).appendleft(task.number)


def count_ahead(pool: State) -> int:
    """Count the tasks ahead of all workers; the lock is held."""
    return sum([len(worker.ahead) for worker in pool.crew.workers])


def list_ahead(pool: State) -> list[Task]:
    """List the tasks ahead of all workers; the lock is held."""
    return [task for worker in pool.crew.workers for task in worker.ahead.copy()]
