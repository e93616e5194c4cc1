"""Tasks ahead: those that a backend takes before its worker is ready for them.

Where bodies run in another process, much of the time of short ones would go by between an answer
and the next request. So such a backend may take some that come next before their turn. They are out
of the backlog and this worker's: a cancel of them asks them to stop, as if they ran. But they are
queued, and counted in room and in readings, until their turn comes. The backend gives back what it
has not begun, when the one before takes long or when the worker is to rest.

None is taken while one of a lane with limits could be next, which asks when its turn comes, or
while the observer wants to hear of starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Final

from chasqui.pool.backend import Worker
from chasqui.pool.backlog import waits
from chasqui.pool.lane import Queue
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.waking import hand_on

SHARE: Final = 4  # of what waits a worker takes at most this part, divided by all workers


def take_ahead(
    pool: State, worker: Worker, count: int, wanted: Callable[[Task], bool]
) -> Sequence[Task]:
    """Take at most ``count`` tasks that come next, on the worker's own thread.

    Args:
        wanted: says of the next one whether it is taken; none after it is.
    """
    taken: list[Task] = []
    pool.quick_size = 0  # what is taken still needs its room, which the quick way does not know
    worker.moving = True
    if not worker.held and not pool.watches:
        share = len(pool.queued) // (SHARE * max(1, len(pool.crew.workers)))
        for queue in _turns(pool, min(count, share)):
            task = _first_of(pool, worker, queue, wanted)
            if task is None:
                break
            taken.append(task)
    worker.moving = False
    return taken


def _turns(pool: State, count: int) -> Iterator[Queue]:
    """Name the queues whose turns come next; none while one of a limited lane could be next."""
    backlog = pool.backlog
    if (only := backlog.only) is not None:
        yield from repeat(only, count)
        return
    for level in backlog.order:
        if any(queue.lane.limited and waits(queue) for queue in level.ring.copy()):
            return
        while count > 0 and level.waits:
            queue = level.ring[0]
            if queue:
                count -= 1
                yield queue  # it keeps its turn if nothing of it is taken
            level.ring.rotate(-1)


def _first_of(
    pool: State, worker: Worker, queue: Queue, wanted: Callable[[Task], bool]
) -> Task | None:
    """Take the first task of a queue, if it is wanted; tombstones before it are passed over."""
    while queue:
        try:
            first = pool.queued.get(queue[0])
            if first is not None and not wanted(first):
                return None
            task = pool.queued.get(queue.popleft())
        except IndexError:  # another worker was quicker
            return None
        if task is not None:
            worker.ahead.append(task)  # first: no submitter may see room in between
            if pool.queued.pop(task.number, None) is not None:
                task._worker = worker.name
                task._claimed_at = pool.monotonic()
                return task
            worker.ahead.pop()  # it has just been cancelled
        queue.lane.shed.append(None)
    return None


def give_back(pool: State, worker: Worker, begun: int) -> None:
    """Put tasks ahead back to where they were, but for the first ``begun`` of them."""
    with pool.lock:  # no reading is under way now
        locked_give_back(pool, worker, begun)
        hand_on(pool)


def locked_give_back(pool: State, worker: Worker, begun: int) -> None:
    """Put tasks ahead back, on the worker's own thread: no signal handler runs there."""
    while len(worker.ahead) > begun:
        task = worker.ahead.pop()
        del task._worker, task._claimed_at
        pool.queued[task.number] = task
        pool.backlog.queue(task._lane, task.priority).appendleft(task.number)


def locked_count(pool: State) -> int:
    """Count the tasks that wait for a worker and are not being announced: also those ahead."""
    return len(pool.queued) + sum([len(worker.ahead) for worker in pool.crew.workers])


def list_ahead(pool: State) -> list[Task]:
    """List the tasks ahead of all workers; the lock is held."""
    return [task for worker in pool.crew.workers for task in worker.ahead.copy()]
